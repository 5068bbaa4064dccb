/** What is sent on: to whom, by which rule, how often it was tried, what came back. */
export { awaitResults } from './awaited.ts';
export type { RoutingPreview } from './contract.ts';
export { type AddressDeps, chosenBy, factsOfPatient } from './facts.ts';
export type { CriticalTable } from './inbox/judge.ts';
export { type Escalation, readStages } from './inbox/escalation.ts';
export { inboxRoutes } from './inbox/routes.ts';
export { exchangeRoutes } from './routes.ts';
export { rulesRoutes } from './rules-routes.ts';
export { rulesSchema } from './rule-set.ts';
export { firstSent } from './store-queue.ts';
export { ruleSet, writeRules } from './store-rules.ts';
export { previewOf, tryRules } from './try-rules.ts';
export { workBehind } from './store-queue.ts';
export { keepMail } from './incoming/keep-mail.ts';
export { findMail as hasMail, type MailPart } from './incoming/store-incoming.ts';
export { takeReceipt } from './take-receipt.ts';
export { type ExchangeDeps, noteEvents, startExchange } from './worker.ts';
