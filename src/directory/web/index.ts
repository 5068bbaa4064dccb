/** The directory, for everybody who signs in; the register of the systems that send, for the regional team. */
export { DirectoryPage } from './directory.page.tsx';
export { SendersPage } from './senders.page.tsx';
