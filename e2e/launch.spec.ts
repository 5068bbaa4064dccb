import { expect, test } from './support/index.ts';

test('a second launch from the practice software locks the window that was open on another patient', async ({
  page,
  signIn,
  context,
  expectAccessible,
}) => {
  await signIn('gp');
  const patients = page.locator('a[href^="/patients/"]');
  await expect(patients.first()).toBeVisible();
  const [first, second] = await patients.evaluateAll((links) => links.slice(0, 2).map((link) => link.getAttribute('href')!));
  await page.goto(first!);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const launched = await context.newPage();
  await launched.goto(`${second!}#launched`);
  await expect(page.getByRole('heading', { name: 'Cette fenêtre est verrouillée' })).toBeVisible();
  await expect(page).toHaveTitle('Cette fenêtre est verrouillée — Cigogne');
  await expectAccessible();
  await expect(launched).toHaveURL(second!);
  await expect(launched.getByRole('heading', { name: 'Cette fenêtre est verrouillée' })).toBeHidden();
});
