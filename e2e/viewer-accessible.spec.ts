import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001/biology';
/** Each view, and what is there only once it is drawn. */
const MARK_OF: Readonly<Record<string, string>> = {
  '': '[role="grid"] td[data-row]',
  '?view=heat': '.bio-heat-table',
  '?view=micro&period=all': '.bio-micro',
  '?view=curve&rows=potassium.serum': '.bio-figure canvas',
  '?view=cross&rows=potassium.serum&rows=creatinine.serum': '.bio-panel canvas',
  '?view=summary': '.bio-summary-columns',
  '?view=panels': '.bio-panels',
  '?view=timeline': '.bio-timeline-list',
  '?view=print': '.bio-sheet',
  '?view=order&preset=kidney': '.bio-order-body',
};
const VIEWS = Object.keys(MARK_OF);
/** The other views are judged against the rules, light and dark, by `biology.spec.ts`. */
const NEWER = ['?view=summary', '?view=panels', '?view=timeline', '?view=order&preset=kidney'];

test.beforeEach(async ({ signIn }) => signIn('gp'));

/** Within the page, as a link would: the record is read once for all its views. */
async function openView(page: Page, view: string): Promise<void> {
  await page.evaluate((address) => {
    window.history.pushState({}, '', address);
    window.dispatchEvent(new PopStateEvent('popstate'));
  }, `${ODETTE}${view}`);
  await expect(page.locator(MARK_OF[view]!).first()).toBeVisible();
}

/** 200 % on a screen of 1280 pixels leaves 640 of the page's own (WCAG 1.4.4, 1.4.10). */
test('at 200 % each view is whole: nothing but tables scrolls sideways, each part has a name, headings stand in order, nothing is against the rules', async ({
  page,
  expectAccessible,
}) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 640, height: 512 });
  await page.goto(ODETTE);
  for (const view of VIEWS) {
    await openView(page, view);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect([view, overflow]).toEqual([view, 0]);
    const levels = await page.locator('h1, h2, h3, h4').evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    const skipped = levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1);
    expect([view, skipped]).toEqual([view, []]);
    for (const role of ['button', 'searchbox', 'figure', 'grid', 'application'] as const) {
      await expect(page.locator('.bio-page').getByRole(role, { name: /^$/ })).toHaveCount(0);
    }
    if (NEWER.includes(view)) await expectAccessible();
  }
});

test('with reduced motion nothing travels', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(ODETTE);
  await expect(page.getByRole('grid')).toBeVisible();
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')]
        .map((element) => getComputedStyle(element))
        .filter(({ transitionDuration, animationDuration }) =>
          [transitionDuration, animationDuration].some((time) => Number.parseFloat(time) > 0.02),
        ).length,
  );
  expect(moving).toBe(0);
});

test('with forced colours, values and signs are still there', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(ODETTE);
  await expect(page.locator('td[data-row]').filter({ hasText: /\d/ }).first()).toBeVisible();
  await expect(page.locator('td[data-row] .ui-glyph').first()).toBeVisible();
});

test('dark, each view is within the rules', async ({ page, expectAccessible }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(ODETTE);
  for (const view of NEWER) {
    await openView(page, view);
    await expectAccessible();
  }
  await openView(page, '?view=print');
  await expect(page.locator('.bio-sheet .ui-spark-band').first(), 'paper is white on a dark screen too').toHaveCSS(
    'fill',
    'rgb(233, 236, 230)',
  );
});

test('when the network goes, the page keeps what it shows under a dated notice, and nothing of the patient is on the device', async ({
  page,
  context,
  expectAccessible,
}) => {
  await page.goto(ODETTE);
  await expect(page.getByRole('grid')).toBeVisible();
  const value = await page.locator('td[data-row="potassium.serum"]').first().innerText();
  await context.setOffline(true);
  await expect(page.getByRole('alert').filter({ hasText: 'Réseau perdu depuis' })).toContainText(/20\d\d, \d\d:\d\d/);
  await expect(page.locator('td[data-row="potassium.serum"]').first()).toHaveText(value.replace(/\s+/g, ' ').trim() === '' ? '' : /\S/);
  await page.locator('td[data-row="potassium.serum"]').first().click();
  await expect(page.getByRole('region', { name: 'Valeur lue' })).toContainText('Potassium');
  await expectAccessible();
  const kept = await page.evaluate(async () => ({
    words: JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }),
    caches: await caches.keys(),
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  expect(kept.words).not.toMatch(/ESSAI|ODETTE|potassium|019a0000/i);
  expect([kept.caches, kept.databases, kept.workers]).toEqual([[], 0, 0]);
  // A view that was never opened cannot be fetched now: said, and the grid is still there.
  await page.keyboard.press('s');
  await expect(page.getByRole('alert').filter({ hasText: 'Cette vue n’a pas pu être affichée' })).toContainText('La grille reste juste');
  await page.getByRole('button', { name: 'Grille' }).click();
  await expect(page.getByRole('grid')).toBeVisible();
  await context.setOffline(false);
  const { headers } = await page.request.get(`/api${ODETTE}`).then((answer) => ({ headers: answer.headers() }));
  expect(headers['cache-control']).toBe('no-store');
});
