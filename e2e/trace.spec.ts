/** A laboratory follows one of its documents, from its deposit to the mailbox and the readers. */
import { expect, test } from './support/index.ts';
import { demoRpps } from '../src/demo/ids.ts';
import { untilAll } from './support/sent.ts';

test('a laboratory follows a document from its deposit to the mailbox of its prescriber, and recalls it everywhere by one act', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('laboratory-system');
  const fresh = await page.request.get('/api/demo/fresh-report');
  // Ordered by the cardiologist of the hospital, whose software takes HL7 v2.
  const data = (await fresh.body())
    .toString()
    .replaceAll(demoRpps(1), demoRpps(2))
    .replaceAll('LEFEVRE-DEMO', 'GARNIER-DEMO')
    .replaceAll('>Anne<', '>Hélène<');
  const answer = await page.request.post('/api/deposits', { data, headers: { 'content-type': 'application/xml' } });
  expect(answer.status()).toBe(201);
  const { uniqueId } = (await answer.json()) as { uniqueId: string };
  const followed = `/exchange?id=${encodeURIComponent(uniqueId)}`;
  // Its prescriber, the patient, the software of the hospital: the page shows what was heard when it opened.
  await untilAll(page, uniqueId, ['delivered', 'delivered', 'delivered']);
  await page.goto(followed);
  await expect(page.getByText('remis', { exact: true }).first()).toBeVisible();
  const prescriber = page.getByRole('article').filter({ has: page.getByRole('heading', { name: /^Prescripteur/ }) });
  await prescriber.getByText(/^\d+ étapes$/).click();
  await expect(prescriber.getByText('Remis dans la boîte', { exact: true })).toBeVisible();
  const software = page.getByRole('article').filter({ has: page.getByRole('heading', { name: /^Logiciel · Dossier patient du CH/ }) });
  await expect(software.getByText('rangé, pas encore lu')).toBeAttached();
  for (const step of ['Déposé', 'Identifié', 'Normalisé', 'Règles appliquées']) await expect(page.getByText(step).first()).toBeVisible();
  // Whoever opens the results of this patient meanwhile has read it.
  const readers = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Dossier régional' }) });
  await expect(readers).toContainText(/Personne ne l’a encore lu au dossier|-DEMO|lecteur/);
  // What was sent is read byte for byte, on request; the journey and its bytes are exported as a file.
  await page.getByRole('button', { name: /^Octets : Prescripteur/ }).press('Enter');
  await expect(page.getByText('X-MSS-', { exact: false }).first()).toBeVisible();
  // Beside what was received, of which it is made.
  await expect(page.getByText('<ClinicalDocument', { exact: false }).first()).toBeVisible();
  // Step by step with the keys, down and up.
  const inHand = page.locator('[data-step]:focus');
  await page.getByRole('heading', { name: 'Le voyage' }).click();
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
  await expect(inHand).toContainText('Lu');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Exporter la preuve' }).press('Enter');
  expect((await download).suggestedFilename()).toBe(`preuve-${uniqueId}.json`);
  await page.getByRole('button', { name: 'Rejouer à blanc' }).press('Enter');
  await expect(page.getByText('Prescripteur · Dr').first()).toBeVisible();
  await expectAccessible();
  await picture('trace');

  // An order whose doctor the directory does not know goes nowhere: a person tries first what a replay would do, then replays those chosen.
  await page.request.post('/api/deposits', {
    data: (await (await page.request.get('/api/demo/fresh-report')).body()).toString().replaceAll(demoRpps(1), '899799999998'),
    headers: { 'content-type': 'application/xml' },
  });
  await signIn('biologist');
  // The page shows what waited when it was opened.
  const waiting = async () => (await page.request.get('/api/exchange/to-mend')).text();
  await expect.poll(waiting).toContain('"recipient.unknown"');
  await page.goto('/exchange');
  const toMend = page.getByRole('region', { name: /^À réparer/ });
  const unknown = toMend.getByRole('row').filter({ hasText: 'RPPS inconnu' }).first();
  await unknown.getByRole('checkbox').check();
  await toMend.getByRole('button', { name: 'Essai à blanc' }).press('Enter');
  await expect(page.getByText(/^À blanc, rien n’est parti : 0 relancé/)).toBeVisible();
  await toMend.getByRole('button', { name: 'Relancer' }).press('Enter');
  await expect(page.getByText(/^0 relancé\(s\), 1 encore sans adresse/)).toBeVisible();
  await expectAccessible();

  // It was of somebody else: its biologist recalls it everywhere by one act, and follows each recall.
  await page.goto('/patients/019a0000-0000-7000-8000-000000000001/documents?preset=biology');
  await page.getByRole('button', { name: /^Vous \d/ }).click();
  await page.getByRole('link', { name: 'Suivre l’envoi' }).click();
  await expect(page.getByText('Déposé').first()).toBeVisible();
  await page.goto(followed);
  await page.getByRole('button', { name: 'Mauvais patient : rappeler partout' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Motif').fill('étiquettes échangées');
  await expectAccessible();
  await dialog.getByRole('button', { name: 'Rappeler partout' }).click();
  await expect(page.getByText('Ce document a été retiré du dossier')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('heading', { name: /^Retrait/ }).first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('heading', { name: /^Retrait · Logiciel/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mauvais patient' })).toHaveCount(0);
  await picture('trace-recalled');

  // Who runs the region sees what waits, and what each system sent these days; no patient.
  await signIn('operator');
  await page.goto('/exchange');
  const senders = page.getByRole('table', { name: 'Dépôts par émetteur et par jour' });
  await expect(senders.getByRole('rowheader').first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('À acheminer')).toBeVisible();
  const messages = page.getByRole('region', { name: 'Derniers messages' });
  await messages.getByLabel('État').selectOption({ label: 'remis' });
  await expect(messages.getByRole('rowheader').first()).toBeVisible();
  await expect(messages.getByText('refusé', { exact: true }).filter({ visible: true })).toHaveCount(0);
  await expectAccessible();
  await picture('exchange-state');
});
