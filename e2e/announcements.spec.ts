/** A doctor who hid a document from its patient until telling them finds it in the list of what is to be told, and tells. */
import { expect, test } from './support/index.ts';

const ODETTE = '019a0000-0000-7000-8000-000000000001';

test('what is hidden from a patient waits on the page of the one who must tell, by its day', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  await page.goto('/patients');
  await page.evaluate(async (patientId) => {
    const documents = `/api/patients/${patientId}/documents`;
    const list = (await (await fetch(documents)).json()) as { documents: { documentId: string; kind: string; current: boolean }[] };
    const { documentId } = list.documents.find(({ kind, current }) => kind === 'document' && current)!;
    const body = { act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt: new Date(Date.now() + 20 * 3_600_000).toISOString() };
    await fetch(`${documents}/${documentId}/visibility`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }, ODETTE);
  await page.reload();
  const list = page.getByRole('region', { name: 'À annoncer au patient : 1 document' });
  await expect(list.getByText(/^à annoncer avant le /)).toBeVisible();
  await expectAccessible();
  await picture('announcements');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible();
  await picture('announcements-telephone-dark');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await list.getByRole('link').press('Enter');
  await expect(page.getByText(/Invisible au patient|annoncé/i).first()).toBeVisible();
});
