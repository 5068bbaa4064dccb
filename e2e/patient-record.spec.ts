import type { Found } from '#identity/contract';
import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001';
const banner = 'Identité du patient';

test('the banner says who it is, with birth name, sex, age, birth date, INS and why one is here', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  await signIn('gp');
  await page.goto(ODETTE);
  await expect(page).toHaveURL(/\/biology/);
  const identity = page.getByRole('region', { name: banner });
  await expect(identity.getByRole('heading', { level: 1 })).toContainText('ESSAI-MARCHAND');
  await expect(identity).toContainText(/Femme, \d+ ans/);
  await expect(identity).toContainText('née le 14 juin 1955');
  await expect(identity).toContainText('INS qualifiée');
  await expect(identity).toContainText('INS de test');
  await expect(identity).toContainText('Vous êtes son médecin traitant');
  await expectAccessible();
});

test('at a telephone’s width and at 200 % zoom the name, sex, age, birth date and INS stay, the rest folds', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  await page.goto(`${ODETTE}/accesses`);
  for (const width of [720, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const identity = page.getByRole('region', { name: banner });
    await expect(identity.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(identity.getByText(/F · \d+ ans · 14\/06\/1955/)).toBeVisible();
    await expect(identity.getByText(/^INS/).filter({ visible: true })).toBeVisible();
    await expect(identity.getByText('née le 14 juin 1955')).toBeHidden();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await identity.getByRole('button', { name: 'Toute l’identité' }).click();
    await expect(page.getByRole('dialog', { name: banner })).toContainText('née le 14 juin 1955');
    await page.keyboard.press('Escape');
    await expectAccessible();
  }
  await picture('accesses');
});

test('the treating doctor sees who looked, and a reading just made is in the list', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await page.goto(`${ODETTE}/biology`);
  await page.getByRole('link', { name: 'Accès' }).click();
  await expect(page).toHaveTitle(/— Accès$/);
  await expect(page.getByRole('heading', { name: /personnes? en 30 jours/ })).toBeVisible();
  await expect(page.getByText('a consulté les résultats de biologie').first()).toBeVisible();
  await expect(page.getByText('Dr Anne LEFEVRE-DEMO').nth(1)).toBeVisible();
  await expectAccessible();
});

test('a record without a care link opens only after a declaration, and the treating doctor reads it', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  const mine = async () => ((await (await page.request.get('/api/patients/mine')).json()) as Found).patients;
  await signIn('gp');
  const ofDoctor = await mine();
  await signIn('pharmacist');
  const ofPharmacist = new Set((await mine()).map(({ patientId }) => patientId));
  const { patientId, traits } = ofDoctor.findLast((person) => !ofPharmacist.has(person.patientId))!;
  await page.getByLabel('Chercher un patient').fill(`${traits.birthFamily} ${traits.birthDate}`);
  await page.getByRole('list', { name: 'Personnes trouvées' }).getByRole('link').first().click();
  const question = page.getByRole('dialog', { name: 'Vous n’êtes pas encore relié à ce patient' });
  await expect(question).toContainText(traits.birthFamily);
  await expect(page.getByRole('region', { name: banner })).toHaveCount(0);
  const open = question.getByRole('button', { name: 'Ouvrir le dossier' });
  await expect(open).toBeDisabled();
  await expectAccessible();
  await question.getByRole('checkbox').press(' ');
  await open.click();
  const identity = page.getByRole('region', { name: banner });
  await expect(identity).toContainText(traits.birthFamily);
  await expect(identity).toContainText('Vous avez recueilli son consentement');
  await signIn('gp');
  await page.goto(`/patients/${patientId}/accesses`);
  await expect(page.getByText('a déclaré avoir recueilli le consentement').first()).toBeVisible();
});

test('a role without right is told why in plain words, never by a number', async ({ page, signIn, expectAccessible }) => {
  await signIn('operator');
  await page.goto(ODETTE);
  await expect(page.getByRole('heading', { name: 'Ce dossier ne vous est pas ouvert' })).toBeVisible();
  await expect(page.locator('main')).not.toContainText('403');
  await expectAccessible();
});

test('an address that leads nowhere says so', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await page.goto('/nulle-part');
  await expect(page.getByRole('heading', { name: 'Cette page n’existe pas' })).toBeVisible();
  await page.goto('/patients/019a0000-0000-7000-8000-00000000ffff');
  await expect(page.getByRole('heading', { name: /Ce dossier est introuvable|pas encore relié/ })).toBeVisible();
  await expectAccessible();
});

test('when the session ends the page is covered, no name stays, and signing in again opens the same view', async ({
  page,
  signIn,
  context,
  expectAccessible,
}) => {
  await signIn('gp');
  await page.goto(`${ODETTE}/biology?period=all`);
  await expect(page.getByRole('region', { name: banner })).toBeVisible();
  await context.clearCookies();
  // What an open page asks by itself may find it out before the reader does.
  const isLeft = await page
    .getByRole('link', { name: 'Accès' })
    .click({ timeout: 5_000 })
    .then(
      () => true,
      () => false,
    );
  await expect(page.getByRole('heading', { name: 'Votre session est terminée' })).toBeVisible();
  await expect(page.locator('body')).not.toContainText('ESSAI-MARCHAND');
  expect(await page.title()).not.toContain('ESSAI');
  await expectAccessible();
  await page.getByRole('link', { name: /Se reconnecter/ }).click();
  await expect(page.getByRole('region', { name: banner })).toContainText('ESSAI-MARCHAND');
  await expect(page).toHaveURL(isLeft ? /\/accesses/ : /\/biology\?period=all/);
});

test('a lost network is said with its time, and what was read stays', async ({ page, signIn, context }) => {
  await signIn('gp');
  await page.goto(`${ODETTE}/accesses`);
  await expect(page.getByRole('heading', { name: /30 jours/ })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByRole('alert')).toContainText(/Réseau perdu depuis .*\d\d:\d\d/);
  await expect(page.getByRole('heading', { name: /30 jours/ })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the question mark lists every key, and single letters can be switched off', async ({ page, signIn, expectAccessible }) => {
  await signIn('gp');
  await expect(page.getByRole('heading', { name: 'Mes patients' })).toBeVisible();
  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Toutes les touches' });
  await expect(list).toContainText('courbe de la ligne');
  await expectAccessible();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.getByRole('button', { name: /Dr Anne LEFEVRE-DEMO/ }).click();
  await page.getByRole('menuitem', { name: 'Raccourcis à une lettre' }).click();
  await page.keyboard.press('?');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByLabel('Chercher un patient')).toBeFocused();
});

test('a page left alone covers itself when its time is over, and the session is closed', async ({ page, signIn }) => {
  await signIn('gp');
  await page.clock.install();
  await page.goto(`${ODETTE}/accesses`);
  await expect(page.getByRole('region', { name: banner })).toBeVisible();
  await page.clock.fastForward('00:59:00');
  await expect(page.getByRole('region', { name: banner })).toBeVisible();
  await page.clock.fastForward('00:02:00');
  await expect(page.getByRole('heading', { name: 'Votre session est terminée' })).toBeVisible();
  await expect(page.locator('body')).not.toContainText('ESSAI-MARCHAND');
  await expect.poll(async () => ((await (await page.request.get('/api/session')).json()) as { person: unknown }).person).toBeNull();
});
