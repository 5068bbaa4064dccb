/** The operator writes a rule of routing, tries it on what passed, and puts it in force; a laboratory sees where a document would go. */
import { expect, test } from './support/index.ts';

test('a draft of rules is tried on past traffic before it can be put in force', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('operator');
  await page.getByRole('link', { name: 'Règles d’envoi' }).click();
  const draft = page.getByRole('region', { name: /En vigueur|Brouillon/ });
  await expect(draft.getByRole('rowheader', { name: /^R-02/ })).toBeVisible();
  await expectAccessible();

  // Without the rule of history, the reports of years that the region took over would have been mailed.
  await page.getByRole('button', { name: 'Retirer la règle R-07' }).press('Enter');
  const put = page.getByRole('button', { name: /^Mettre en vigueur la version/ });
  await page.getByRole('textbox', { name: 'Pourquoi ce changement' }).fill('Essai');
  await expect(put).toBeDisabled();
  await page.getByRole('button', { name: 'Essayer' }).press('Enter');
  await expect(page.locator('strong').getByText(/^[1-9]\d* document\(s\) acheminés autrement/)).toBeVisible();
  await picture('rules-trial');
  await page.getByRole('button', { name: 'Revenir à ce qui est en vigueur' }).press('Enter');

  await page.getByRole('button', { name: 'Ajouter une règle' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Ce qu’elle dit/ }).fill('Rien ne part d’un laboratoire qui n’existe pas.');
  await dialog.getByRole('textbox', { name: 'Émetteurs' }).fill('990999999');
  await dialog.getByRole('button', { name: 'copie' }).press('Enter');
  await expectAccessible();
  await dialog.getByRole('button', { name: 'Garder au brouillon' }).press('Enter');
  await page.getByRole('button', { name: 'Essayer' }).press('Enter');
  await expect(page.locator('strong').getByText(/^0 document\(s\) acheminés autrement/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Pourquoi ce changement' }).fill('Essai de bout en bout');
  await put.press('Enter');
  await expect(page.getByText('Essai de bout en bout')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /Rien ne part d’un laboratoire/ })).toBeVisible();

  // The software of the demo's hospital is on the list; another is added, and the list put in force.
  const software = page.getByRole('region', { name: 'Logiciels destinataires' });
  await expect(software.getByRole('rowheader', { name: /Dossier patient du CH/ })).toBeVisible();
  await software.getByRole('button', { name: 'Ajouter un logiciel' }).press('Enter');
  await dialog.getByRole('textbox', { name: 'Logiciel' }).fill('Clinique des Essais');
  await dialog.getByRole('textbox', { name: 'Identifiant' }).fill('clinique-essais');
  await dialog.getByRole('textbox', { name: 'Lieux servis' }).fill('990999999');
  await dialog.getByRole('radio', { name: 'FHIR', exact: true }).press('Enter');
  await dialog.getByRole('textbox', { name: 'Adresse du serveur FHIR' }).fill('https://clinique.example/fhir');
  await dialog.getByRole('textbox', { name: 'OID de cette région' }).fill('1.2.250.1.999.20');
  await dialog.getByRole('radio', { name: 'Ressources : résultats' }).press('Enter');
  await expectAccessible();
  await picture('software-dialog');
  await dialog.getByRole('button', { name: 'Garder au brouillon' }).press('Enter');
  await software.getByRole('textbox', { name: 'Pourquoi ce changement' }).fill('Raccordement de la clinique');
  await software.getByRole('button', { name: /^Mettre en vigueur la liste/ }).press('Enter');
  await expect(software.getByText('Raccordement de la clinique')).toBeVisible();
  await picture('rules');
});

test('a laboratory is told where a document would go, and nothing of it is kept', async ({ page, signIn, expectAccessible }) => {
  await signIn('laboratory-system');
  const fresh = await page.request.get('/api/demo/fresh-report');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choisir un document' }).press('Enter');
  await (await chooser).setFiles({ name: 'rapport.xml', mimeType: 'application/xml', buffer: await fresh.body() });
  await expect(page.getByText(/Prescripteur · Dr/)).toBeVisible();
  await expectAccessible();
});
