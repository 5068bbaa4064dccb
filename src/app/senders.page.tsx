import { SendersPage as Senders } from '#directory/web';
import { RefusedPage } from './refused.page.tsx';

/** The systems that send, in the shell. */
export function SendersPage() {
  return <Senders Refused={RefusedPage} />;
}
