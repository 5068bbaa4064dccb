import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001/biology';
const VIEWS = ['', '?view=heat', '?view=micro&period=all', '?view=curve&rows=potassium.serum', '?view=print', '?view=order&preset=kidney'];

test.beforeEach(async ({ signIn }) => signIn('gp'));

/** 200 % on a screen of 1280 pixels leaves 640 of the page's own (WCAG 1.4.4, 1.4.10). */
test('at 200 % each view is whole: nothing but tables scrolls sideways, nothing is against the rules', async ({
  page,
  expectAccessible,
}) => {
  await page.setViewportSize({ width: 640, height: 512 });
  for (const view of VIEWS) {
    await page.goto(`${ODETTE}${view}`);
    await expect(page.locator('.bio-page').getByRole('button').first()).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect([view, overflow]).toEqual([view, 0]);
    await expectAccessible();
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

test('each button, each field and each table of the viewer has a name', async ({ page }) => {
  for (const view of VIEWS) {
    await page.goto(`${ODETTE}${view}`);
    await expect(page.locator('.bio-page').getByRole('button').first()).toBeVisible();
    for (const role of ['button', 'searchbox', 'figure', 'grid', 'application'] as const) {
      await expect(page.locator('.bio-page').getByRole(role, { name: /^$/ })).toHaveCount(0);
    }
  }
});

test('dark and with forced colours, values and signs are still there', async ({ page, expectAccessible }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(ODETTE);
  await expect(page.getByRole('grid')).toBeVisible();
  await expectAccessible();
  await page.emulateMedia({ forcedColors: 'active' });
  await expect(page.locator('td[data-row]').filter({ hasText: /\d/ }).first()).toBeVisible();
});
