import { expect, test } from './support/index.ts';

/** Kilobytes of script, compressed, before the first row of results. */
const BUDGET_KB = 250;

test('a cold page loads at most 250 kB of script before the first row of results', async ({ page, signIn }) => {
  await signIn('gp');
  // What the page before is still fetching is not of this one.
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Map<string, number>();
  const names = new Map<string, string>();
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') names.set(requestId, response.url);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId);
    if (name) scripts.set(name, encodedDataLength);
  });
  await page.goto('/patients/019a0000-0000-7000-8000-000000000001/biology');
  await expect(page.locator('tbody tr').nth(3)).toBeVisible();
  const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total / 1_000).toBeLessThan(BUDGET_KB);
});
