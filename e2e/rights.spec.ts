/** The data protection officer reads the rights in force; a doctor notes having told a patient of a result. */
import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001';

test('the officer reads who may read and file what, and what stays open of what is hidden', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('dpo');
  await page.getByRole('link', { name: 'Droits' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Droits en vigueur' })).toBeVisible();
  const biology = page.getByRole('row', { name: /^Compte rendu de biologie/ });
  await expect(biology.getByRole('cell').first()).toHaveText('lit, verse *');
  await expect(page.getByRole('row', { name: /^Masqué aux professionnels ouvert/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Historique des droits' })).toBeVisible();
  await expect(page.getByText(/^Depuis le .* : version /).first()).toBeVisible();
  await expectAccessible();
  await picture('rights');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
  await picture('rights-telephone-dark');
});

test('a doctor does not read the table of rights', async ({ page, signIn }) => {
  await signIn('gp');
  await page.goto('/rights');
  await expect(page.getByText('Votre fonction ne permet pas cette lecture')).toBeVisible();
});

test('a doctor notes having told the patient of a report, once, and it is written beside it', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  const answer = await page.request.get(`/api${ODETTE}/biology`);
  const { reports } = (await answer.json()) as { reports: { documentId: string; receivedAt: string }[] };
  // One that has been there for a day: others take reports of today back meanwhile.
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const { documentId } = reports.find(({ receivedAt }) => receivedAt < yesterday)!;
  await page.goto(`${ODETTE}/biology?view=report&report=${documentId}`);
  await page.getByRole('button', { name: 'Annoncé au patient' }).press('Enter');
  await expect(page.getByText(/^Annoncé au patient le .*, par Dr /)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Annoncé au patient' })).toHaveCount(0);
  await expectAccessible();
  await picture('told');
});
