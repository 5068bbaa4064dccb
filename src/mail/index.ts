/** The mailboxes that the region keeps for those who have no mail software. */
export { mailRoutes } from './routes.ts';
export { startMail } from './send-mail.ts';
export { takeMail } from './take-mail.ts';
export { mayBeOf, namedBy } from './whose.ts';
