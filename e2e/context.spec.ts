import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** Odette of the guided visit. */
async function openStory(page: Page, address: string): Promise<void> {
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  await page.goto(`/patients/${stories[0]!.patientId}/biology${address}`);
}

const lanes = (page: Page) => page.getByRole('region', { name: /Autour des résultats/ });

test.beforeEach(async ({ signIn }) => signIn('gp'));

test('the stays, treatments, vaccines and documents stand on the time axis of a curve, and a click opens the source', async ({
  page,
  expectAccessible,
  picture,
}) => {
  await openStory(page, '');
  const dates = page.locator('.bio-sampling');
  await expect(dates.filter({ hasText: /^Hospitalisation · / })).not.toHaveCount(0);
  await expect(dates.filter({ hasText: /^Hospitalisation · / }), 'sampled by the hospital').toHaveText(Array(4).fill(/CH/));
  const banner = page.getByRole('region', { name: 'Identité du patient' });
  await expect(banner).toContainText(/Allergie : Pénicilline\s*dite le /);
  for (const width of [1024, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect((await banner.boundingBox())?.height, `the banner is as tall at ${width}`).toBe(60);
    await expect(banner.getByRole('heading', { name: 'ESSAI-MARCHAND ODETTE' })).toBeVisible();
  }
  await openStory(page, '?view=curve&rows=potassium.serum');
  await expect(
    lanes(page)
      .getByRole('button', { name: /^Séjour, .*, du / })
      .first(),
  ).toBeVisible();
  const treatment = lanes(page).getByRole('button', { name: /Furosémide 60 mg, depuis le .*, fin non dite/ });
  await expect(treatment).toBeVisible();
  await expect(lanes(page).getByRole('button', { name: /Furosémide 40 mg, du .* au / })).toHaveCount(1);
  await expect(lanes(page).getByRole('button', { name: /^Vaccin : Vaccin grippal/ })).toBeVisible();
  await expect(page.locator('.bio-stay-wash').first()).toBeVisible();
  await expectAccessible();
  await picture('context-curve');
  await treatment.click();
  await expect(page).toHaveURL(/\/documents\?view=document&report=/);
  await expect(page.getByRole('heading', { name: 'Lettre de liaison à la sortie', level: 1 })).toBeVisible();
});

test('a transfusion told by a letter stands there too, in the period where it was', async ({ page }) => {
  await openStory(page, '?view=curve&rows=potassium.serum&period=all');
  await expect(lanes(page).getByRole('button', { name: /^Transfusion, / })).toBeVisible();
});

test('the same lanes stand above crossed analytes', async ({ page, expectAccessible, picture }) => {
  await openStory(page, '?view=cross&rows=creatinine.serum&rows=potassium.serum');
  await expect(lanes(page).getByRole('button', { name: /Furosémide 60 mg/ })).toBeVisible();
  await expect(page.locator('.bio-stay-wash').first()).toBeVisible();
  await expectAccessible();
  await picture('context-cross');
});
