/** The pages of the demonstration software of a practice. */
export { LgcApp } from './lgc-app.tsx';
