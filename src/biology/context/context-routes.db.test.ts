import { beforeAll, describe, expect, test } from 'vitest';
import { HOSPITAL, letterOf } from '../../../test/support/letters.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE } from '../../../test/support/reports.ts';
import { testServer } from '../../../test/support/server.ts';
import { type Principal, registerLinks } from '../../access/index.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';
import { type AdtMessage, writeClinicalDocument } from '../../formats/index.ts';
import { noteSourceIdentity } from '../../identity/index.ts';
import type { RecordContext } from './contract.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
let token = '';
let patientId = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...HOSPITAL, kind: 'hospital' }]);
  const sender = { clientId: 'dpi-essai', name: 'DPI', structures: [HOSPITAL.finess], formats: ['cda'], state: 'production' as const };
  await registerSenders(db, [{ ...sender, secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('dpi-essai', SECRET);
  await deposit(writeClinicalDocument(letterOf(1)));
  await deposit(writeClinicalDocument(letterOf(2, { type: { code: '68599-0', display: 'Synthèse psychiatrique' }, title: 'Synthèse' })));
  const since = new Date(Date.now() - 60_000);
  await registerLinks(
    db,
    [
      { patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since },
      { patientId, holder: { person: PEOPLE.nurse.id }, kind: 'care-team', since },
    ],
    'test',
  );
});

async function deposit(payload: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
  const answer = await server.app.inject({ method: 'POST', url: '/api/deposits', headers, payload });
  const { documentId } = answer.json() as { documentId: string };
  const rows = await server.database.db.query<{ patient: string }>(
    'whose',
    'select patient_id as patient from record.document where document_id = $1',
    [documentId],
  );
  patientId = rows[0]!.patient;
}

async function contextFor(who: Principal): Promise<RecordContext> {
  const answer = await server.app.inject({ url: `/api/patients/${patientId}/context`, headers: await server.as(who) });
  expect(answer.statusCode).toBe(200);
  return answer.json() as RecordContext;
}

async function admit(from: string): Promise<void> {
  const message: AdtMessage = {
    kind: 'adt',
    event: 'A01',
    header: { controlId: from, type: 'ADT', sendingFacility: {} } as AdtMessage['header'],
    happenedAt: from,
    patient: JEANNE,
    identifiers: [{ root: '1.2.3', extension: 'IPP-1' }, ...JEANNE.ids] as AdtMessage['identifiers'],
    cleared: [],
    reliability: [],
    merges: [],
    consents: [],
    visit: { ids: [], class: 'I', ward: 'CARDIO' },
    warnings: [],
  };
  await server.database.db.transaction((tx) => noteSourceIdentity(tx, { message, senderFiness: HOSPITAL.finess, receivedAt: new Date() }));
}

describe('the time around the results', () => {
  test('shows the stay of a letter and the documents, and writes one line in the list of accesses', async () => {
    const count = async () =>
      (
        await server.database.db.query<{ n: number }>(
          'count',
          `select count(*)::int as n from access.audit_event where action = 'context.read' and patient_id = $1`,
          [patientId],
        )
      )[0]!.n;
    const before = await count();
    const { stays, documents } = await contextFor(PEOPLE.gp);
    expect(stays.map(({ structure, from, until }) => [structure, from, until])).toEqual([
      [HOSPITAL.name, '2026-10-28T08:00:00.000Z', '2026-11-06T15:00:00.000Z'],
    ]);
    expect(documents.map(({ title }) => title).toSorted()).toEqual([
      "Lettre de liaison à la sortie d'un établissement de soins",
      'Synthèse',
    ]);
    expect(await count()).toBe(before + 1);
  });

  test('leaves no trace of a document that the reader may not see', async () => {
    const seen = await contextFor(PEOPLE.nurse);
    expect(seen.documents).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain('Synthèse');
    expect(seen.unread).toBe(0);
  });

  test('joins the admission that a hospital announced to the letter of the same stay, and keeps another apart', async () => {
    await admit('20261028070000');
    await admit('20260301080000');
    const { stays } = await contextFor(PEOPLE.gp);
    expect(stays.map(({ from, documentId }) => [from.slice(0, 10), documentId !== undefined])).toEqual([
      ['2026-03-01', false],
      ['2026-10-28', true],
    ]);
    expect(stays[0]).toMatchObject({ structure: HOSPITAL.name, label: 'CARDIO' });
  });
});
