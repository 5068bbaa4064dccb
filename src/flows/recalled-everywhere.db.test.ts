import { expect, test } from 'vitest';
import { exchangeBench, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { readXdm } from '../formats/index.ts';
import type { IdentityView, Worklist } from '../identity/contract.ts';

const bench = exchangeBench();

test('a document that the identity cell takes out of a record is asked back from everyone that it was sent to, and waits for a person', async () => {
  const documentId = await bench.deposit(reportFor(90, { prescribers: [PRESCRIBER] }));
  await bench.routeAll();
  await bench.deliverAll();
  expect(bench.post.mails).toHaveLength(1);
  bench.post.mails.length = 0;

  const headers = await bench.server.as(PEOPLE['identity-cell']);
  const [row] = await bench.db.query<{ patientId: string; depositId: string }>(
    '',
    'select patient_id as "patientId", deposit_id as "depositId" from record.deposit where document_id = $1',
    [documentId],
  );
  const { patientId, depositId } = row!;
  const url = `/api/identities/${patientId}`;
  const payload = { kind: 'recall', reason: 'un autre patient', depositId };
  expect((await bench.server.app.inject({ method: 'POST', url: `${url}/changes`, headers, payload })).statusCode).toBe(200);

  await expect
    .poll(
      async () => {
        await bench.routeAll();
        await bench.deliverAll();
        return bench.post.mails.map(({ to }) => to);
      },
      { timeout: 15_000 },
    )
    .toEqual(PRESCRIBER.mailboxes);
  const { email } = bench.post.mails[0]!;
  expect(email.subject).toContain('[Annule]');
  const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
  expect(submission!.documents[0]).toMatchObject({ action: 'delete', metadata: { uniqueId: { root: '1.2.250.1.999.7.990400101.90' } } });

  const view = (await bench.server.app.inject({ url, headers })).json<IdentityView>();
  expect(view.records.flatMap(({ filed }) => filed)).toEqual([]);
  const { waiting } = (await bench.server.app.inject({ url: '/api/worklists/identity', headers })).json<Worklist>();
  expect(waiting).toMatchObject([{ depositId, reason: 'recalled' }]);
});
