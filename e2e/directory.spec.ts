import { expect, test } from './support/index.ts';

test('a doctor finds a colleague as they type, a slip of the fingers included', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('gp');
  await page.goto('/directory');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('bou');
  const list = page.getByRole('list', { name: /Trouvés dans l’annuaire|Found in the directory/ });
  const first = list.getByRole('listitem').first();
  await expect(first).toBeVisible();
  const name = (await first.locator('.directory-name').innerText()).replace(/^Dr\s/, '');
  await expectAccessible();
  await picture('directory');
  await page.keyboard.press('ArrowDown');
  await expect(first).toBeFocused();

  // one letter of the family name too many
  const family = name.split(/\s/).at(-1)!.split('-')[0]!;
  await page.keyboard.press('/');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(`${family.slice(0, 4)}x${family.slice(4)}`);
  await expect(page.getByText(/cherché comme|looked for as/)).toBeVisible();
  await expect(list.getByRole('listitem').first()).toBeVisible();
});

test('the operator adds a system being tried, and cannot put it in production without a key', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('operator');
  await page.goto('/senders');
  const table = page.getByRole('table', { name: /Systèmes qui déposent|Systems that deposit/ });
  await expect(table.getByRole('row').nth(1)).toBeVisible();
  await expectAccessible();
  await picture('senders');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'on a telephone the page does not slide').toBe(390);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByRole('link', { name: /Tables de codes|Tables of codes/ })).toHaveAttribute('href', '/region');
  const finess = '120459876';
  await page.getByRole('button', { name: /Ajouter un système|Add a system/ }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Identifiant du système|Identifier of the system/ }).fill(`sil-essai-${Date.now()}`);
  await dialog.getByRole('textbox', { name: /^(Nom|Name)/ }).fill('SIL ESSAI');
  await dialog.getByRole('textbox', { name: /FINESS/ }).fill(finess);
  await expectAccessible();
  await dialog.getByRole('radio', { name: /En production|In production/ }).press('Space');
  await dialog.getByRole('button', { name: /Enregistrer|Save/ }).press('Enter');
  await expect(dialog.getByRole('alert')).toContainText(/clé publique|public key/);
  await dialog.getByRole('radio', { name: /En test|In test/ }).press('Space');
  await dialog.getByRole('button', { name: /Enregistrer|Save/ }).press('Enter');
  await expect(dialog).toBeHidden();
  await expect(table.getByRole('rowheader', { name: /SIL ESSAI/ }).first()).toBeVisible();
});
