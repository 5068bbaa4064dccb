/** A patient closes their record to someone and opens it again; the professional meets a closed door, in words. */
import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001';

test('a patient closes the record to a professional, who is told so, then opens it again', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('patient');
  await page.getByRole('link', { name: 'Qui peut' }).click();
  await expect(page.getByRole('heading', { name: 'Qui peut ouvrir mon dossier' })).toBeVisible();
  await expect(page.getByText('Votre médecin traitant')).toBeVisible();
  await expectAccessible();
  await picture('own-sharing');
  await page.getByRole('button', { name: /^Fermer : Dr Hélène GARNIER-DEMO/ }).click();
  await expect(page.getByRole('heading', { name: /^Fermé à 1/ })).toBeVisible();
  await expectAccessible();

  await signIn('specialist');
  await page.goto(`${ODETTE}/biology`);
  await expect(page.getByText('Le patient ne vous autorise pas à ouvrir son dossier.')).toBeVisible();
  await expectAccessible();

  await signIn('patient');
  await page.goto(`${ODETTE}/sharing`);
  await page.getByRole('button', { name: /^Rouvrir/ }).click();
  await expect(page.getByRole('heading', { name: /^Fermé à/ })).toHaveCount(0);
});

test('a patient refuses in advance that an emergency open the record, and changes their mind', async ({ page, signIn }) => {
  await signIn('patient');
  await page.goto(`${ODETTE}/sharing`);
  const emergency = page.getByRole('checkbox', { name: /^Un médecin peut ouvrir mon dossier/ });
  await expect(emergency).toBeChecked();
  await emergency.press('Space');
  await expect(emergency).not.toBeChecked();
  await page.reload();
  await expect(emergency).not.toBeChecked();
  await emergency.press('Space');
  await expect(emergency).toBeChecked();
});
