import { expect, type Page } from '@playwright/test';
import type { Trace } from '../../src/exchange/contract.ts';

type State = Trace['deliveries'][number]['state'];

/** How far each delivery of a document is, as who is signed in may follow it. */
const statesOf = (page: Page, uniqueId: string) => async (): Promise<State[]> => {
  const answer = await page.request.get(`/api/exchange/trace?id=${encodeURIComponent(uniqueId)}`);
  return answer.ok() ? ((await answer.json()) as Trace).deliveries.map(({ state }) => state) : [];
};

/** Waits until a delivery of a document got so far. */
export const untilSent = (page: Page, uniqueId: string, state: State): Promise<void> =>
  expect.poll(statesOf(page, uniqueId), { timeout: 30_000, intervals: [200] }).toContain(state);

/** Waits until each of so many deliveries of a document got so far. */
export const untilAll = (page: Page, uniqueId: string, states: readonly State[]): Promise<void> =>
  expect.poll(statesOf(page, uniqueId), { timeout: 30_000, intervals: [200] }).toEqual(states);
