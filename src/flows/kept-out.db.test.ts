import { beforeAll, describe, expect, test } from 'vitest';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, type PrintedPatient, writeCda, writeFhir, writeOru } from '../formats/index.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
let token = '';

beforeAll(async () => {
  await registerStructures(server.database.db, [{ ...LABORATORY, kind: 'laboratory' }]);
  await registerSenders(
    server.database.db,
    [
      {
        clientId: 'lis-essai',
        name: 'SIL des essais',
        structures: [LABORATORY.finess],
        formats: ['cda-cr-bio'],
        state: 'production',
        secret: SECRET,
        connectedSince: new Date(),
      },
    ],
    'demo',
  );
  token = await server.tokenOf('lis-essai', SECRET);
});

const deposit = (payload: string, type = 'application/xml') =>
  server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    payload,
  });

/** Rows of everything that a deposit can write, and the bytes that wait anywhere. */
async function kept() {
  const [row] = await server.database.db.query<Record<string, number>>(
    'kept',
    `select (select count(*)::int from record.document) as documents, (select count(*)::int from record.original) as originals,
            (select count(*)::int from record.deposit) as deposits, (select count(*)::int from record.outbox) as events,
            (select count(*)::int from record.waiting_original) as waiting, (select coalesce(sum(length(bytes)), 0)::int from record.quarantine) as bytes,
            (select count(*)::int from identity.patient) as patients`,
  );
  return row;
}

const prescribedBy = (code: string, display: string): LabReport['participants'] => [
  { type: 'REF', ids: [], name: { family: 'ORDONNE-DEMO' }, code: { code, system: '1.2.250.1.213.1.1.4.5', display } },
];
const titled = (title: string) => (report: LabReport) => ({ ...report, sections: report.sections.map((one) => ({ ...one, title })) });
const anonymous: PrintedPatient = { ids: [], birthFamily: 'ANONYME', firstBirthGiven: 'ESSAI', sex: 'F', birthDate: '19900101' };

describe('what no record may hold is refused at the door and leaves nothing behind', () => {
  test.each<[string, (report: LabReport) => LabReport, string]>([
    ['ordered by an occupational doctor', (r) => ({ ...r, participants: prescribedBy('G15_10/SM25', 'Médecine du travail') }), 'work'],
    ['a check-up for an insurer', titled('Bilan pour contrat d’assurance'), 'insurer'],
    ['ordered by justice', titled('Alcoolémie sur réquisition judiciaire'), 'justice'],
    ['an anonymous screening', titled('Dépistage anonyme et gratuit'), 'anonymous'],
    ['of somebody called ANONYME', (r) => ({ ...r, patient: anonymous }), 'anonymous'],
    ['a birth under secrecy', (r) => ({ ...r, encounter: { code: { originalText: 'Accouchement sous X' } } }), 'secrecy'],
  ])('%s', async (_what, change, said) => {
    const before = await kept();
    const answer = await deposit(writeCda(change(reportOf(1))));
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: 'deposit.kept-out', retry: false }]);
    expect(answer.json().message).toContain(said);
    expect(answer.body).not.toMatch(/DURAND|ORDONNE|ANONYME/);
    expect(await kept()).toEqual(before);
    const receipt = await server.app.inject({
      url: `/api/deposits/${answer.json().depositId}`,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(receipt.json()).toMatchObject({ state: 'refused', refusal: { code: 'deposit.kept-out' } });
  });

  test('an HL7 v2 identity marked ANOM, a FHIR name marked anonymous', async () => {
    const before = await kept();
    const oru = writeOru(reportOf(2)).replace(/^(PID[^\r]*)/m, (pid) => {
      const fields = pid.split('|');
      while (fields.length < 33) fields.push('');
      fields[32] = 'ANOM';
      return fields.join('|');
    });
    const bundle = JSON.parse(writeFhir(reportOf(3)));
    const patient = bundle.entry
      .map(({ resource }: { resource: { resourceType: string } }) => resource)
      .find(({ resourceType }: { resourceType: string }) => resourceType === 'Patient');
    patient.name.push({ use: 'anonymous', text: 'sans nom' });
    for (const answer of [await deposit(oru, 'application/hl7-v2'), await deposit(JSON.stringify(bundle), 'application/fhir+json')]) {
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'deposit.kept-out']);
    }
    expect(await kept()).toEqual(before);
  });

  test('care stays care: the same report without these words is stored', async () => {
    const answer = await deposit(writeCda({ ...reportOf(1), patient: JEANNE }));
    expect(answer.statusCode).toBe(201);
  });
});
