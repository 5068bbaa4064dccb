import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { pdfText } from '../src/formats/index.ts';
import { expect, test } from './support/index.ts';

/** Apache PDFBox Preflight, which judges PDF/A-1b, and what it stands on, as Debian installs them. */
const PREFLIGHT = ['preflight', 'pdfbox2', 'xmpbox', 'fontbox2', 'commons-logging', 'jaxb-api', 'javax.activation'].map(
  (jar) => `/usr/share/java/${jar}.jar`,
);

const JAVA = '/usr/bin/java';

const ODETTE = 0;
const MARIE_CLAIRE = 2;

/** A patient of the guided visit. Other tests send reports about Odette, whose last values are therefore not told here. */
async function openStory(page: Page, address: string, story = ODETTE): Promise<void> {
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  await page.goto(`/patients/${stories[story]!.patientId}/biology${address}`);
}

test.beforeEach(async ({ signIn }) => signIn('gp'));

test('one page says what changed more than expected, apart from what is outside as it was, and from what is quiet', async ({ page }) => {
  await openStory(page, '?view=summary', MARIE_CLAIRE);
  const part = (title: string) => page.locator('section', { has: page.getByRole('heading', { name: new RegExp(`^${title}`) }) });
  const line = (title: string, analyte: string) =>
    part(title)
      .getByRole('listitem')
      .filter({ hasText: new RegExp(`^${analyte}`) });
  await expect(line('Ce qui a changé', 'Plaquettes')).toContainText(/208.*G\/L.*\+86\s%/);
  await expect(line('Hors intervalle', 'Hémoglobine')).toContainText(/10,4.*\+4\s%/);
  await expect(line('Ce qui a changé', 'Hémoglobine')).toHaveCount(0);
  await expect(part('Dans l’intervalle')).toContainText('VGM');
});

test('the page opens by a key and says what the last letter changed', async ({ page, expectAccessible, picture }) => {
  await openStory(page, '');
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { name: /Ce qui a changé/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Changements de traitement' })).toBeVisible();
  await expect(page.getByText('Arrêt').first()).toBeVisible();
  await expectAccessible();
  await picture('biology-summary');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid')).toBeVisible();
});

test('a card a panel: last values, their interval, their trend, and the whole panel crossed by one button', async ({
  page,
  expectAccessible,
  picture,
}) => {
  await openStory(page, '?view=panels');
  const card = page.locator('.bio-panel-card').filter({ hasText: 'Potassium' }).first();
  await expect(card).toBeVisible();
  await expectAccessible();
  await picture('biology-panels');
  await card.getByRole('button', { name: 'Croiser' }).click();
  await expect(page.getByRole('figure', { name: /Potassium/ })).toBeVisible();
});

test('pathology and imaging stand on a timeline with what they conclude; serology turns positive after its vaccine', async ({
  page,
  expectAccessible,
  picture,
}) => {
  await openStory(page, '?view=timeline');
  await expect(page.getByRole('listitem').filter({ hasText: 'Biopsie cutanée' })).toContainText('Kératose actinique');
  await page.getByRole('button', { name: 'Imagerie' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Échographie cardiaque' })).toContainText('Cardiopathie dilatée');
  await expect(page.getByRole('listitem').filter({ hasText: 'Biopsie cutanée' })).toHaveCount(0);
  const antibodies = page.getByRole('row').filter({ hasText: /anti-HBs/ });
  await expect(antibodies.first()).toContainText('Positif');
  await expect(antibodies.first()).toContainText('a changé');
  await expect(antibodies.nth(1)).toContainText('Négatif');
  await expect(page.locator('.bio-serology-vaccines')).toContainText('Vaccin de l’hépatite B');
  await expectAccessible();
  await picture('biology-timeline');
});

test('microbiology has its history by site, above the samples', async ({ page, expectAccessible, picture }) => {
  await openStory(page, '?view=micro&period=all');
  const history = page.getByRole('table', { name: /^Historique : / }).first();
  await expect(history).toBeVisible();
  expect(await history.getByRole('columnheader').count()).toBeGreaterThan(2);
  await expectAccessible();
  await picture('biology-micro-history');
});

test('the cumulative report leaves as a file: A4, the patient on each page, of the period that is on screen', async ({ page }) => {
  await openStory(page, '?view=print&period=1y');
  const link = page.getByRole('link', { name: 'PDF' });
  const answer = await page.request.get((await link.getAttribute('href'))!);
  expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'application/pdf']);
  const bytes = await answer.body();
  const { text, pages } = await pdfText(bytes);
  const said = text.replace(/\s+/g, ' ');
  expect(said.split('ESSAI-MARCHAND').length - 1).toBeGreaterThanOrEqual(pages);
  expect(said).toContain('dernière année');
  expect(said).toContain('Édité le');
  expect(said).toContain('Potassium');
  expect(said).not.toContain('RH:1');
  mkdirSync('test-results/screens', { recursive: true });
  writeFileSync('test-results/screens/cumul.pdf', bytes);
});

test('the cumulative report that left as a file is valid PDF/A-1b for another’s validator', async ({ page }, info) => {
  test.skip(
    !PREFLIGHT.every((jar) => existsSync(jar)),
    'no validator: apt-get install default-jre-headless libpdfbox2-java libjaxb-api-java libactivation-java',
  );
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const file = info.outputPath('cumul.pdf');
  writeFileSync(file, await (await page.request.get(`/api/patients/${stories[ODETTE]!.patientId}/biology/cumul.pdf?period=2y`)).body());
  const judged = spawnSync(JAVA, ['-cp', PREFLIGHT.join(':'), 'org.apache.pdfbox.preflight.Validator_A1b', file], { encoding: 'utf8' });
  expect(judged.stdout + judged.stderr).toContain('is a valid PDF/A-1b file');
});
