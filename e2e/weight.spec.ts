import { expect, test } from './support/index.ts';

/** Kilobytes of script in gzip, which every browser takes, before the first row of results. */
const BUDGET_KB = 250;

test('a cold page loads at most 250 kB of script before the first row of results', async ({ page, signIn }) => {
  await signIn('gp');
  // What the page before is still fetching is not of this one.
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const loaded = new Map<string, string>();
  const asked = new Map<string, string>();
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') asked.set(requestId, response.url);
  });
  session.on('Network.loadingFinished', ({ requestId }) => {
    const address = asked.get(requestId);
    if (address) loaded.set(requestId, address);
  });
  await page.goto('/patients/019a0000-0000-7000-8000-000000000001/biology');
  await expect(page.locator('tbody tr').nth(3)).toBeVisible();
  // Browsers that take Brotli were sent less: each script is weighed in gzip.
  const weights = await Promise.all(
    [...loaded.values()].map(async (address) => {
      const answer = await page.request.get(address, { headers: { 'accept-encoding': 'gzip' } });
      expect(answer.headers()['content-encoding'], address).toBe('gzip');
      return { script: new URL(address).pathname.split('/').at(-1), kB: Number(answer.headers()['content-length']) / 1_000 };
    }),
  );
  const total = weights.reduce((sum, { kB }) => sum + kB, 0);
  expect(total).toBeGreaterThan(50);
  expect(total, JSON.stringify(weights)).toBeLessThan(BUDGET_KB);
});
