import { RulesPage as Rules } from '#exchange/web';
import { RefusedPage } from './refused.page.tsx';

/** The rules of routing, in the shell. */
export function RulesPage() {
  return <Rules Refused={RefusedPage} />;
}
