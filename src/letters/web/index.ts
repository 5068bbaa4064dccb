/** The discharge letter written from the open record. */
export { LetterPage } from './letter.page.tsx';
