import { useSearch } from '@tanstack/react-router';
import { MappingPage as Mapping } from '#mapping/web';
import { RefusedPage } from './refused.page.tsx';

/** The workbench of a laboratory's codes, in the shell. */
export function MappingPage() {
  const { code } = useSearch({ from: '/mapping' });
  return <Mapping Refused={RefusedPage} wanted={code} />;
}
