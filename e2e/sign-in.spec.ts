import { expect, test } from './support/index.ts';

test('the door shows a card for each role, how full the region is, and the three stories', async ({ page, expectAccessible, picture }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Tous les résultats');
  await expect(page.locator('a[href^="/api/sign-in?card="]')).toHaveCount(11);
  await expect(page.getByRole('button', { name: /ESSAI-MARCHAND Odette/ })).toBeVisible();
  await expect(page.getByText('La région est chargée')).toBeVisible();
  await expectAccessible();
  await picture('sign-in');
});

test('a number key enters as the role of its card, and signing out comes back to the door', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('link', { name: /Médecin généraliste/ })).toBeVisible();
  await page.keyboard.press('1');
  await expect(page.getByRole('heading', { name: 'Mes patients' })).toBeVisible();
  await page.getByRole('button', { name: /Dr Anne LEFEVRE-DEMO/ }).click();
  await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
  await expect(page.getByRole('heading', { name: 'Entrer comme…' })).toBeVisible();
  await page.goto('/patients');
  await expect(page.getByRole('heading', { name: 'Entrer comme…' })).toBeVisible();
});

test('the language and the theme are chosen at the door and kept', async ({ page, expectAccessible }) => {
  await page.goto('/');
  await page.getByRole('radio', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { name: 'Enter as…' })).toBeVisible();
  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expectAccessible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Enter as…' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('each role lands where its work is, on a page without an accessibility fault', async ({ page, signIn, expectAccessible }) => {
  const places = {
    specialist: 'Mes patients',
    nurse: 'Mes patients',
    pharmacist: 'Mes patients',
    biologist: 'Résultats à accuser',
    secretary: 'Mes patients',
    operator: 'La région',
    dpo: 'Accès aux dossiers',
    'laboratory-system': 'Système de laboratoire',
  } as const;
  for (const [card, heading] of Object.entries(places)) {
    await signIn(card as keyof typeof places);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expectAccessible();
  }
});

test('no page breaks the content policy or throws', async ({ page, signIn }) => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await signIn('gp');
  await page.getByRole('link', { name: /ESSAI-MARCHAND/ }).click();
  await expect(page.getByRole('region', { name: 'Identité du patient' })).toBeVisible();
  await page.getByRole('button', { name: /Dr Anne LEFEVRE-DEMO/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  expect(faults).toEqual([]);
});
