import { spawnSync } from 'node:child_process';
import { expect, test } from './support/index.ts';

const JEAN_NOEL = '/patients/019a0000-0000-7000-8000-000000000002/biology';

test.beforeAll(({ baseURL }) => {
  const sent = spawnSync(process.execPath, ['e2e/support/deposit-hostile.ts', baseURL!], { encoding: 'utf8' });
  expect(sent.status, sent.stderr).toBe(0);
});

test.beforeEach(async ({ page, signIn }) => {
  await signIn('gp');
  await page.goto(`${JEAN_NOEL}?period=all`);
  await expect(page.getByRole('grid')).toBeVisible();
});

test('units that cannot join stand in two rows; two values of one instant stand side by side', async ({ page }) => {
  await page.keyboard.press('/');
  await page.keyboard.type('potassium');
  const rows = page.getByRole('rowheader', { name: /^Potassium/ });
  await expect(rows.filter({ hasText: 'U/L' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'mmol/L' })).toHaveCount(1);
  const both = page.locator('td[data-row="potassium.serum"]').filter({ hasText: '4,9' }).filter({ hasText: '5,9' });
  await expect(both).toHaveCount(1);
});

test('a sampling before birth or in the future is shown and told', async ({ page }) => {
  await expect(page.locator('th[data-suspect="future"]')).toHaveCount(1);
  await page.locator('td[data-row]').first().focus();
  await page.keyboard.press('End');
  await expect(page.locator('th[data-suspect="before-birth"]')).toHaveCount(1);
});

test('a name of 400 letters, one from right to left and one of markup are only names', async ({ page }) => {
  await page.keyboard.press('/');
  await page.keyboard.type('interminable');
  await expect(page.getByRole('rowheader', { name: /interminable/ })).toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
  await page.getByRole('searchbox', { name: /analyse/i }).fill('droite');
  await expect(page.getByRole('rowheader', { name: /droite à gauche/ }).locator('bdi')).toHaveCount(1);
  await page.getByRole('searchbox', { name: /analyse/i }).fill('balise');
  await expect(page.getByRole('rowheader', { name: /<img src=x/ })).toHaveCount(1);
  await page.locator('td[data-row]').filter({ hasText: 'script' }).first().click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Compte rendu du laboratoire' })).toBeVisible();
  await expect(page.getByText('<script>window.hit=2</script>').first()).toBeVisible();
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
});

test('the smallest and the largest numbers are never zero, never cut', async ({ page }) => {
  await page.keyboard.press('/');
  await page.keyboard.type('essai');
  await expect(page.locator('td[data-row]').filter({ hasText: '10⁻¹²' })).toHaveCount(1);
  await expect(page.locator('td[data-row]').filter({ hasText: '10¹²' })).toHaveCount(1);
  await page.locator('td[data-row]').filter({ hasText: '10⁻¹²' }).click();
  await page.keyboard.press('g');
  await expect(page.getByRole('heading', { name: /minuscule/ })).toBeVisible();
  await expect(page.locator('canvas')).toBeVisible();
});

test('a cancelled value is struck and carries no flag', async ({ page }) => {
  await page.keyboard.press('/');
  await page.keyboard.type('annulé');
  await expect(page.locator('td[data-row] s').filter({ hasText: '9' })).toHaveCount(1);
});

test('three thousand analytes are all there, and only what is in sight is drawn', async ({ page, expectAccessible }) => {
  await expect(page.locator('.bio-corner')).toContainText(/3[\s\u202f]?0\d\d lignes/);
  expect(await page.locator('tr.bio-row').count()).toBeLessThan(120);
  await page.locator('td[data-row]').first().focus();
  await page.keyboard.press('Control+End');
  await expect(page.locator('td[data-row]:focus')).toBeInViewport();
  expect(await page.locator('tr.bio-row').count()).toBeLessThan(120);
  await expectAccessible();
});
