import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';
import { framePage, signLaunch } from './support/practice.ts';

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

test('a registered software shows the record in a frame of its page; any other site shows nothing', async ({
  page,
  context,
  signIn,
  baseURL,
}) => {
  await signIn('gp');
  const { patientId } = await inHand(page);
  const [session] = (await context.cookies(baseURL)).filter(({ name }) => name.endsWith('cigogne'));
  const { name, value, domain } = session!;
  // As signing in inside the frame leaves it: given back to pages framed by this very site.
  await context.addCookies([{ name, value, domain, path: '/', sameSite: 'None', secure: true, partitionKey: 'http://localhost' }]);
  const address = `${baseURL}/patients/${patientId}/biology`;
  const registered = await framePage(address, true);
  await page.goto(registered.url);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('heading', { level: 1, name: /ESSAI-MARCHAND/ })).toBeVisible();
  await expect(frame.getByRole('grid')).toBeVisible();
  await expect(frame.getByRole('banner')).toHaveCount(0);
  registered.close();
  const other = await framePage(address, false);
  await page.goto(other.url);
  await expect(page.frameLocator('iframe').getByRole('heading', { name: /ESSAI-MARCHAND/ })).toHaveCount(0);
  expect(page.frames().map((one) => one.url())).toContain('chrome-error://chromewebdata/');
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
