/** The demo region: an invented département, its laboratories, its people and ten years of their reports. */
export { demoAccounts, STORY_PATIENTS, type DemoAccount } from './accounts.ts';
export type { DemoDocument, DocumentTrap } from './arrivals.ts';
export { dayOf, dayText, demoToday, type Day } from './clock.ts';
export { openDemoHospital } from './demo-hospital.ts';
export { openDemoPractice, servePractice } from './demo-practice.ts';
export { documentBytes } from './document-bytes.ts';
export { writeExtracts } from './extracts.ts';
export { makePopulation, patientIdOf, type DemoSize, type Population } from './population.ts';
export { PATIENT_DOMAIN } from './mailboxes.ts';
export { openPostOffice } from './post-office.ts';
export { makeRegion } from './region.ts';
export { openDemoRegion, type DemoRegion, type Loading } from './region-demo.ts';
export { runDemo, type RunDemoOptions } from './run-demo.ts';
export { runLis, type LisTally, type RunLisOptions } from './lis/run-lis.ts';
