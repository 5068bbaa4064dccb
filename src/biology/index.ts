/** What is made of the results of a patient: rows, curves, and the catalogue that the screens order them by. */
export { biologyRoutes } from './routes.ts';
