/** What is made of the results of a patient: rows, curves, the catalogue that the screens order them by, and what is noted beside them. */
export { contextRoutes } from './context/context-routes.ts';
export { followUpRoutes } from './follow-up-routes.ts';
export { cumulRoutes } from './cumul/cumul-routes.ts';
export { biologyRoutes, catalogueFor } from './routes.ts';
export { viewsRoutes } from './views-routes.ts';
