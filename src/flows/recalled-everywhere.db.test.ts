import { expect, test } from 'vitest';
import { exchangeBench, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY } from '../../test/support/reports.ts';
import { registerLinks } from '../access/index.ts';
import type { Trace } from '../exchange/contract.ts';
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
      { timeout: 25_000 },
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

test('its laboratory recalls it everywhere by one act, reads who had opened it and how far each recall is; no other laboratory may', async () => {
  // The one recalled is a correction: the version before it would else come back in force.
  await bench.deposit(reportFor(92, { prescribers: [PRESCRIBER] }, { set: 91 }));
  const documentId = await bench.deposit(reportFor(91, { prescribers: [PRESCRIBER] }, { set: 91, version: 2, replaces: [92] }));
  await bench.routeAll();
  await bench.deliverAll();
  const [row] = await bench.db.query<{ patientId: string }>(
    '',
    'select patient_id as "patientId" from record.deposit where document_id = $1',
    [documentId],
  );
  const { patientId } = row!;
  const doctor = { id: `rpps:${PRESCRIBER.rpps}`, name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' as const };
  await registerLinks(bench.db, [{ patientId, holder: { person: doctor.id }, kind: 'care-team', since: new Date(0) }], 'test');
  const seen = await bench.server.app.inject({ url: `/api/patients/${patientId}/biology`, headers: await bench.server.as(doctor) });
  expect(seen.statusCode).toBe(200);
  bench.post.mails.length = 0;

  const biologist = { ...PEOPLE.biologist, organisation: LABORATORY };
  const url = '/api/exchange/recalls';
  const payload = { documentId, reason: 'étiquettes échangées' };
  const asked = async (who: typeof biologist) =>
    (await bench.server.app.inject({ method: 'POST', url, payload, headers: await bench.server.as(who) })).statusCode;
  expect(await asked({ ...biologist, id: 'rpps:899700000077', organisation: OTHER_LABORATORY })).toBe(404);
  expect(await asked(biologist)).toBe(200);
  expect(await asked(biologist)).toBe(404);
  expect(
    await bench.db.query('', `select distinct state from record.deposit where unique_id in ($1, $2)`, [
      '1.2.250.1.999.7.990400101.91',
      '1.2.250.1.999.7.990400101.92',
    ]),
  ).toEqual([{ state: 'identity' }]);

  await expect
    .poll(
      async () => {
        await bench.routeAll();
        await bench.deliverAll();
        return bench.post.mails.map(({ email }) => email.subject?.includes('[Annule]'));
      },
      { timeout: 25_000 },
    )
    .toEqual([true]);
  const trace = await bench.server.app.inject({
    url: `/api/exchange/trace?id=${documentId}`,
    headers: await bench.server.as(biologist),
  });
  const { isRecalled, readers, deliveries } = trace.json<Trace>();
  expect(isRecalled).toBe(true);
  expect(readers!.named.map(({ name }) => name)).toEqual(['Dr Anne LEFEVRE-DEMO']);
  expect(deliveries.map(({ action, state }) => [action, state])).toEqual([
    ['send', 'sent'],
    ['recall', 'sent'],
  ]);
  // In the inbox of who read it, by name, without its values.
  const inbox = await bench.db.query(
    '',
    `select severity, content::jsonb -> 'values' as values from exchange.inbox_line where document_id = $1 and holder = $2`,
    [documentId, doctor.id],
  );
  expect(inbox).toEqual([{ severity: 'withdrawn', values: [] }]);
});
