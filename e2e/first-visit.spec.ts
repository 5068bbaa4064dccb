/** A newcomer's first minutes: the sign-in page, a card, a patient of several laboratories, a curve, the source report. */
import { execFileSync } from 'node:child_process';
import { expect, test } from './support/index.ts';

test('the sign-in page offers a card per role, in French and in English', async ({ page, expectAccessible, picture }) => {
  await page.goto('/');
  await expect(page.getByRole('link', { name: /Dr Anne LEFEVRE-DEMO/ })).toBeVisible();
  await expectAccessible();
  await picture('sign-in');
});

test('the doctor signs in by one click and sees her patients', async ({ page, expectAccessible, picture }) => {
  await page.goto('/');
  await page.getByRole('link', { name: /Dr Anne LEFEVRE-DEMO/ }).click();
  await expect(page.getByRole('heading', { name: 'Mes patients' })).toBeVisible();
  await expectAccessible();
  await picture('home-gp');
});

test('a row opens the curve of all laboratories, with the same values as a table', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('gp');
  await page.getByText('ESSAI-MARCHAND').first().click();
  await expect(page).toHaveTitle(/^ESSAI-MARCHAND ODETTE/);
  await expect(page.getByRole('region', { name: 'Identité du patient' })).toContainText('INS qualifiée');
  await expectAccessible();
  await picture('grid');
  await page
    .getByRole('rowheader', { name: /^HbA1c/ })
    .getByRole('button')
    .click();
  await expect(page.getByRole('heading', { name: /HbA1c/ })).toBeVisible();
  const values = page.getByRole('table', { name: 'Les mêmes valeurs' });
  for (const laboratory of ['BR', 'CH', 'GP'])
    await expect(values.getByRole('cell', { name: laboratory, exact: true }).first()).toBeVisible();
  await expectAccessible();
  await picture('curve');
});

test('the source report opens from a value', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('gp');
  await page.getByText('ESSAI-MARCHAND').first().click();
  await page.getByRole('gridcell', { name: /^7,80/ }).first().click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /compte rendu/i }).first()).toBeVisible();
  await expectAccessible();
  await picture('report');
});

test('a report deposited meanwhile arrives in the open page, which does not move until asked', async ({ page, signIn }) => {
  await signIn('gp');
  await page.getByText('ESSAI-MARCHAND').first().click();
  const samplings = page.getByRole('grid', { name: 'Tous les résultats de biologie' }).getByRole('columnheader');
  await expect(samplings.first()).toBeVisible();
  const before = await samplings.count();
  execFileSync(process.execPath, ['bin/cigogne.ts', 'demo', '--fresh', '--to', process.env.CIGOGNE_E2E_URL!], { stdio: 'ignore' });
  const news = page.getByText('1 nouveau compte rendu');
  await expect(news).toBeVisible();
  expect(await samplings.count()).toBe(before);
  await news.getByRole('button', { name: 'afficher' }).click();
  await expect(samplings).toHaveCount(before + 1);
});
