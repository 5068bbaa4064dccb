/** The demonstration software of a practice: what Cigogne's connector files in, and proves it end to end. */
export type { User } from './contract.ts';
export type { PatientMail } from './doors.ts';
export { openPractice, type OpenPractice, type PracticeToOpen } from './open-practice.ts';
