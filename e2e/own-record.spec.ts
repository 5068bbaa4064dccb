import { expect, test } from './support/index.ts';

test('a patient reads their results in plain words, without flag nor score', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('patient');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/ODETTE MARCHAND/i);
  await expect(page.getByRole('heading', { name: /^Analyses du/ })).toBeVisible();
  await expect(page.getByText('de la zone habituelle').first()).toBeVisible();
  await expect(page.getByText('Et maintenant ?')).toBeVisible();
  await expect(page.locator('svg.ui-glyph')).toHaveCount(0);
  await expectAccessible();
  await picture('own-results');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible();
});

test('a patient goes back to older analyses and opens the laboratory’s report', async ({ page, signIn }) => {
  await signIn('patient');
  const dates = page.getByRole('navigation', { name: 'Toutes vos analyses' }).getByRole('button');
  await expect(dates.nth(1)).toBeVisible();
  const title = await page.getByRole('heading', { name: /^Analyses du/ }).textContent();
  // The oldest: reports deposited meanwhile may give the last day two samplings.
  await dates.last().click();
  await expect(page.getByRole('heading', { name: /^Analyses du/ })).not.toHaveText(title!);
  await page.goBack();
  await expect(page.getByRole('heading', { name: /^Analyses du/ })).toHaveText(title!);
  await page
    .getByRole('button', { name: /Compte rendu/ })
    .first()
    .click();
  await expect(page).toHaveURL(/report=/);
});

test('a patient sees who opened the record, by name, and what was refused', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await page.goto('/patients/019a0000-0000-7000-8000-000000000001/biology');
  await expect(page.getByRole('region', { name: 'Identité du patient' })).toBeVisible();
  await signIn('patient');
  await page.getByRole('link', { name: 'Qui a vu' }).click();
  await expect(page.getByText('Dr Anne LEFEVRE-DEMO').first()).toBeVisible();
  await expect(page.getByText('Votre médecin traitant').first()).toBeVisible();
  await expectAccessible();
});

test('a patient cannot open the record of somebody else', async ({ page, signIn }) => {
  await signIn('patient');
  await page.goto('/patients/019a0000-0000-7000-8000-000000000002');
  await expect(page.getByRole('heading', { name: 'Ce dossier ne vous est pas ouvert' })).toBeVisible();
});
