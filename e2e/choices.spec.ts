import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

const MARIE_CLAIRE = 2;

/** A person of the guided visit: Odette, unless told otherwise. */
async function openStory(page: Page, story = 0): Promise<string> {
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const { patientId } = stories[story]!;
  await page.goto(`/patients/${patientId}/biology`);
  return patientId;
}

test('rows found are kept as a view of one’s own, used for another patient, and removed', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await openStory(page);
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('kali');
  await expect(page.getByRole('rowheader', { name: /Sodium/ })).toHaveCount(0);
  const more = page.getByRole('button', { name: /^\+/ });
  await more.click();
  await page.getByRole('menuitem', { name: /Garder ces lignes/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Mes vues' });
  await dialog.getByLabel('Nom de la vue').fill('Ma kaliémie');
  await expectAccessible();
  await dialog.getByRole('button', { name: 'Garder cette vue' }).click();
  await expect(dialog).toHaveCount(0);
  await openStory(page, MARIE_CLAIRE);
  await expect(page.getByRole('region', { name: 'Identité du patient' })).toContainText('FICTIF');
  await page.getByRole('radio', { name: 'Ma kaliémie' }).click();
  await expect(page.getByRole('rowheader', { name: /Potassium/ })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /Sodium/ })).toHaveCount(0);
  await more.click();
  await page.getByRole('menuitem', { name: /Garder ces lignes/ }).click();
  await dialog.getByRole('button', { name: 'Retirer Ma kaliémie' }).click();
  await expect(dialog.getByRole('button', { name: 'Retirer Ma kaliémie' })).toHaveCount(0);
});

test('a value says why it has its sign, rule by rule with the source, and leaves as a sentence for a letter', async ({
  page,
  context,
  signIn,
  expectAccessible,
  picture,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn('gp');
  await openStory(page);
  await page.locator('td[data-row="potassium.serum"]').filter({ hasText: '5,6' }).first().click();
  await page.keyboard.press('w');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('a signalé cette valeur');
  await expect(dialog).toContainText(/Intervalle 3,5–5,1, imprimé par BioRives/);
  await expect(dialog).toContainText(/plus que les 14\s%/);
  await expect(dialog).toContainText('EFLM');
  await expectAccessible();
  await picture('biology-why');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await dialog.getByRole('button', { name: 'Copier la valeur' }).click();
  await expect.poll(copied).toMatch(/^Potassium, .* 5,6\smmol\/L \(3,5–5,1\), .*2026, BioRives/);
  await dialog.getByRole('button', { name: 'Copier la ligne' }).click();
  await expect.poll(copied).toMatch(/^Potassium.*5,6 \(.*\) ; 4,4/);
});
