/** Two doctors without mail software write to each other through the secure mail of the demo: one writes, the other ties, answers, and gives the mailbox. */
import type { MailList, MailThread } from '../src/mail/contract.ts';
import { expect, test } from './support/index.ts';

test('a doctor writes to a colleague, who says which patient it is about and answers by the keyboard', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('gp');
  const answer = await page.request.get('/api/directory/search?q=GARNIER-DEMO');
  const { found } = (await answer.json()) as { found: { mailboxes: string[]; given?: string }[] };
  const address = found.find(({ given }) => given === 'Hélène')!.mailboxes[0]!;
  await page.getByRole('link', { name: 'Messagerie' }).click();
  await page.getByRole('button', { name: 'Nouveau message' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('À', { exact: true }).fill(address);
  await dialog.getByLabel('Objet').fill('Avis sur un potassium');
  await dialog.getByLabel('Message').fill('Que penses-tu de ce potassium à 5,6 ?');
  await expectAccessible();
  await picture('mail-compose');
  await dialog.getByRole('button', { name: 'Envoyer' }).press('Enter');
  await expect(dialog).toBeHidden();
  await signIn('specialist');
  const waiting = { timeout: 30_000, intervals: [200] };
  const threads = async () => ((await (await page.request.get('/api/mail')).json()) as MailList).threads;
  await expect.poll(async () => (await threads()).map(({ subject }) => subject), waiting).toContain('Avis sur un potassium');
  await page.getByRole('link', { name: 'Messagerie' }).click();
  await page.getByRole('button', { name: /Avis sur un potassium/ }).press('Enter');
  await expect(page.getByText('Que penses-tu de ce potassium à 5,6 ?')).toBeVisible();
  await page.getByLabel('Au sujet de quel patient').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Rattacher' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Ouvrir le dossier' })).toBeVisible();
  await page.getByLabel('Répondre').fill('À contrôler demain.');
  await page.getByRole('button', { name: 'Envoyer' }).press('Enter');
  await expect(page.getByText('À contrôler demain.').first()).toBeVisible();
  await expectAccessible();
  await picture('mail-thread');
  await page.getByRole('button', { name: 'Délégations et modèles' }).press('Enter');
  await expect(page.getByRole('dialog').getByText('Mes modèles')).toBeVisible();
  await expectAccessible();
  await picture('mail-settings');
  // Who wrote sees that it was read, once the notification came back.
  await signIn('gp');
  const { messageId } = (await threads()).find(({ subject }) => subject === 'Avis sur un potassium')!;
  const written = async () =>
    ((await (await page.request.get(`/api/mail/messages/${messageId}`)).json()) as MailThread).messages.find(
      ({ direction }) => direction === 'out',
    )?.state;
  await expect.poll(written, waiting).toBe('read');
  await page.goto('/mail');
  await page.getByRole('button', { name: /Avis sur un potassium/ }).press('Enter');
  await expect(page.getByRole('article').getByText(/^lu · /)).toBeVisible();
});
