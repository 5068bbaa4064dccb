import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001';

test('a laboratory’s system deposits a report of today and reads its receipt', async ({ page, signIn, expectAccessible }) => {
  await signIn('laboratory-system');
  await page.getByRole('button', { name: 'Déposer un compte rendu du jour' }).click();
  await expect(page.getByText('rangé dans le dossier')).toBeVisible();
  await expectAccessible();
});

test('what cannot be read is refused with its reason and what to do', async ({ page, signIn, expectAccessible }) => {
  await signIn('laboratory-system');
  await page.setInputFiles('input[type=file]', {
    name: 'lettre.xml',
    mimeType: 'application/xml',
    buffer: Buffer.from('<lettre>Bonjour</lettre>'),
  });
  const refusal = page.getByRole('alert');
  await expect(refusal).toContainText('Compte rendu refusé.');
  await expect(refusal).toContainText('report.');
  await expectAccessible();
});

test('a report that arrives is announced in the open page and moves nothing until the reader shows it; a correction is told as one', async ({
  browser,
  page,
  signIn,
}) => {
  await signIn('gp');
  await page.goto(`${ODETTE}/biology`);
  const table = page.locator('table').first();
  await expect(table).toBeVisible();
  // The stays come over the dates a little after the results.
  await expect(page.locator('.bio-stay-band').first()).toBeVisible();
  const before = await table.locator('thead').innerText();
  const sent = await page.request.post('/api/demo/fresh-report', { headers: { origin: new URL(page.url()).origin } });
  expect(sent.ok()).toBe(true);
  await expect(page.getByText(/nouveaux? comptes? rendus?/).first()).toBeVisible();
  expect(await table.locator('thead').innerText()).toBe(before);
  await page.locator('.bio-waiting').getByRole('button').click();
  await expect(table.locator('thead')).not.toHaveText(before);
  // A later version of a report that is there is no new one.
  const laboratory = await browser.newContext({ baseURL: new URL(page.url()).origin });
  await (await laboratory.newPage()).goto('/api/sign-in?card=laboratory-system');
  const deposit = (data: string) => laboratory.request.post('/api/deposits', { data, headers: { 'content-type': 'application/xml' } });
  const first = await (await laboratory.request.get('/api/demo/fresh-report')).text();
  expect((await deposit(first)).status()).toBe(201);
  await expect(page.locator('.bio-waiting')).toContainText(/nouveaux? comptes? rendus?/);
  expect((await deposit(correctionOf(first))).status()).toBe(201);
  await expect(page.locator('.bio-waiting')).toContainText('1 compte rendu corrigé');
  await laboratory.close();
});

test('a biologist decides between two second versions of one report, told by the hour at which each was issued', async ({
  page,
  signIn,
  expectAccessible,
}) => {
  await signIn('laboratory-system');
  const deposit = (data: string) => page.request.post('/api/deposits', { data, headers: { 'content-type': 'application/xml' } });
  const first = await (await page.request.get('/api/demo/fresh-report')).text();
  for (const report of [first, correctionOf(first), correctionOf(first, 3)]) expect((await deposit(report)).status()).toBe(201);
  await signIn('biologist');
  await page.getByRole('link', { name: 'À départager' }).click();
  const versions = page.locator('.record-conflict').first().getByRole('listitem');
  await expect(versions).toHaveCount(2);
  for (const n of [0, 1]) await expect(versions.nth(n)).toContainText(/Version 2, émise le .+ \d{2}:\d{2}.*reçue le .+ \d{2}:\d{2}/);
  await expectAccessible();
  await versions.nth(0).getByRole('button', { name: 'Garder celle-ci' }).press('Enter');
  await page.getByLabel('Motif').fill('L’autre a été envoyée par erreur');
  await page.getByRole('dialog').getByRole('button', { name: 'Garder celle-ci' }).press('Enter');
  await expect(page.getByText('Version gardée')).toBeAttached();
  await expect(page.locator('.record-conflict')).toHaveCount(0);
});

/** The second version of a report of the demo, which replaces it; `n` tells two of them apart. */
function correctionOf(report: string, n = 2): string {
  const [own, root] = /<id root="([\d.]+)"\/>/.exec(report)!;
  const replaced = `<relatedDocument typeCode="RPLC"><parentDocument>${own}</parentDocument></relatedDocument>`;
  return report
    .replace(own, `<id root="${root}.${n}"/>`)
    .replace('<versionNumber value="1"/>', '<versionNumber value="2"/>')
    .replace('<componentOf>', `${replaced}<componentOf>`);
}

test('a report stored while the stream was cut is announced when it comes back', async ({ page, signIn }) => {
  await signIn('gp');
  let connections = 0;
  await page.route(`**${ODETTE}/events`, async (route) => {
    connections += 1;
    if (connections === 1) return route.fulfill({ contentType: 'text/event-stream', body: 'retry: 3000\n\n' });
    // Once the page has read its results: what is stored before is among them, and nothing is announced.
    await expect(page.locator('table').first()).toBeVisible();
    await page.request.post('/api/demo/fresh-report', { headers: { origin: new URL(page.url()).origin } });
    return route.continue();
  });
  await page.goto(`${ODETTE}/biology`);
  await expect(page.locator('table').first()).toBeVisible();
  await expect(page.getByText(/nouveaux? comptes? rendus?/).first()).toBeVisible();
  expect(connections).toBeGreaterThan(1);
});
