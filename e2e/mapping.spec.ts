import { spawnSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** What laboratories send is counted some fifteen seconds behind, up to a minute when much comes. */
const COUNTED_MS = 120_000;
const MARIE_CLAIRE = '/patients/019a0000-0000-7000-8000-000000000003';

/** Waits until it is: a page shows what was counted when it was opened. */
const counted = (isSo: () => Promise<boolean>) => expect.poll(isSo, { timeout: COUNTED_MS, intervals: [500] }).toBe(true);
const codesSeen = async (page: Page) =>
  ((await (await page.request.get('/api/mapping')).json()) as { codes: { local: string | null }[] }).codes.map(({ local }) => local);
const laboratoriesCounted = async (page: Page) =>
  ((await (await page.request.get('/api/region/coding')).json()) as { laboratories: { name: string }[] }).laboratories.map(
    ({ name }) => name,
  );

/** First of all: by the time that a test asks for it, it is counted. */
test.beforeAll(({ baseURL }) => {
  const sent = spawnSync(process.execPath, ['e2e/support/deposit-two-units.ts', baseURL!], { encoding: 'utf8' });
  expect(sent.status, sent.stderr).toBe(0);
});

test('a biologist maps a code of the laboratory, another validates, and history is read again', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  test.setTimeout(240_000);
  await signIn('biologist-sources');
  await counted(async () => (await codesSeen(page)).length > 0);
  await page.goto('/mapping');
  const codes = page.getByRole('table', { name: /Codes envoyés sans LOINC|Codes sent without LOINC/ });
  await expect(codes.getByRole('button').first()).toBeVisible();
  await expectAccessible();
  await picture('mapping-codes');

  await page.getByRole('button', { name: /Prendre un catalogue|Take a catalogue/ }).click();
  const catalogue = page.getByRole('dialog');
  const text = 'code;libellé;loinc;borne basse\nE2E-K;Potassium de l’essai;2823-3;3,5\n';
  await catalogue.locator('input[type=file]').setInputFiles({ name: 'catalogue.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await expect(catalogue.getByText(/un code nouveau, un code LOINC à valider|one new code, one LOINC code to validate/)).toBeVisible();
  await expect(catalogue.getByText(/Colonne non lue : borne basse|Column not read: borne basse/)).toBeVisible();
  await expectAccessible();
  await catalogue.getByRole('button', { name: /Annuler|Cancel/ }).click();

  const first = codes.getByRole('row').nth(1);
  const label = (await first.getByRole('rowheader').innerText()).trim();
  await first.getByRole('button').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const proposals = dialog.getByRole('group', { name: /Propositions|Proposals/ });
  await proposals.getByRole('radio').first().focus();
  await page.keyboard.press('Space');
  await expect(dialog.getByText(/résultats? changerai|results? would change/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-proposals');
  await dialog.getByRole('textbox').last().focus();
  await page.keyboard.type('fiche technique du laboratoire');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();

  const waiting = page.getByRole('radio', { name: /À valider|To validate/ });
  await waiting.press('Space');
  await expect(page.getByText(/C’est votre proposition|This is your proposal/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Valider|Validate)$/ })).toBeHidden();

  await signIn('biologist-sources-2');
  await page.goto('/mapping');
  await page.getByRole('radio', { name: /À valider|To validate/ }).press('Space');
  await expect(page.getByRole('heading', { level: 2 })).toContainText(label.split(/\s+/)[0]!);
  await expect(page.getByText(/résultats? changerai|results? would change/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-waiting');
  await page.getByRole('button', { name: /^(Valider|Validate)$/ }).press('Enter');
  await expect(page.getByText(/Aucune proposition n’attend|No proposal waits/)).toBeVisible();

  await page.getByRole('radio', { name: /^(Table)/ }).press('Space');
  await expect(page.getByText(/en vigueur|in force/).first()).toBeVisible();
  await expect(page.getByText(/Relecture de l’historique|Historique relu/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-table');

  await page.getByRole('radio', { name: /Qualité|Quality/ }).press('Space');
  await expect(page.getByText(/Résultats comparables|Comparable results/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-quality');
});

test('nobody but a biologist opens the bench, and the regional team sees the quality of coding in counts', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  test.setTimeout(240_000);
  await signIn('gp');
  expect((await page.request.get('/api/mapping')).status()).toBe(403);
  await signIn('operator');
  await counted(async () => (await laboratoriesCounted(page)).length > 0);
  await page.goto('/region');
  await expect(page.getByRole('table', { name: /Qualité du codage|Quality of coding/ })).toBeVisible();
  await expectAccessible();
});

test('the region designates a biologist of another laboratory, who validates what a biologist alone proposed', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  test.setTimeout(240_000);
  await signIn('biologist');
  const { person } = (await (await page.request.get('/api/session')).json()) as { person: { id: string } };
  await signIn('operator');
  await counted(async () => (await laboratoriesCounted(page)).some((name) => name.includes('Sources-Vives Clairvaux')));
  await page.goto('/region');
  const coding = page.getByRole('table', { name: /Qualité du codage|Quality of coding/ });
  const sources = coding.getByRole('row', { name: /Sources-Vives Clairvaux/ });
  await sources.getByRole('button', { name: /Désigner|Designate/ }).press('Enter');
  const dialog = page.getByRole('dialog');
  await page.keyboard.type(person.id.replace('rpps:8', ''));
  await page.keyboard.press('Tab');
  await page.keyboard.type('une seule biologiste au laboratoire');
  await expectAccessible();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(sources).toContainText('DEMO');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await picture('mapping-region');

  await signIn('biologist-sources');
  await page.goto('/mapping');
  const codes = page.getByRole('table', { name: /Codes envoyés sans LOINC|Codes sent without LOINC/ });
  await codes
    .getByRole('button', { name: /^(Rattacher|Map)/ })
    .first()
    .press('Enter');
  await dialog
    .getByRole('group', { name: /Propositions|Proposals/ })
    .getByRole('radio')
    .first()
    .press('Space');
  await dialog.getByRole('textbox').last().fill('fiche technique du laboratoire');
  await dialog.getByRole('button', { name: /^(Proposer|Propose)$/ }).press('Enter');
  await expect(dialog).toBeHidden();
  await page.getByRole('radio', { name: /À valider|To validate/ }).press('Space');
  await expect(page.getByText(/désigné par la région|designated by the region/)).toBeVisible();

  await signIn('biologist');
  await page.goto('/mapping');
  await page.getByRole('radio', { name: 'Sources-Vives Clairvaux' }).press('Space');
  await expect(page.getByText(/La région vous a désigné|The region designated you/)).toBeVisible();
  await page.getByRole('radio', { name: /À valider|To validate/ }).press('Space');
  await expect(page.getByText(/résultats? changerai|results? would change/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-designated');
  await page.getByRole('button', { name: /^(Valider|Validate)$/ }).press('Enter');
  await page.getByRole('radio', { name: /^(Table)/ }).press('Space');
  await expect(page.getByText(/validé au titre de la région|validated for the region/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-designated-table');
});

test('a code mapped for all the sites of a system is told in the opened report, with what was printed and who said so; two units are a conflict', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  test.setTimeout(240_000);
  await signIn('biologist');
  await counted(async () => (await codesSeen(page)).includes('GLYCJ'));
  await page.goto('/mapping');
  const code = page.getByRole('table', { name: /Codes envoyés sans LOINC/ }).getByRole('row', { name: /GLYCJ/ });
  const search = page.getByRole('searchbox', { name: 'Chercher un code ou un libellé imprimé' });
  await expect(code.or(search).first()).toBeVisible();
  if (await search.isVisible()) await search.fill('glycémie à');
  await expect(code).toBeVisible();

  await page.getByRole('radio', { name: 'Qualité du codage' }).press('Space');
  await expect(page.getByRole('row', { name: /^Potassium 2823-3 .*mg\/L · mmol\/L/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /^zorglub/ })).toBeVisible();
  await expectAccessible();
  await picture('mapping-conflicts');

  // As the biologist meets it: in the grid, among what no catalogue knows.
  await page.goto(`${MARIE_CLAIRE}/biology?period=all`);
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('glycémie à jeun');
  await page.locator('td[data-row]').filter({ hasText: '0,95' }).click();
  await page.keyboard.press('w');
  await page.getByRole('link', { name: 'Dire ce que ce code signifie' }).click();
  await expect(page).toHaveURL(/\/mapping\?code=GLYCJ/);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Glycémie à jeun');
  await dialog
    .getByRole('radio', { name: /Glucose.*à jeun/i })
    .first()
    .press('Space');
  await dialog.getByRole('checkbox', { name: /^Aussi pour les \d+ autres sites/ }).press('Space');
  await dialog.getByRole('textbox').last().fill('fiche technique du groupe');
  await expect(dialog.getByText(/résultats? changerai/)).toBeVisible();
  await expectAccessible();
  await picture('mapping-all-sites');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();

  await signIn('biologist-2');
  await page.goto('/mapping');
  await page.getByRole('radio', { name: /À valider/ }).press('Space');
  await expect(page.getByText(/aussi pour /)).toBeVisible();
  await page.getByRole('button', { name: 'Valider' }).press('Enter');
  await expect(page.getByText(/Aucune proposition n’attend/)).toBeVisible();

  await signIn('gp');
  const whatIsMadeOfIt = async () => {
    const answer = await page.request.get(`/api${MARIE_CLAIRE}/biology`);
    const { reports } = (await answer.json()) as {
      reports: { documentId: string; results: { n: number; local?: string; normalised: { row: string } }[] }[];
    };
    return reports.flatMap(({ documentId, results }) =>
      results.flatMap(({ n, local, normalised: { row } }) => (local === 'GLYCJ' ? [{ documentId, n, row }] : [])),
    )[0]!;
  };
  await expect.poll(async () => (await whatIsMadeOfIt()).row, { timeout: COUNTED_MS }).toMatch(/^glucose/);
  const { documentId, n } = await whatIsMadeOfIt();
  await page.goto(`${MARIE_CLAIRE}/biology?view=report&report=${documentId}&result=${n}`);
  const readings = page.getByRole('region', { name: 'Ce que Cigogne en a fait' });
  await expect(readings).toContainText('Imprimé : Glycémie à jeun : 0,95 g/L');
  await expect(readings.getByRole('listitem').first()).toContainText('ligne à part');
  await expect(readings.getByRole('listitem').last()).toContainText('5,27 mmol/L');
  await expect(readings.getByRole('listitem').last()).toContainText('validé par Dr Inès MOREL-DEMO');
  await expectAccessible();
  await picture('readings');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
  await picture('readings-dark');
});
