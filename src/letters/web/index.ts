/** The discharge letter written from the open record; how many left on the day. */
export { DayZeroPage } from './day-zero.page.tsx';
export { LetterPage } from './letter.page.tsx';
