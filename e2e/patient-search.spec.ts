import { expect, test } from './support/index.ts';

const BOX = 'Chercher un patient';

test('a name and a birth date find the person from anywhere, by keyboard alone', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await expect(page.getByRole('heading', { name: 'Mes patients' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByLabel(BOX)).toBeFocused();
  await page.keyboard.type('marchand 14/06/1955');
  const found = page.getByRole('list', { name: 'Personnes trouvées' }).getByRole('link');
  await expect(found).toHaveCount(1);
  await expect(found).toContainText('14/06/1955');
  await expectAccessible();
  await page.keyboard.press('ArrowDown');
  await expect(found).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^ESSAI-MARCHAND ODETTE, 14\/06\/1955 — Biologie$/i);
});

test('accents, case and order do not matter, and a matricule is enough', async ({ page, signIn }) => {
  await signIn('gp');
  const found = page.getByRole('list', { name: 'Personnes trouvées' }).getByRole('link');
  for (const words of ['09/02/1948 testeur jean noel', 'Jean-Noël TESTEUR 09021948', '1480299602902']) {
    await page.getByLabel(BOX).fill(words);
    await expect(found).toContainText(['TESTEUR']);
  }
});

test('a name alone waits for the Enter key, so that no search is made at each letter', async ({ page, signIn }) => {
  await signIn('gp');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/patients?')) asked.push(request.url());
  });
  await page.getByLabel(BOX).pressSequentially('marchand');
  await expect(page.getByRole('search').getByText('Entrée lance la recherche')).toBeVisible();
  expect(asked).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Personnes trouvées' })).toContainText('ESSAI-MARCHAND');
  expect(asked).toHaveLength(1);
});

test('nobody found is said in words, and Escape leaves', async ({ page, signIn }) => {
  await signIn('gp');
  await page.getByLabel(BOX).fill('personne-introuvable 01/01/1901');
  await expect(page.getByRole('search').getByText('Personne ne correspond')).toBeVisible();
  await page.getByLabel(BOX).press('Escape');
  await expect(page.getByRole('search').getByText('Personne ne correspond')).toBeHidden();
  await expect(page.getByLabel(BOX)).toHaveValue('');
});
