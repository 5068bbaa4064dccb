/** Pages of the identity cell. */
export { WorklistPage } from './worklist.page.tsx';
