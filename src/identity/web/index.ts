/** Pages of the identity cell. */
export { IdentityPage } from './identity.page.tsx';
export { PeoplePage } from './people.page.tsx';
export { WorklistPage } from './worklist.page.tsx';
