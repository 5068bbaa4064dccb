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
  await page.addInitScript(() => {
    // At the very change that brings it: a frame comes later, and what is fetched behind the grid may begin before.
    const watch = new MutationObserver(() => {
      if (!document.querySelector('td[data-row]')) return;
      performance.mark('first-row');
      watch.disconnect();
    });
    watch.observe(document, { childList: true, subtree: true });
  });
  await page.goto('/patients/019a0000-0000-7000-8000-000000000001/biology');
  await expect(page.locator('tbody tr').nth(3)).toBeVisible();
  await page.waitForFunction(() => performance.getEntriesByName('first-row').length > 0);
  // What is fetched afterwards, while the results are read, delays nothing.
  const loaded = await page.evaluate(() => {
    const before = performance.getEntriesByName('first-row')[0]!.startTime;
    const scripts = performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith('.js'));
    return scripts.filter(({ startTime }) => startTime < before).map(({ name }) => name);
  });
  // Browsers that take Brotli were sent less: each script is weighed in gzip.
  const weights = await Promise.all(
    loaded.map(async (address) => {
      const answer = await page.request.get(address, { headers: { 'accept-encoding': 'gzip' } });
      expect(answer.headers()['content-encoding'], address).toBe('gzip');
      return { script: new URL(address).pathname.split('/').at(-1), kB: Number(answer.headers()['content-length']) / 1_000 };
    }),
  );
  const total = weights.reduce((sum, { kB }) => sum + kB, 0);
  expect(total).toBeGreaterThan(50);
  expect(total, JSON.stringify(weights)).toBeLessThan(BUDGET_KB);
});
