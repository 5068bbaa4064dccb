import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** Odette of the guided visit. */
async function openStory(page: Page, address = ''): Promise<string> {
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const { patientId } = stories[0]!;
  await page.goto(`/patients/${patientId}/biology${address}`);
  return patientId;
}

async function choose(page: Page, menu: string, choice: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: choice }).click();
}

test.beforeEach(async ({ signIn }) => signIn('gp'));

test('rows are grouped as one likes, and none is lost', async ({ page, expectAccessible }) => {
  await openStory(page);
  const rows = await page.locator('.bio-corner').innerText();
  await choose(page, 'Affichage', /Par nom/);
  await expect(page.locator('.bio-group')).toHaveCount(1);
  await expect(page.locator('.bio-corner')).toHaveText(rows.replace(/\n/g, ''));
  await choose(page, 'Affichage', /Par code LOINC/);
  await expect(page.locator('.bio-group').first()).toContainText(/LOINC \d+-\d/);
  await expect(page).toHaveURL(/group=loinc/);
  await expectAccessible();
});

test('the newest sampling goes to the right when one prefers the order of curves', async ({ page }) => {
  await openStory(page);
  const first = page.locator('.bio-sampling .bio-day').first();
  const newest = await first.innerText();
  await choose(page, 'Affichage', /Plus récents à droite/);
  await expect(first).not.toHaveText(newest);
  await expect(page.locator('.bio-sampling .bio-day').last()).toHaveText(newest);
});

test('dates chosen hide the rest, which is counted', async ({ page }) => {
  await openStory(page);
  await choose(page, 'Affichage', /Dates choisies/);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Du', { exact: true }).fill('31/02/2026');
  await expect(dialog.getByRole('button', { name: 'Afficher' })).toBeDisabled();
  await dialog.getByLabel('Du', { exact: true }).fill('01/11/2026');
  await dialog.getByLabel('Au', { exact: true }).fill('05/11/2026');
  await dialog.getByRole('button', { name: 'Afficher' }).click();
  await expect(page.getByText(/\d+ résultats hors de ces dates/)).toBeVisible();
  await expect(page).toHaveURL(/since=2026-11-01&until=2026-11-05|until=2026-11-05.*since=2026-11-01/);
});

test('before a prescription, a few letters tell what was already done', async ({ page, expectAccessible }) => {
  await openStory(page);
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('d');
  await page.getByRole('searchbox', { name: 'Analyse à prescrire' }).fill('kali');
  const line = page.getByRole('row', { name: /Potassium/ }).first();
  await expect(line).toContainText(/il y a \d+ jours?|aujourd’hui/);
  await expect(line).toContainText('BioRives');
  await expectAccessible();
});

test('the grid leaves as a spreadsheet that says where each value comes from', async ({ page }) => {
  await openStory(page);
  const download = page.waitForEvent('download');
  await choose(page, 'Outils', /CSV/);
  const file = await (await download).path();
  const [heads, ...lines] = readFileSync(file, 'utf8').trim().split('\r\n');
  expect(heads).toContain('valeur imprimée');
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.find((one) => one.startsWith('Potassium'))).toMatch(/;mmol\/L;.*BioRives|Grand-Pont|CH de/);
});

test('the same results leave in FHIR R4', async ({ page }) => {
  const patientId = await openStory(page);
  const answer = await page.request.get(`/fhir/Observation?patient=${patientId}&category=laboratory`, {
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  expect(answer.status()).toBe(200);
  expect(await answer.json()).toMatchObject({ resourceType: 'Bundle', entry: expect.any(Array) });
});

test('two analytes share a frame with an axis each, and the page says that crossings mean nothing', async ({ page, expectAccessible }) => {
  await openStory(page, '?view=cross&rows=creatinine.serum&rows=potassium.serum');
  await page.getByRole('button', { name: 'Deux axes' }).click();
  await expect(page.getByRole('figure', { name: /Créatinine.*à gauche, Potassium.*à droite/ })).toBeVisible();
  await expect(page.getByText(/que les courbes se croisent ne veut rien dire/)).toBeVisible();
  await expectAccessible();
});

test('an interval of one limit has no step of the palette, only a side', async ({ page }) => {
  await openStory(page, '?view=heat&period=all');
  await expect(page.locator('td.bio-one-in, td.bio-one-out').first()).toBeVisible();
  await expect(page.locator('td[class*="bio-one-"][class*="bio-z-"]')).toHaveCount(0);
});

test('a region elsewhere reads the hours of its own clocks', async ({ page }) => {
  // Marie-Claire: nobody deposits a newer report of hers between the two readings.
  await page.goto('/patients/019a0000-0000-7000-8000-000000000003/biology');
  const hours = page.locator('.bio-sampling .bio-sub');
  const inParis = await hours.first().innerText();
  expect(inParis).toMatch(/^\d\d:\d\d/);
  await page.route('**/api/session', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), zone: 'Indian/Reunion' } });
  });
  await page.reload();
  // Three hours later than Paris in winter: no clock of the browser has a say.
  const [hour = '', rest = ''] = inParis.split(/(?<=^\d\d)/);
  await expect(hours.first()).toHaveText(new RegExp(`^${String((Number(hour) + 3) % 24).padStart(2, '0')}${rest.slice(0, 3)}`));
});
