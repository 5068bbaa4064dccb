/** Follow one message, mend what did not arrive, write the rules of routing, see where a document would go. */
export { ExchangePage } from './exchange.page.tsx';
export { Change } from './inbox/change.tsx';
export { ExpectForm } from './inbox/expect-form.tsx';
export { InboxPage } from './inbox/inbox.page.tsx';
export { inboxQuery } from './inbox/use-inbox.ts';
export { UnacknowledgedPage } from './inbox/unacknowledged.page.tsx';
export { PreviewCard } from './preview-card.tsx';
export { RulesPage } from './rules.page.tsx';
