import { MappingPage as Mapping } from '#mapping/web';
import { RefusedPage } from './refused.page.tsx';

/** The workbench of a laboratory's codes, in the shell. */
export function MappingPage() {
  return <Mapping Refused={RefusedPage} />;
}
