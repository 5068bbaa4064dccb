/** What is sent on: to whom, by which rule, how often it was tried, what came back. */
export { exchangeRoutes } from './routes.ts';
export { takeReceipt } from './take-receipt.ts';
export { type ExchangeDeps, noteEvents, startExchange } from './worker.ts';
