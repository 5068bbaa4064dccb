import { DayZeroPage } from '#letters/web';
import { RefusedPage } from './refused.page.tsx';

/** How many discharge letters left on the day, in the shell. */
export function LettersPage() {
  return <DayZeroPage Refused={RefusedPage} />;
}
