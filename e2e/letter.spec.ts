/** A hospital doctor writes the discharge letter of a patient, is told what it lacks, signs it, and reads it in the record. */
import { expect, test } from './support/index.ts';

const JEAN_NOEL = '019a0000-0000-7000-8000-000000000002';

test('a discharge letter is not signed while a heading lacks; signed, it is in the record and its author may correct it', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('specialist');
  await page.goto(`/patients/${JEAN_NOEL}/letter`);
  await expect(page.getByRole('heading', { name: 'Lettre de sortie' })).toBeVisible();
  await page.getByRole('button', { name: 'Signer et envoyer' }).press('Enter');
  // What lacks first takes the focus.
  await expect(page.getByLabel('Date d’entrée')).toBeFocused();
  const today = new Date().toLocaleDateString('sv-SE');
  await page.getByLabel('Date d’entrée').fill('2026-10-02');
  await page.getByLabel('Date de sortie').fill(today);
  await page.getByLabel('Unité', { exact: true }).fill('Cardiologie');
  await page.getByLabel('Modalité d’entrée').selectOption('emergency');
  await page.getByLabel('Modalité de sortie').selectOption('home');
  await page.getByLabel('Motif d’hospitalisation').fill('Décompensation cardiaque');
  await page.getByLabel('Synthèse médicale du séjour').fill('Évolution favorable sous diurétiques.\nPoids de sortie 71 kg.');
  await page.getByLabel('Évènements indésirables pendant le séjour').fill('Aucun');
  await page.getByLabel('Germes multirésistants').selectOption('none');
  await page.getByLabel('Produits sanguins').selectOption('no');
  await page.getByLabel('Médicaments dérivés du sang').selectOption('no');
  await page.getByRole('button', { name: 'Débuté' }).press('Enter');
  await page.getByLabel('Médicament et dosage').fill('RAMIPRIL ESSAI 2,5 mg');
  await expect(page.getByRole('button', { name: 'Traitement 1 : le motif' })).toBeVisible();
  await page.getByLabel('Motif', { exact: true }).fill('Fraction d’éjection à 35 %');
  await page.getByRole('button', { name: 'Ajouter un résultat attendu' }).press('Enter');
  await page.getByLabel('Analyse').fill('Ferritine');
  await page.getByRole('button', { name: 'Ajouter une suite' }).press('Enter');
  await page.getByLabel('Quoi, par qui').fill('Médecin traitant sous 7 jours');
  await expect(page.getByRole('heading', { name: 'Rien ne manque' })).toBeVisible();
  await expectAccessible();
  await picture('letter');
  // Left and opened again, the draft is there.
  await page.getByRole('button', { name: 'Enregistrer le brouillon' }).press('Enter');
  await expect(page.getByText('Brouillon enregistré')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Motif d’hospitalisation')).toHaveValue('Décompensation cardiaque');
  await page.getByRole('button', { name: 'Signer et envoyer' }).press('Enter');
  await expect(page.getByText('Fraction d’éjection à 35 %').first()).toBeVisible();
  await picture('letter-signed');
  await page.goto(`/patients/${JEAN_NOEL}/letter`);
  await expect(page.getByRole('button', { name: 'La corriger' })).toBeVisible();
});

test('the region sees how many letters left on the day', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('operator');
  await page.getByRole('link', { name: 'Lettres du jour' }).click();
  await expect(page.getByRole('heading', { name: 'Lettres de sortie envoyées le jour même' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^CH de / }).first()).toBeVisible();
  await expectAccessible();
  await picture('letters-day-zero');
});
