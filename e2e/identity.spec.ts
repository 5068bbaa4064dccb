import { expect, test } from './support/index.ts';

test('the identity cell files a waiting report by keyboard, and takes it back', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('identity-cell');
  const list = page.getByRole('navigation', { name: /File d’identité|Identity worklist/ });
  await expect(list.getByRole('button').first()).toBeVisible();
  const before = await list.getByRole('button').count();
  expect(before).toBeGreaterThan(1);

  const table = page.getByRole('table');
  await expect(table.getByRole('columnheader', { name: /^(Reçu|Received)/ })).toBeVisible();
  await expect(table.getByRole('columnheader', { name: /^(Candidat|Candidate) 1/ })).toBeVisible();
  await expectAccessible();
  await picture('identity-worklist');

  await page.keyboard.press('j');
  await expect(list.getByRole('button').nth(1)).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('1');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /^(Annuler|Undo)/ })).toBeVisible();
  await expect.poll(() => list.getByRole('button').count()).toBeLessThan(before);

  await page.keyboard.press('u');
  await expect.poll(() => list.getByRole('button').count()).toBe(before);
});

test('the identity cell puts a record it looked for beside the candidates', async ({ page, signIn, expectAccessible }) => {
  await signIn('identity-cell');
  const table = page.getByRole('table');
  const columns = table.getByRole('columnheader');
  await expect(columns.nth(1)).toBeVisible();
  const before = await columns.count();
  await page.keyboard.press('/');
  await page.keyboard.type('essai-marchand');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /ESSAI-MARCHAND/ }).press('Enter');
  await expect(columns).toHaveCount(before + 1);
  await expect(columns.last()).toContainText(/(Candidat|Candidate) \d/);
  await expectAccessible();
});

test('nobody but the identity cell reads the worklist', async ({ page, signIn }) => {
  await signIn('gp');
  expect((await page.request.get('/api/worklists/identity')).status()).toBe(403);
});
