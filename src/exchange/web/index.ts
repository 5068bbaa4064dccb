/** Follow one message, and mend what did not arrive. */
export { ExchangePage } from './exchange.page.tsx';
