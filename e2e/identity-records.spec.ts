import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** Makes a record by keyboard, from the page of the region's identities. */
async function make(page: Page, family: string, reason: string) {
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^(Nom de naissance|Birth name)/).fill(family);
  await dialog.getByLabel(/^(Prénoms de naissance|Birth given names)/).fill('JEANNE MARIE');
  await dialog.getByLabel(/^(Date de naissance|Birth date)/).fill('12/06/1957');
  await dialog.getByLabel(/^(Lieu de naissance|Birthplace)/).fill('99042');
  await dialog.getByLabel(/^(Motif|Reason)/).fill(reason);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(family) })).toBeVisible();
}

async function confirm(page: Page, reason: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^(Motif|Reason)/).fill(reason);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
}

test('the identity cell makes an identity, proves it, corrects it and takes that back, by keyboard', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('identity-cell');
  await page.getByRole('link', { name: /^(Identités|Identities)$/ }).press('Enter');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.locator('body').click();
  await page.keyboard.press('n');
  await expectAccessible();
  await picture('identity-new');
  await page.keyboard.press('Escape');
  const family = `ESSAI-${Date.now().toString(36).toUpperCase().replace(/\d/g, 'Z')}`;
  await make(page, family, 'venue sans carte');
  const head = page.locator('.identity-head');
  await expect(head).toContainText(/identité provisoire|provisional identity/);

  await page.keyboard.press('p');
  await confirm(page, 'carte vue au comptoir');
  await expect(head).toContainText(/identité validée|validated identity/);

  await page.keyboard.press('t');
  await page
    .getByRole('dialog')
    .getByLabel(/^(Date de naissance|Birth date)/)
    .fill('13/06/1957');
  await confirm(page, 'erreur de frappe');
  await expect(head).toContainText('13/06/1957');
  await expect(head).toContainText(/identité provisoire|provisional identity/);
  await expectAccessible();
  await picture('identity-one');

  await page
    .getByRole('button', { name: /^(Annuler|Undo)$/ })
    .first()
    .press('Enter');
  await confirm(page, 'la première date était la bonne');
  await expect(head).toContainText('12/06/1957');
  await expect(head).toContainText(/identité validée|validated identity/);
});

test('two records of one person are put side by side, merged, and split back', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('identity-cell');
  const stamp = Date.now().toString(36).toUpperCase().replace(/\d/g, 'Z');
  await page.goto('/identities/people');
  await page.locator('h1').click();
  await make(page, `DOUBLON-${stamp}`, 'première venue');
  await page.goto('/identities/people');
  await page.locator('h1').click();
  await make(page, `DOUBLONS-${stamp}`, 'seconde venue');

  await page.keyboard.press('m');
  await page.keyboard.type(`doublon-${stamp.toLowerCase()} 12/06/1957`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: new RegExp(`DOUBLON-${stamp}`) }).press('Enter');
  const table = page.getByRole('table');
  await expect(table.getByRole('columnheader', { name: /^(Gardé|Kept)/ })).toBeVisible();
  await expectAccessible();
  await picture('identity-merge');

  await page.keyboard.press('f');
  await confirm(page, 'mêmes papiers');
  await expect(page.getByRole('heading', { name: new RegExp(`(Dossier fusionné|Merged record).*DOUBLON-${stamp}`) })).toBeVisible();

  const others = page.getByRole('term').filter({ hasText: /^(Autres noms connus|Other known names)$/ });
  await expect(others).toBeVisible();
  await expect(page.locator('.identity-head')).toContainText(/nom d’un dossier fusionné|name of a merged record/);
  await expectAccessible();
  await picture('identity-aliases');

  await page.getByRole('button', { name: /^(Séparer ce dossier|Split this record)$/ }).press('Enter');
  await confirm(page, 'deux personnes, en fait');
  await expect(page.getByRole('heading', { name: /Dossier fusionné|Merged record/ })).toBeHidden();
  await expect(others).toBeHidden();
});

test('nobody else opens the page of an identity', async ({ page, signIn }) => {
  await signIn('gp');
  const { patients } = (await (await page.request.get('/api/patients/mine')).json()) as { patients: { patientId: string }[] };
  expect((await page.request.get(`/api/identities/${patients[0]!.patientId}`)).status()).toBe(403);
});
