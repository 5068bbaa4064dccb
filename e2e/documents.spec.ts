import { pdfOf } from '../src/formats/index.ts';
import { letterOf } from '../test/support/letters.ts';
import { expect, test, WIDTHS } from './support/index.ts';

const DOCUMENTS = '/patients/019a0000-0000-7000-8000-000000000001/documents';
const MARIE_CLAIRE = '/patients/019a0000-0000-7000-8000-000000000003/documents';

const aPdf = async () => Buffer.from((await pdfOf(letterOf(1), 'Europe/Paris')).bytes);

test('a record is gone through by type, date and words; what is older than two years is announced, and shown by a key', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  await page.goto(DOCUMENTS);
  const notice = page.getByText(/documents de moins de 2 ans/);
  await expect(notice).toBeVisible();
  await expect(page.getByText('Radiographie du thorax')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Remplacés 1$/ })).toBeVisible();
  await expectAccessible();
  await page.keyboard.press('2');
  await expect(page.getByText('Radiographie du thorax').first()).toBeVisible();
  const year = page.getByRole('button', { name: /^2024/ });
  await year.click();
  await expect(page.getByText('Échographie cardiaque transthoracique')).toHaveCount(0);
  await year.click();
  await page.getByRole('button', { name: /^Imagerie/ }).click();
  await expect(page.getByText('Échographie cardiaque transthoracique').first()).toBeVisible();
  await expect(page.getByText('Passage aux urgences')).toBeHidden();
  await page.locator('.rec-row').filter({ hasText: 'Échographie cardiaque transthoracique' }).first().click();
  await expect(page.getByRole('complementary', { name: 'Le document choisi' })).toContainText(/ConclusionCardiopathie dilatée/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('retinopathie');
  await expect(page.getByText('Fond d’œil, dépistage de rétinopathie').first()).toBeVisible();
  await page.goto(DOCUMENTS);
  await picture('documents');
});

test('by the keyboard alone: from the list to a letter, to why one sees it, to its addendum, and back', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  await signIn('gp');
  await page.goto(`${DOCUMENTS}?preset=discharge`);
  const rows = page.locator('.rec-row');
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Lettre de liaison à la sortie' })).toBeVisible();
  await expect(page.getByText('Insuffisance rénale aiguë sur chronique')).toBeVisible();
  await expect(page.locator('.rec-structured div', { hasText: 'Metformine' })).toContainText('Traitements arrêtés');
  await expectAccessible();
  await page.keyboard.press('w');
  await expect(page.getByRole('region', { name: 'Pourquoi je vois ce document' })).toBeFocused();
  await page.getByRole('button', { name: /^Complété par/ }).press('Enter');
  await expect(page.getByText('épanchement pleural asséché')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rows.first()).toBeVisible();
});

test('a replaced version says so, and leads to the one in force', async ({ page, signIn }) => {
  await signIn('gp');
  await page.goto(`${DOCUMENTS}?preset=summary`);
  await page.locator('.rec-row').first().press('Enter');
  await page.getByRole('button', { name: /remplacée/ }).click();
  await expect(page.getByText('Cette version a été remplacée.')).toBeVisible();
  await page.getByRole('button', { name: 'Ouvrir la version en vigueur' }).click();
  await expect(page.getByText('Maladie rénale chronique, stade 3b')).toBeVisible();
});

test('the patient hides a document and shows it again; meanwhile the nurse finds nothing of it', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  const change = async (act: string) => {
    await signIn('patient');
    await page.goto(`${DOCUMENTS}?preset=pathology`);
    await page.locator('.rec-row').first().press('Enter');
    await page.getByRole('button', { name: act }).click();
    const dialog = page.getByRole('dialog', { name: act });
    await expectAccessible();
    await dialog.getByRole('button', { name: act }).click();
    await expect(dialog).toBeHidden();
  };
  const nurseSees = async () => {
    await signIn('nurse');
    await page.goto(DOCUMENTS);
    await expect(page.getByText(/documents de moins de 2 ans/)).toBeVisible();
    return page.getByText('Biopsie cutanée').count();
  };
  await change('Masquer aux professionnels');
  expect(await nurseSees()).toBe(0);
  await change('Montrer aux professionnels');
  expect(await nurseSees()).toBeGreaterThan(0);
});

test('a report hidden while a nurse reads it leaves her pages at once, which say no more than that the record changed', async ({
  page,
  browser,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('nurse');
  // The latest report that her page shows and that has been there for a day: others deposit reports of today meanwhile, and take some back.
  const read = page.waitForResponse(
    (answer) => answer.url().endsWith(DOCUMENTS.replace('documents', 'biology')) && answer.url().includes('/api/'),
  );
  await page.goto(DOCUMENTS.replace('documents', 'biology'));
  const { reports } = (await (await read).json()) as { reports: { documentId: string; receivedAt: string; current: boolean }[] };
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const { documentId } = reports.find(({ receivedAt, current }) => current && receivedAt < yesterday)!;
  const values = page.locator('tbody').first();
  await expect(page.locator('tbody tr').nth(3)).toBeVisible();
  const own = await browser.newContext();
  const at = await own.newPage();
  await at.goto(`${new URL(page.url()).origin}/api/sign-in?card=patient`);
  const change = (act: string) =>
    at.evaluate(
      async ([address, wanted]) => {
        const body = JSON.stringify({ act: wanted, mask: 'MASQUE_PS' });
        const answer = await fetch(address!, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        return answer.status;
      },
      [`/api${DOCUMENTS}/${documentId}/visibility`, act],
    );
  const before = await values.innerText();
  expect(await change('hide')).toBe(204);
  await expect(page.getByRole('alert')).toHaveText(/le dossier a changé/);
  await expect.poll(() => values.innerText()).not.toBe(before);
  await expectAccessible();
  await picture('biology-changed');
  await page.getByRole('alert').getByRole('button', { name: 'Fermer' }).click();
  expect(await change('show')).toBe(204);
  await expect(page.getByText(/nouveaux? comptes? rendus?/)).toBeVisible();
  await own.close();
});

test('a doctor files a PDF by the keyboard: it opens at once, and the nurse reads it', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await page.goto(DOCUMENTS);
  await expect(page.locator('.rec-row').first()).toBeVisible();
  await page.keyboard.press('v');
  const dialog = page.getByRole('dialog', { name: 'Verser un document' });
  await dialog.getByLabel('Fichier PDF ou CDA').setInputFiles({ name: 'note.pdf', mimeType: 'application/pdf', buffer: await aPdf() });
  await dialog.getByLabel('Type').selectOption('11488-4');
  await dialog.getByLabel('Titre').fill('Consultation du genou');
  await expectAccessible();
  await dialog.getByRole('button', { name: 'Verser au dossier' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Consultation du genou' })).toBeVisible();
  await expectAccessible();
  await signIn('nurse');
  await page.goto(DOCUMENTS);
  await expect(page.getByText('Consultation du genou').first()).toBeVisible();
});

test('patients file their wishes; a file that is no PDF is refused in words', async ({ page, signIn, expectAccessible, picture }) => {
  await signIn('patient');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(DOCUMENTS);
  await page.getByRole('button', { name: 'Verser un document' }).click();
  const dialog = page.getByRole('dialog', { name: 'Verser un document' });
  const field = dialog.getByLabel('Fichier PDF');
  await field.setInputFiles({ name: 'faux.pdf', mimeType: 'application/pdf', buffer: Buffer.from('rien d’un PDF') });
  await dialog.getByLabel('Titre').fill('Mes directives anticipées');
  await dialog.getByRole('button', { name: 'Verser au dossier' }).click();
  await expect(dialog.getByRole('alert')).toContainText('n’est pas un PDF ou un CDA lisible');
  await expectAccessible();
  const box = (await dialog.boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
  await picture('filing');
  await field.setInputFiles({ name: 'directives.pdf', mimeType: 'application/pdf', buffer: await aPdf() });
  await dialog.getByRole('button', { name: 'Verser au dossier' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Mes directives anticipées' })).toBeVisible();
});

test('what a doctor filed is replaced, archived, withdrawn and brought back', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await page.goto(DOCUMENTS);
  await page.getByRole('button', { name: 'Verser un document' }).click();
  const fill = async (title: string) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Fichier PDF').setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: await aPdf() });
    await dialog.getByLabel('Titre').fill(title);
    await dialog.getByRole('button', { name: 'Verser au dossier' }).click();
    await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible();
  };
  const change = async (act: string) => {
    await page.getByRole('button', { name: act }).click();
    const dialog = page.getByRole('dialog', { name: act });
    await dialog.getByLabel('Motif').fill('versé par erreur');
    await expectAccessible();
    await dialog.getByRole('button', { name: act }).click();
    await expect(dialog).toBeHidden();
  };
  await fill('Note de suivi');
  await page.getByRole('button', { name: 'Remplacer par une nouvelle version' }).click();
  await fill('Note de suivi corrigée');
  await expect(page.getByRole('list', { name: 'Versions de ce document' }).getByRole('listitem')).toHaveCount(2);
  await change('Archiver');
  await expect(page.getByText('Ce document est archivé.')).toBeVisible();
  await change('Rétablir');
  await expect(page.getByText('Ce document est archivé.')).toBeHidden();
  await change('Retirer du dossier');
  await expect(page.getByText(/Vous avez retiré ce document/)).toBeVisible();
  await expectAccessible();
  await page.getByRole('button', { name: 'Annuler le retrait' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Note de suivi corrigée' })).toBeVisible();
});

test('words that are in the text alone are found with Enter', async ({ page, signIn }) => {
  await signIn('gp');
  await page.goto(DOCUMENTS);
  await expect(page.locator('.rec-row').first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('épanchement asséché');
  await expect(page.getByText('Entrée : chercher aussi dans le texte des documents')).toBeVisible();
  await expect(page.locator('.rec-row')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.locator('.rec-row').first()).toBeVisible();
});

test('a treating doctor sees psychiatry in the record', async ({ page, signIn }) => {
  await signIn('gp');
  await page.goto(MARIE_CLAIRE);
  await expect(page.getByText('Synthèse psychiatrique').first()).toBeVisible();
});

test('at every width, in light and in dark, the page holds and axe finds nothing', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  for (const width of WIDTHS)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto(DOCUMENTS);
      await expect(page.locator('.rec-row').first()).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
      await expectAccessible();
    }
});
