import { beforeAll } from 'vitest';
import { PEOPLE } from './people.ts';
import { LABORATORY, OTHER_LABORATORY } from './reports.ts';
import { testServer } from './server.ts';
import { registerLinks } from '../../src/access/index.ts';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { INS_OIDS, insKey, registerPatients } from '../../src/identity/index.ts';

/** Four people of a region, whom two structures call by numbers of their own; one doctor treats two of them. */
export const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const id = (n: number) => `0190c000-0000-7000-8000-00000000000${n}`;
export const [ODETTE, COLETTE, MARCHANT, PAUL] = [id(1), id(2), id(3), id(4)];
export const INS = `urn:oid:${INS_OIDS.test}`;
export const ins = (first13: string) => ({ oid: INS_OIDS.test, value: `${first13}${insKey(first13)}` });
export const [HERE, THERE] = ['1.2.250.1.999.1', 'https://hopital.example/ipp'];
const names = { birthFamily: 'ESSAI-MARCHAND', birthGivens: 'ODETTE MARIE', firstBirthGiven: 'ODETTE', usedFamily: 'MARCHAND' };
export const odette = { ...names, sex: 'F' as const, birthDate: '1955-06-14', birthPlace: { cog: '99042', label: 'VILLE-TEST' } };
export const reader: { gp: Record<string, string>; lab: Record<string, string> } = { gp: {}, lab: {} };

interface Resource {
  id: string;
  active?: boolean;
  identifier?: { system: string; value: string }[];
  [key: string]: unknown;
}
export interface Answer {
  resourceType: string;
  total?: number;
  entry?: { resource: Resource; search: { score?: number; extension?: { valueCode: string }[] } }[];
  parameter?: { name: string; valueIdentifier?: { system: string; value: string }; valueReference?: { reference: string } }[];
  issue?: { severity: string; code: string; details: { text: string }; diagnostics?: string }[];
}

beforeAll(async () => {
  const { db } = server.database;
  const now = new Date();
  await registerPatients(
    db,
    [
      { patientId: ODETTE, traits: odette, status: 'qualified', ins: ins('2550699042042') },
      { patientId: COLETTE, traits: { ...odette, birthGivens: 'COLETTE', firstBirthGiven: 'COLETTE' }, status: 'validated' },
      { patientId: MARCHANT, traits: { ...odette, birthFamily: 'ESSAI-MARCHANT' }, status: 'retrieved', ins: ins('2550699042777') },
      {
        patientId: PAUL,
        traits: { ...odette, birthFamily: 'FICTIF', birthGivens: 'PAUL', firstBirthGiven: 'PAUL', sex: 'M' },
        status: 'validated',
      },
    ],
    now,
  );
  for (const [finess, domain, number, patientId] of [
    [LABORATORY.finess, HERE, 'A1', ODETTE],
    [OTHER_LABORATORY.finess, THERE, 'H1', ODETTE],
    [LABORATORY.finess, HERE, 'A3', MARCHANT],
    [OTHER_LABORATORY.finess, THERE, 'H4', PAUL],
    [LABORATORY.finess, HERE, 'TWICE', ODETTE],
    [OTHER_LABORATORY.finess, HERE, 'TWICE', PAUL],
  ] as const)
    await link(finess, domain, number, patientId);
  await registerStructures(
    db,
    [LABORATORY, OTHER_LABORATORY].map((one) => ({ ...one, kind: 'laboratory' as const })),
  );
  const system = { name: 'SIL', formats: ['fhir'], state: 'production' as const, secret: SECRET, connectedSince: now };
  await registerSenders(db, [{ ...system, clientId: 'lis-here', structures: [LABORATORY.finess] }], 'demo');
  const since = new Date(now.getTime() - 1_000);
  const own = [ODETTE, MARCHANT].map((patientId) => ({
    patientId,
    holder: { person: PEOPLE.gp.id },
    kind: 'treating-doctor' as const,
    since,
  }));
  await registerLinks(db, own, 'test');
  reader.gp = await server.as(PEOPLE.gp);
  reader.lab = { authorization: `Bearer ${await server.tokenOf('lis-here', SECRET)}` };
});

/** A structure's number of a person, linked by someone of the identity cell. */
export async function link(finess: string, domain: string, number: string, patientId: string): Promise<void> {
  await server.database.db.query(
    'test-link',
    `insert into identity.source_identity (sender_finess, domain, local_id, patient_id, fingerprint, state, linked_by, linked_at)
     values ($1, $2, $3, $4, '', 'linked', 'staff:1', now())`,
    [finess, domain, number, patientId],
  );
}
