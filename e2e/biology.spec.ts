import { spawnSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** Odette of the guided visit: heart, kidney, diabetes, three laboratories, a corrected value. */
async function openStory(page: Page, address = ''): Promise<string> {
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const { patientId } = stories[0]!;
  await page.goto(`/patients/${patientId}/biology${address}`);
  return patientId;
}

const cellOf = (page: Page, row: string) => page.locator(`td[data-row="${row}"]`).first();
const focused = (page: Page) => page.locator('td[data-row]:focus');
const line = (page: Page) => page.getByRole('region', { name: 'Valeur lue' });

test.beforeEach(async ({ signIn }) => signIn('gp'));

test('one reads, opens the source and the curve, and comes back to the same cell, by keyboard alone', async ({ page }) => {
  await openStory(page);
  await cellOf(page, 'potassium.serum').focus();
  await page.keyboard.press('ArrowRight');
  await expect(focused(page)).toHaveAttribute('data-row', 'potassium.serum');
  await expect(line(page)).toContainText('Potassium');
  const place = await focused(page).getAttribute('data-column');
  await page.keyboard.press('ArrowLeft');
  const value = (await line(page).locator('.bio-big').innerText()).trim();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Compte rendu du laboratoire' })).toBeVisible();
  await expect(page.getByRole('row', { name: /valeur ouverte/ })).toContainText(value.split(/\s/)[0]!);
  await page.keyboard.press('Escape');
  await expect(focused(page)).toHaveAttribute('data-row', 'potassium.serum');

  await page.keyboard.press('ArrowRight');
  await expect(focused(page)).toHaveAttribute('data-column', place!);
  await page.keyboard.press('g');
  await expect(page.getByRole('heading', { name: /Potassium/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(focused(page)).toHaveAttribute('data-column', place!);

  await page.keyboard.press('Control+Home');
  await expect(page.locator('td[data-row]').first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(focused(page)).toBeInViewport();
});

test('the curve says the patient, the analyte and its unit, moves by arrows and speaks, and has its table', async ({ page }) => {
  await openStory(page, '?view=curve&rows=potassium.serum');
  const figure = page.getByRole('application');
  await expect(figure).toHaveAttribute('aria-label', /Potassium.*mmol\/L.*ESSAI-MARCHAND/);
  await expect(page.locator('.bio-axis-y')).toContainText('Potassium (mmol/L)');
  await expect(page.locator('.bio-axis-x')).toContainText('échelle de temps réelle');
  await expect(page.locator('canvas')).toBeVisible();
  await expect(page.getByRole('status'), 'where one is, said when the curve opens').toContainText(/Potassium.*mmol\/L.*20\d\d/);
  const opening = await page.getByRole('status').innerText();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('status')).not.toContainText(opening.trim());
  await expect(page.getByRole('status')).toContainText(/Potassium.*mmol\/L.*20\d\d/);
  await expect(page.locator('.bio-detail')).toContainText('mmol/L');
  const rows = page.getByRole('table', { name: 'Les mêmes valeurs' }).getByRole('row');
  await expect(rows.nth(5)).toBeVisible();
  await expect(page.locator('.bio-twin tr[aria-selected]')).toHaveCount(1);
  await page.keyboard.press('l');
  await expect(page.locator('.bio-axis-y')).toContainText('échelle logarithmique');
});

test('a filter and a view show as many rows as they count, and say when nothing is left', async ({ page, expectAccessible }) => {
  await openStory(page);
  const filter = page.getByRole('button', { name: /Hors intervalle/ });
  const count = Number((await filter.innerText()).replace(/\D/g, ''));
  await page.keyboard.press('a');
  await expect(filter).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.bio-corner')).toContainText(`${count} lignes sur`);
  await expect(page).toHaveURL(/filter=abnormal/);
  await page.keyboard.press('a');
  await expect(page.locator('.bio-corner')).not.toContainText(`${count} lignes sur`);
  await page.getByRole('radio', { name: 'Rein', exact: true }).click();
  await expect(page.getByRole('rowheader', { name: /Plaquettes/ })).toHaveCount(0);
  await expect(page.getByRole('rowheader', { name: /Créatinine/ }).first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('zzz');
  await expect(page.getByText(/Rien à montrer avec ces filtres parmi \d+ lignes/)).toBeVisible();
  await expectAccessible();
});

test('an answer that is long to come says so, one that fails says what to do, and both can be asked again', async ({
  page,
  expectAccessible,
}) => {
  let answer: 'none' | 'failed' | 'sent' = 'none';
  await page.route(/\/api\/patients\/[^/]+\/biology$/, (route) =>
    answer === 'sent' ? route.continue() : answer === 'failed' ? route.fulfill({ status: 500, json: {} }) : undefined,
  );
  await openStory(page);
  await expect(page.getByText(/La lecture dure plus que d’habitude/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Identité du patient' })).toContainText('ESSAI-MARCHAND');
  await expectAccessible();
  answer = 'failed';
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Les résultats n’ont pas pu être lus' })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('main')).not.toContainText('500');
  await expectAccessible();
  answer = 'sent';
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await expect(page.getByRole('grid')).toBeVisible();
});

test('what may not be joined stays apart: methods, intervals, limits, corrections and conversions each say what they are', async ({
  page,
}) => {
  await openStory(page, '?period=all');
  const ferritin = page.locator('td[data-row="ferritin.serum"]');
  await expect(page.getByRole('row', { name: /^Ferritine/ }).locator('.ui-spark-line')).not.toHaveCount(0);
  await expect(ferritin.and(page.locator('.bio-cut'))).not.toHaveCount(0);
  await expect(ferritin.filter({ hasText: '<8' })).toHaveCount(1);
  await expect(page.locator('td.bio-corrected').filter({ hasText: '191' }).filter({ hasText: '196' })).toHaveCount(1);
  await page.locator('td[data-row="urea.serum"]:has(.bio-converted)').first().click();
  await expect(line(page)).toContainText('valeur imprimée par le laboratoire');
  await openStory(page, '?view=curve&rows=ferritin.serum');
  await expect(page.getByText(/^2 méthodes/)).toBeVisible();
  await expect(page.locator('.bio-twin-cut')).toHaveCount(1);
  const intervals = page.getByRole('table', { name: 'Les mêmes valeurs' }).locator('td:nth-child(3)');
  expect(new Set(await intervals.allInnerTexts()).size).toBeGreaterThan(2);
  const from = page.getByRole('slider', { name: 'Début de la période tracée' });
  const whole = await from.getAttribute('aria-valuenow');
  await page.keyboard.press('+');
  await expect(from).not.toHaveAttribute('aria-valuenow', whole!);
  await from.press('ArrowLeft');
  // A pointer on a point says what the keyboard says of it.
  const card = page.locator('.bio-detail');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const told = await card.innerText();
  const ring = (await page.locator('.bio-ring').boundingBox())!;
  await page.getByRole('application').focus();
  await page.keyboard.press('ArrowRight');
  await expect(card).not.toHaveText(told);
  await page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
  await expect.poll(() => card.innerText()).toBe(told);
  expect(told).toMatch(/µg\/L[\s\S]*20\d\d[\s\S]* · [\s\S]*(Turbidimétrie|Chimiluminescence)/);
});

test('what the period hides is counted, and shown on demand', async ({ page }) => {
  await openStory(page);
  const older = page.getByText(/\d+ résultats plus anciens que 2 ans/);
  await expect(older).toBeVisible();
  const columns = await page.getByRole('grid').getAttribute('aria-colcount');
  await older.getByRole('button').click();
  await expect(page.getByRole('grid')).not.toHaveAttribute('aria-colcount', columns!);
  await expect(older).toHaveCount(0);
});

test('three letters find an analyte, by its name or what doctors call it', async ({ page }) => {
  await openStory(page);
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('kali');
  await expect(page.getByRole('rowheader', { name: /Potassium/ })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /Sodium/ })).toHaveCount(0);
});

test('blood groups and antibody screens never stand in the grid: a notice leads to the report', async ({ page }) => {
  await openStory(page, '?period=all');
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /groupe sanguin|agglutinines/i })).toHaveCount(0);
  await expect(page.getByText(/ne vaut pas pour une transfusion/)).toBeVisible();
});

test('a report that arrives waits for the reader, in the tab of its patient only: nothing moves under the eye', async ({
  page,
  context,
  baseURL,
}) => {
  const readingOf = (tab: Page) =>
    tab
      .waitForResponse((answer) => /\/api\/patients\/[^/]+\/biology$/.test(answer.url()))
      .then(async (answer) => ((await answer.json()) as { reports: unknown[] }).reports.length);
  const opening = readingOf(page);
  await openStory(page);
  const before = await opening;
  const other = await context.newPage();
  await other.goto('/patients/019a0000-0000-7000-8000-000000000003/biology');
  await expect(other.getByRole('grid')).toBeVisible();
  await cellOf(page, 'potassium.serum').focus();
  const columns = await page.getByRole('grid').getAttribute('aria-colcount');
  const sent = spawnSync(process.execPath, ['bin/cigogne.ts', 'demo', '--fresh', '--to', baseURL!], { encoding: 'utf8' });
  expect(sent.status, sent.stderr).toBe(0);
  await expect(page.getByText(/nouveaux? comptes? rendus?/)).toBeVisible();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-colcount', columns!);
  await expect(focused(page)).toHaveAttribute('data-row', 'potassium.serum');
  await expect(other.getByText(/nouveau compte rendu/)).toHaveCount(0);
  await expect(other.getByRole('region', { name: 'Identité du patient' })).toContainText('FICTIF');
  await expect(other).toHaveTitle(/^FICTIF/);
  await expect(page.getByRole('region', { name: 'Identité du patient' })).toContainText('ESSAI-MARCHAND');
  await expect(page).toHaveTitle(/^ESSAI-MARCHAND/);
  await page.bringToFront();
  // Another may be announced at once: what is said here is that the page reads its results again when its reader asks, and only then.
  const shown = readingOf(page);
  await page.keyboard.press('r');
  expect(await shown).toBeGreaterThan(before);
});

test('analytes are crossed on one time axis, with one cursor and a table', async ({ page }) => {
  await openStory(page, '?view=cross&rows=creatinine.serum&rows=potassium.serum');
  await expect(page.getByRole('figure', { name: /Créatinine/ })).toBeVisible();
  await expect(page.getByRole('figure', { name: /Potassium/ })).toBeVisible();
  const before = await page.locator('.bio-panel-facts').first().innerText();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.bio-panel-facts').first()).not.toHaveText(before);
  await page.keyboard.press('t');
  await expect(page.getByRole('table', { name: 'Les mêmes valeurs' })).toBeVisible();
  const relative = page.getByRole('figure', { name: /même échelle/ });
  await expect(relative).toBeVisible();
  await page.keyboard.press('r');
  await expect(relative).toHaveCount(0);
});

test('the source shows what the laboratory printed, its PDF, and where it comes from', async ({ page, expectAccessible, picture }) => {
  await openStory(page);
  await cellOf(page, 'creatinine.serum').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Texte du laboratoire' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Provenance' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Document d’origine' })).toHaveAttribute('href', /original$/);
  await expectAccessible();
  await picture('biology-source');
});

test('on a telephone each analyte is a card that opens its curve', async ({ page, expectAccessible }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openStory(page);
  const card = page.getByRole('button', { name: /Potassium/ }).first();
  await expect(card).toBeVisible();
  await expectAccessible();
  await card.click();
  await expect(page.getByRole('heading', { name: /Potassium/ })).toBeVisible();
  await expect(page.locator('canvas')).toBeVisible();
  await expectAccessible();
  await page.getByRole('button', { name: /Grille/ }).click();
  await expect(card).toBeVisible();
  await page.setViewportSize({ width: 844, height: 390 });
  await expect(page.getByRole('grid')).toBeVisible();
});

for (const theme of ['light', 'dark'] as const) {
  for (const [name, address, wait] of [
    ['grid', '', '.bio-table'],
    ['curve', '?view=curve&rows=ferritin.serum', '.bio-figure'],
    ['cross', '?view=cross&rows=creatinine.serum&rows=potassium.serum', '.bio-panel'],
    ['heat', '?view=heat', '.bio-heat-table'],
    ['microbiology', '?view=micro&period=all', '.bio-micro-sample'],
    ['print', '?view=print', '.bio-sheet-table'],
  ] as const) {
    test(`the ${name} holds for everyone, ${theme}`, async ({ page, expectAccessible, picture }) => {
      await page.emulateMedia({ colorScheme: theme });
      await openStory(page, address);
      await expect(page.locator(wait).first()).toBeVisible();
      await expectAccessible();
      await picture(`biology-${name}-${theme}`);
    });
  }
}

test('a value that Cigogne calculates is named so, says from what, and opens the report of its input', async ({
  page,
  expectAccessible,
  picture,
}) => {
  await openStory(page);
  const cell = page.locator('td[data-row="calc:non-hdl"]').filter({ hasText: /\d/ }).first();
  await cell.click();
  await expect(line(page)).toContainText('Calculé : Cholestérol non-HDL');
  await expect(line(page)).toContainText(/Calculé par Cigogne à partir de : .*Cholestérol/);
  await expect(line(page)).not.toContainText('Validé par');
  await expectAccessible();
  await picture('biology-calculated');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /valeur ouverte/ })).toContainText('Cholestérol');
});
