/** A doctor who treats a stranger in an emergency: says why, sees it said the whole time; the patient reads it. */
import { expect, test } from './support/index.ts';

const MARIE_CLAIRE = '/patients/019a0000-0000-7000-8000-000000000003';
const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001';
const REASON = 'Patiente inconsciente, hémorragie sous anticoagulant';

test('a record opened in an emergency says so on its pages, and those who may see it read who and why', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('specialist');
  await page.goto(`${MARIE_CLAIRE}/biology`);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Urgence/ })
    .click();
  const open = page.getByRole('button', { name: 'Ouvrir en urgence' });
  await expect(open).toBeDisabled();
  await page.getByRole('textbox', { name: 'Motif de l’urgence' }).fill(REASON);
  await expectAccessible();
  await picture('emergency-dialog');
  await open.click();
  const bar = page.getByText('Accès en urgence.');
  await expect(bar).toBeVisible();
  await expectAccessible();
  await picture('emergency-open');
  await page.setViewportSize({ width: 800, height: 420 });
  await page.mouse.wheel(0, 2_000);
  await expect(bar).toBeInViewport();
  await page.setViewportSize({ width: 1440, height: 900 });

  await signIn('gp');
  await page.goto(`${MARIE_CLAIRE}/accesses`);
  await expect(page.getByText(`Motif donné : « ${REASON} »`)).toBeVisible();
  await expectAccessible();
  await picture('emergency-told');
});

test('the patient is told at the next opening of the record, until they say they read it; the officer prints the letter for who has no account', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('specialist');
  await page.evaluate(
    ([url, reason]) => fetch(url!, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ reason }) }),
    [`/api${ODETTE}/break-glass`, REASON],
  );
  await signIn('dpo');
  await page.goto('/audit');
  const alert = page.getByRole('listitem').filter({ hasText: 'Ouverture en urgence' }).first();
  // This patient has a mailbox: each minute the region writes to those whom nobody told yet.
  await expect(alert.getByText(/Patient pas encore informé|Patient informé par messagerie/)).toBeVisible();
  const letter = page.waitForEvent('download');
  await alert.getByRole('button', { name: /^Lettre au patient/ }).click();
  expect((await letter).suggestedFilename()).toMatch(/^information-urgence-.*\.pdf$/);
  await expect(alert.getByText('Patient informé par lettre')).toBeVisible();
  await expectAccessible();
  await picture('emergency-letter');

  await signIn('patient');
  await page.goto(`${ODETTE}/documents`);
  const told = page.getByText('Votre dossier a été ouvert en urgence, sans votre accord.');
  await expect(told).toBeVisible();
  await expect(page.getByText(`« ${REASON} »`)).toBeVisible();
  await expectAccessible();
  await picture('emergency-own');
  await page.getByRole('button', { name: 'J’ai lu' }).press('Enter');
  await expect(told).toBeHidden();
});

test('nobody but a doctor is offered an emergency', async ({ page, signIn }) => {
  await signIn('pharmacist');
  await page.goto(`${MARIE_CLAIRE}/biology`);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Urgence/ })).toHaveCount(0);
});
