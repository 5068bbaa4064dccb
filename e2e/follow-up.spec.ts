import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** Odette of the guided visit. */
async function openStory(page: Page, address = ''): Promise<string> {
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const { patientId } = stories[0]!;
  await page.goto(`/patients/${patientId}/biology${address}`);
  return patientId;
}

const line = (page: Page) => page.getByRole('region', { name: 'Valeur lue' });

test.beforeEach(async ({ signIn }) => signIn('gp'));

test('one key notes the report of a value as seen, and the team sees it in the head of its sampling', async ({ page, signIn }) => {
  await openStory(page);
  await page.locator('td[data-row="sodium.serum"]:has(.bio-value)').first().click();
  await page.keyboard.press('u');
  await expect(line(page).getByRole('button', { name: /Vu/ })).toBeVisible();
  await expect(page.locator('.bio-seen').first()).toHaveAttribute('title', /vu par Dr Anne LEFEVRE-DEMO/);
  await signIn('nurse');
  await openStory(page);
  await expect(page.locator('.bio-seen').first()).toHaveAttribute('title', /vu par Dr Anne LEFEVRE-DEMO/);
});

test('a task noted beside a report is told with its values until it is done', async ({ page, expectAccessible }) => {
  await openStory(page);
  await page.locator('td[data-row="potassium.serum"]:has(.bio-value)').first().click();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: 'Suivi' });
  const words = `Contrôler sous 48 h (${Date.now()})`;
  await panel.getByText('À faire', { exact: true }).first().click();
  await panel.getByLabel('Note', { exact: true }).fill(words);
  await panel.getByRole('button', { name: 'Ajouter la note' }).click();
  await expect(panel.getByText(words)).toBeVisible();
  await expectAccessible();
  const task = panel.getByRole('listitem').filter({ hasText: words });
  await task.getByRole('button', { name: 'C’est fait' }).click();
  await expect(task).toContainText('fait : Dr Anne LEFEVRE-DEMO');
});

test('a personal target is drawn apart from the interval, with how often it is met', async ({ page, expectAccessible }) => {
  await openStory(page, '?view=curve&rows=potassium.serum&period=all');
  await page.getByRole('button', { name: /Cible/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Au moins/).fill('4,0');
  await dialog.getByLabel(/Au plus/).fill('3');
  await expect(dialog.getByRole('button', { name: 'Fixer la cible' })).toBeDisabled();
  await dialog.getByLabel(/Au plus/).fill('5');
  await expectAccessible();
  await dialog.getByRole('button', { name: 'Fixer la cible' }).click();
  await expect(page.locator('.bio-target-line')).toHaveCount(2);
  await expect(page.getByText(/résultats sur \d+ dans la cible/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.locator('td[data-row="potassium.serum"]:has(.bio-value)').first().click();
  await expect(line(page)).toContainText('cible 4 – 5');
  await openStory(page, '?view=curve&rows=potassium.serum&period=all');
  await page.getByRole('button', { name: /Cible/ }).click();
  await page.getByRole('button', { name: 'Lever la cible' }).click();
  await expect(page.locator('.bio-target-line')).toHaveCount(0);
});

test('the patient reads no note and sets no target', async ({ page, signIn }) => {
  await signIn('patient');
  const { person } = (await (await page.request.get('/api/session')).json()) as { person: { patientId: string } };
  expect((await page.request.get(`/api/patients/${person.patientId}/follow-up`)).status()).toBe(403);
});
