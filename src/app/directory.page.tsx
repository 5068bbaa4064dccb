import { DirectoryPage as Directory } from '#directory/web';
import { RefusedPage } from './refused.page.tsx';

/** Professionals and places, in the shell. */
export function DirectoryPage() {
  return <Directory Refused={RefusedPage} />;
}
