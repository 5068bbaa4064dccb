import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';
import { framePage, signLaunch, softwarePages } from './support/practice.ts';

/** Who is signed in, and the INS of a patient of theirs, as a practice software would know them. */
async function inHand(page: Page): Promise<{ sub: string; patient: string; patientId: string }> {
  const { person } = (await (await page.request.get('/api/session')).json()) as { person: { id: string } };
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const { patientId } = stories[0]!;
  const opened = (await (await page.request.get(`/api/patients/${patientId}`)).json()) as {
    patient: { ins: { oid: string; value: string } };
  };
  return { sub: person.id, patient: `urn:oid:${opened.patient.ins.oid}|${opened.patient.ins.value}`, patientId };
}

test('a practice software opens the patient in hand in a window of its own: the banner and the results, without our bar and search', async ({
  page,
  signIn,
  baseURL,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  const launch = await signLaunch({ baseURL: baseURL!, ...(await inHand(page)) });
  await page.goto(`/launch?launch=${launch}&embed=1`);
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: /ESSAI-MARCHAND/ })).toBeVisible();
  await expect(page).toHaveTitle(/ESSAI-MARCHAND/);
  await expect(page.getByRole('banner')).toHaveCount(0);
  await expect(page.getByRole('searchbox', { name: /Nom et date/ })).toHaveCount(0);
  await expectAccessible();
  await picture('embedded');
  await page.reload();
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.getByRole('banner')).toHaveCount(0);
});

test('one signs in inside a frame of a registered software, and reads the record there; any other site shows nothing', async ({
  page,
  baseURL,
}) => {
  const registered = await framePage(`${baseURL}/`, true);
  await page.goto(registered.url);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('link', { name: /Médecin généraliste/ }).click();
  await frame.getByRole('link', { name: /ESSAI-MARCHAND/ }).click();
  await expect(frame.getByRole('heading', { level: 1, name: /ESSAI-MARCHAND/ })).toBeVisible();
  await expect(frame.getByRole('grid')).toBeVisible();
  await expect(frame.getByRole('banner')).toHaveCount(0);
  registered.close();
  const other = await framePage(`${baseURL}/patients/019a0000-0000-7000-8000-000000000001/biology`, false);
  await page.goto(other.url);
  await expect(page.frameLocator('iframe').getByRole('heading', { name: /ESSAI-MARCHAND/ })).toHaveCount(0);
  await expect.poll(() => page.frames().map((one) => one.url())).toContain('chrome-error://chromewebdata/');
  other.close();
});

test('a second launch from the practice software locks the window that was open on another patient', async ({
  page,
  signIn,
  context,
  expectAccessible,
}) => {
  await signIn('gp');
  const patients = page.locator('a[href^="/patients/"]');
  await expect(patients.first()).toBeVisible();
  const [first, second] = await patients.evaluateAll((links) => links.slice(0, 2).map((link) => link.getAttribute('href')!));
  await page.goto(first!);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const launched = await context.newPage();
  await launched.goto(`${second!}#launched`);
  await expect(page.getByRole('heading', { name: 'Cette fenêtre est verrouillée' })).toBeVisible();
  await expect(page).toHaveTitle('Cette fenêtre est verrouillée — Cigogne');
  await expectAccessible();
  await expect(launched).toHaveURL(second!);
  await expect(launched.getByRole('heading', { name: 'Cette fenêtre est verrouillée' })).toBeHidden();
});

test('a software that opens by itself says what it wants; its user chooses the patient and says yes, and it reads that one (fhirclient, in its own page)', async ({
  page,
  signIn,
  baseURL,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  const { stories } = (await (await page.request.get('/api/demo')).json()) as { stories: { patientId: string }[] };
  const { patientId } = stories[2]!;
  const software = await softwarePages({
    baseURL: baseURL!,
    scope: 'openid fhirUser launch/patient patient/Observation.rs?category=laboratory user/Practitioner.rs',
  });
  await page.goto(software.url);
  await expect(page.getByRole('heading', { name: '« Logiciel ESSAI » demande à lire en votre nom' })).toBeVisible();
  await expect(page.getByText('lire : résultats de biologie')).toBeVisible();
  await expect(page.getByText('category = laboratory')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Autoriser' })).toBeDisabled();
  await page.getByRole('searchbox', { name: 'Chercher un patient' }).last().fill('marie fictif');
  await page.getByRole('radio', { name: 'FICTIF MARIE-CLAIRE' }).check();
  await expectAccessible();
  await picture('software-asks');
  await page.getByRole('button', { name: 'Autoriser pour FICTIF MARIE-CLAIRE' }).click();
  await expect(page).toHaveTitle('Lu');
  const read = JSON.parse(await page.locator('body').innerText()) as {
    patient: string;
    bundle: { entry: { resource: { subject: { reference: string } } }[] };
  };
  expect([read.patient, read.bundle.entry[0]!.resource.subject.reference]).toEqual([patientId, `Patient/${patientId}`]);
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(software.url);
  await page.getByRole('button', { name: 'Refuser' }).click();
  await expect(page).toHaveTitle('Refus');
  software.close();
});
