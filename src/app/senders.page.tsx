import { Link } from '@tanstack/react-router';
import { SendersPage as Senders } from '#directory/web';
import { useText } from '#ui';
import { RefusedPage } from './refused.page.tsx';

/** The systems that send, in the shell. */
export function SendersPage() {
  const t = useText();
  return <Senders Refused={RefusedPage} mappings={<Link to="/region">{t('app.senders.mappings')}</Link>} />;
}
