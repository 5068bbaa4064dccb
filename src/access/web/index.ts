/** What a person answers to a software that asks to read in their name. */
export { AuthorisePage, type PatientsToChoose } from './authorise.page.tsx';
