import { expect, type Page } from '@playwright/test';
import type { Trace } from '../../src/exchange/contract.ts';

/** Waits until a delivery of a document got so far, as who is signed in may follow it. */
export async function untilSent(page: Page, uniqueId: string, state: Trace['deliveries'][number]['state']): Promise<void> {
  const states = async () => {
    const answer = await page.request.get(`/api/exchange/trace?id=${encodeURIComponent(uniqueId)}`);
    return answer.ok() ? ((await answer.json()) as Trace).deliveries.map((delivery) => delivery.state) : [];
  };
  await expect.poll(states, { timeout: 30_000, intervals: [200] }).toContain(state);
}
