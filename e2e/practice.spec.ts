/** A practice reads in its own software what a laboratory sent, filed without a click; the laboratory sees that it was read. */
import { expect, test } from './support/index.ts';
import { untilSent } from './support/sent.ts';

test('a report is filed in the practice’s software without a click, read there by the keyboard, and its laboratory sees who read it', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('laboratory-system');
  const fresh = await page.request.get('/api/demo/fresh-report');
  const bytes = await fresh.body();
  // Others deposit reports of the same patient meanwhile: this one is known by its value.
  const [, value = ''] = /value="(\d+)" unit="ng\/L"/.exec(bytes.toString('utf8')) ?? [];
  const printed = new RegExp(`NT-proBNP\\s${value.replace(/(\d)(\d{3})$/, '$1\\s?$2')}`);
  const answer = await page.request.post('/api/deposits', { data: bytes, headers: { 'content-type': 'application/xml' } });
  const { uniqueId } = (await answer.json()) as { uniqueId: string };
  const { software } = (await (await page.request.get('/api/demo')).json()) as { software: string };
  expect(software).not.toBe(new URL(page.url()).origin);

  // Its page is its own: it asks its server nothing that this one has not, and draws nothing of Cigogne.
  const unknown: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 404) unknown.push(response.url());
  });
  await page.goto(software);
  await expectAccessible();
  await page.getByRole('button', { name: /^Dr Anne LEFEVRE-DEMO/ }).press('Enter');
  const line = page.locator('button.inbox-line').filter({ hasText: 'ESSAI-MARCHAND' }).filter({ hasText: printed });
  await expect(line.first()).toBeVisible({ timeout: 20_000 });
  await line.first().focus();
  const outside = page.getByRole('list', { name: 'Hors intervalle' });
  // What else is outside of its interval changes from one report to the next; this is always far above.
  await expect(outside).toContainText('NT-proBNP');
  await expect(page.getByText(/rangés? sans clic cette semaine/)).toBeVisible();
  // What a key decides on is the one line that is shown.
  await expect(page.getByRole('heading', { name: 'Ma décision' })).toHaveCount(1);
  await expectAccessible();
  await picture('practice-results');
  await line.first().focus();
  // A word to the patient leaves by secure mail; the result stays to be answered for.
  await page.keyboard.press('m');
  await page.getByRole('textbox', { name: 'Votre message' }).fill(`Contrôle lundi (${uniqueId}).`);
  await expectAccessible();
  await page.getByRole('button', { name: 'Envoyer' }).press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // Two reports may bear the same value: each is acknowledged, so that this one is.
  await expect(async () => {
    const waiting = await line.count();
    if (waiting > 0) {
      await line.first().focus();
      await page.keyboard.press('Space');
    }
    await expect(line).toHaveCount(Math.max(0, waiting - 1), { timeout: 5_000 });
    expect(waiting).toBeLessThanOrEqual(1);
  }).toPass();

  await page.getByRole('link', { name: /^Patients/ }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Patients' })).toBeVisible();
  await picture('practice-patients');
  await page.getByRole('link', { name: /^ESSAI-MARCHAND/ }).press('Enter');
  const table = page.getByRole('region', { name: 'Tableau des résultats' });
  await expect(table.getByRole('row', { name: /^Potassium/ })).toBeVisible();
  await expect(page.getByText('lu par Dr Anne LEFEVRE-DEMO').first()).toBeVisible();
  await expectAccessible();
  await picture('practice-record');

  // Filed wrong, said so: it waits to be sorted, the traits side by side, with all that was done.
  await page
    .getByRole('button', { name: /^Mal rangé/ })
    .first()
    .press('Enter');
  await page.getByRole('textbox', { name: 'Motif' }).fill('dossier ouvert par erreur');
  await page.getByRole('button', { name: 'Retirer du dossier' }).press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('link', { name: /^À trier/ }).press('Enter');
  const waiting = page.getByRole('article').filter({ hasText: 'dossier ouvert par erreur' });
  await expect(waiting.getByText('rangé par le connecteur', { exact: false })).toBeVisible();
  await expectAccessible();
  await picture('practice-triage');
  await waiting.getByRole('textbox', { name: 'Motif' }).fill('traits revus');
  await waiting.getByRole('button', { name: /^Ranger ici, chez ESSAI-MARCHAND/ }).press('Enter');
  await expect(waiting).toHaveCount(0);

  expect(unknown).toEqual([]);
  await signIn('biologist');
  await untilSent(page, uniqueId, 'read');
  await page.goto(`/exchange?id=${encodeURIComponent(uniqueId)}`);
  await expect(page.getByText('lu', { exact: true }).first()).toBeVisible();
});
