import { writeFileSync } from 'node:fs';
import { expect, test } from './support/index.ts';

/**
 * What a doctor does most, counted: each step with its clicks and keys, and the seconds that the machine takes (reading is not counted).
 * The counts stand in docs/walkthrough.md: this test keeps them true. First in the alphabet, since other tests deposit new reports for the same
 * patient, after which something else has changed.
 */
interface Step {
  what: string;
  /** Clicks, keys pressed alone, and characters typed. */
  clicks: number;
  keys: number;
  letters: number;
  seconds: number;
}

test('from the door: find the patient, see what changed, cross creatinine and potassium, print: no more gestures than published', async ({
  page,
}) => {
  await page.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', location.search);
  });
  await page.goto('/');
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const steps: Step[] = [];
  const step = async (what: string, counted: Omit<Step, 'what' | 'seconds'>, act: () => Promise<void>) => {
    const from = performance.now();
    await act();
    steps.push({ what, ...counted, seconds: Math.round(performance.now() - from) / 1000 });
  };

  await step('sign in', { clicks: 1, keys: 0, letters: 0 }, async () => {
    await page.getByRole('link', { name: /Médecin généraliste/ }).click();
    await expect(page.getByRole('heading', { name: 'Mes patients' })).toBeVisible();
  });
  await step('find the patient among mine', { clicks: 1, keys: 0, letters: 0 }, async () => {
    await page.locator(`a[href*="${stories[0]!.patientId}"]`).first().click();
    await expect(page.getByRole('grid')).toBeVisible();
  });
  await step('see what changed', { clicks: 0, keys: 1, letters: 0 }, async () => {
    await page.keyboard.press('v');
    await expect(page).toHaveURL(/filter=changed/);
    await expect(page.locator('td.bio-change-beyond').first()).toBeVisible();
  });
  await step('cross potassium and creatinine', { clicks: 2, keys: 1, letters: 0 }, async () => {
    await page.locator('td[data-row="potassium.serum"]').first().click();
    await page.keyboard.press('x');
    await page.getByRole('button', { name: '+ Créatinine', exact: true }).click();
    await expect(page.getByRole('figure', { name: /Créatinine/ })).toBeVisible();
    await expect(page.getByRole('figure', { name: /Potassium/ })).toBeVisible();
  });
  await step('print both', { clicks: 0, keys: 1, letters: 0 }, async () => {
    await page.keyboard.press('p');
    await expect(page.locator('html')).toHaveAttribute('data-printed', /view=cross/);
  });
  const gestures = steps.reduce((sum, { clicks, keys, letters }) => sum + clicks + keys + letters, 0);
  expect(gestures).toBe(7);

  await step('or the cumulative report, ready to print', { clicks: 0, keys: 2, letters: 0 }, async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('grid')).toBeVisible();
    await page.keyboard.press('p');
    await expect(page.locator('.bio-sheet-table').first()).toBeVisible();
  });
  writeFileSync(test.info().outputPath('walkthrough.json'), JSON.stringify({ gestures, steps }, null, 2));
});
