/** The demo region: an invented département, its laboratories, its people and ten years of their reports. */
export {
  BIORIVES_CLIENT,
  demoAccounts,
  demoCareLinks,
  NAMED_STRUCTURES,
  STORY_PATIENTS,
  type DemoAccount,
} from './accounts.ts';
export { dayOf, dayText, demoToday, type Day } from './clock.ts';
export type { DemoDocument, DocumentTrap } from './arrivals.ts';
export { makePopulation, patientIdOf, type DemoSize, type Population } from './population.ts';
