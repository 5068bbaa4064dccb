/** A doctor reads what came, by severity, and says what they do of it; a laboratory sees what nobody acknowledged, and notes its calls. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

/** A report of today about Odette; `isCritical`: its laboratory calls one of its high results critical. */
async function deposit(page: Page, { isCritical }: { isCritical: boolean }): Promise<void> {
  const fresh = await page.request.get('/api/demo/fresh-report');
  const text = (await fresh.body()).toString('utf8');
  const data = isCritical ? text.replace(/(<interpretationCode code=")H"/, '$1HH"') : text;
  if (isCritical) expect(data).not.toBe(text);
  const answer = await page.request.post('/api/deposits', { data, headers: { 'content-type': 'application/xml' } });
  expect(answer.status()).toBe(201);
}

test('a doctor sees what came by severity, decides by the keyboard, and what is decided leaves the list', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('laboratory-system');
  await deposit(page, { isCritical: false });
  await signIn('gp');
  await page.getByRole('link', { name: 'Résultats reçus' }).click();
  const lines = page.locator('button.inbox-line');
  await expect(lines.first()).toBeVisible({ timeout: 20_000 });
  await expectAccessible();
  await picture('inbox');
  await page.getByRole('button', { name: /^À rappeler/ }).press('Space');
  await expect(page.locator('.inbox-list').getByText('à rappeler').first()).toBeVisible();
  // What she prescribed is awaited, until she gives it up.
  await page.getByText('Prescrit, à recevoir').click();
  await page.getByLabel(/^Patient/).selectOption({ index: 1 });
  await page.getByLabel('Examen').fill('Zincémie');
  await page.getByRole('button', { name: 'Attendre ce résultat' }).press('Enter');
  await expect(page.locator('.inbox-list').getByRole('heading', { name: /^Prescrit, attendu/ })).toBeVisible();
  await page.getByRole('button', { name: 'Ne plus attendre Zincémie' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Ne plus attendre Zincémie' })).toHaveCount(0);
  // A colleague of the practice answers for her while she is away: both read it above their list, and she alone ends it.
  const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await page.getByText(/^Absences et remplacements/).click();
  await page.getByLabel('Je suis remplacé(e) par').selectOption({ label: 'Dr Sabine TAILLEFER-DEMO' });
  await page.getByLabel('Du', { exact: true }).fill(dayIn(-1));
  await page.getByLabel('Au', { exact: true }).fill(dayIn(9));
  await page.getByRole('button', { name: 'Déclarer l’absence' }).press('Enter');
  const away = page.locator('.ui-notice').filter({ hasText: 'Dr Anne LEFEVRE-DEMO est remplacé(e) par Dr Sabine TAILLEFER-DEMO' });
  await expect(away).toBeVisible();
  await signIn('gp-2');
  await page.getByRole('link', { name: 'Résultats reçus' }).click();
  await expect(away).toBeVisible();
  await expect(lines.filter({ hasText: 'pour Dr Anne LEFEVRE-DEMO, absent' }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mettre fin' })).toHaveCount(0);
  // On a telephone what one decides is a strip under the list, whose values open on demand.
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  const heading = page.getByRole('heading', { name: 'Ma décision' });
  await expect(heading).toBeHidden();
  await page.getByRole('button', { name: 'Valeurs et suite' }).press('Enter');
  await expect(heading).toBeVisible();
  await expectAccessible();
  await page.setViewportSize(size);
  await signIn('gp');
  await page.getByRole('link', { name: 'Résultats reçus' }).click();
  await page.getByText(/^Absences et remplacements/).click();
  await page.getByRole('button', { name: 'Mettre fin' }).press('Enter');
  await expect(away).toHaveCount(0);
  // Others arrive meanwhile: it is this one that leaves.
  const decided = await lines.first().elementHandle();
  await decided!.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => decided!.evaluate((line) => line.isConnected)).toBe(false);
});

test('a laboratory sees its critical results that nobody acknowledged, and a call with the value read back acknowledges', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('laboratory-system');
  await deposit(page, { isCritical: true });
  await signIn('biologist');
  await page.getByRole('link', { name: 'À accuser' }).click();
  const waiting = page.getByRole('listitem').filter({ hasText: 'critique' });
  await expect(waiting.first()).toBeVisible({ timeout: 20_000 });
  await expectAccessible();
  await picture('unacknowledged');
  const called = await waiting.first().elementHandle();
  const call = await called!.waitForSelector('role=button[name=/^Noter un appel/]');
  await call.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Heure de l’appel')).toHaveValue(/^\d\d:\d\d$/);
  await dialog.getByRole('radio', { name: 'oui' }).press('Space');
  await expectAccessible();
  await dialog.getByRole('button', { name: 'Garder l’appel' }).press('Enter');
  await expect.poll(() => called!.evaluate((line) => line.isConnected)).toBe(false);
});

test.describe('on a computer set to the clock of another continent', () => {
  test.use({ timezoneId: 'Asia/Tokyo' });

  test('hours are those of the region', async ({ page, signIn }) => {
    await signIn('laboratory-system');
    await deposit(page, { isCritical: false });
    await signIn('gp');
    await page.getByRole('link', { name: 'Résultats reçus' }).click();
    const came = page
      .locator('button.inbox-line time')
      .filter({ hasText: /^\d{2}:\d{2}$/ })
      .first();
    await expect(came).toBeVisible({ timeout: 20_000 });
    const at = new Date((await came.getAttribute('datetime'))!);
    await expect(came).toHaveText(at.toLocaleTimeString('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }));
  });
});
