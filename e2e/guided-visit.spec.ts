import { expect, test } from './support/index.ts';

test('the guided visit follows what one does, one step at a time, and can be left', async ({ page, expectAccessible }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Commencer' }).click();
  const visit = page.getByRole('complementary', { name: 'Visite guidée' });
  await expect(visit).toContainText('Étape 1 sur 5');
  await expect(visit).toContainText('ESSAI-MARCHAND Odette');
  await expectAccessible();
  await page.getByRole('link', { name: /ESSAI-MARCHAND/ }).click();
  await expect(visit).toContainText('Étape 2 sur 5');
  await visit.getByRole('button', { name: 'Passer cette étape' }).click();
  await visit.getByRole('button', { name: 'Passer cette étape' }).click();
  await expect(visit).toContainText('Étape 4 sur 5');
  await page.getByRole('link', { name: 'Accès' }).click();
  await expect(visit).toContainText('Étape 5 sur 5');
  await page.reload();
  await expect(visit).toContainText('Étape 5 sur 5');
  await visit.getByRole('button', { name: 'Quitter la visite' }).click();
  await expect(visit).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: /30 jours/ })).toBeVisible();
  await expect(visit).toHaveCount(0);
});
