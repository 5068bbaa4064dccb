/** The discharge letter, written from the stay by who answers for it. */
export { dayZeroRoutes } from './day-zero-routes.ts';
export { missingIn } from './missing.ts';
export { letterRoutes } from './routes.ts';
export { findDraft, settleDraft } from './store.ts';
export { toLetter } from './to-letter.ts';
