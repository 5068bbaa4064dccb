import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { registerPractitioners } from '../../directory/index.ts';
import { ficheOf, publishedRegion, resources } from '../../../test/support/published.ts';

const { ask, publish, region, server } = publishedRegion();

describe('who may open a record, and what its owner decided (CareTeam, Consent)', () => {
  let own: { cookie: string; 'sec-fetch-site': string };
  const decide = (payload: object) =>
    server.app.inject({ method: 'POST', url: `/api/patients/${region.patientId}/sharing`, headers: own, payload });
  const events = async () => {
    const [row] = await server.database.db.query<{ told: number }>(
      '',
      `select count(*)::int as told from access.audit_event where chain = $1 and action = 'sharing.read' and via like 'fhir%'`,
      [region.patientId],
    );
    return row!.told;
  };

  beforeAll(async () => {
    await publish(ficheOf(61));
    own = await server.as({ ...PEOPLE.patient, patientId: region.patientId });
  });

  test('are what the patient said on their screens', async () => {
    for (const payload of [{ decision: 'block', holder: PEOPLE.nurse.id }, { decision: 'refuse-break-glass' }])
      expect((await decide(payload)).statusCode).toBe(200);
  });

  test('are told to the patient as on their screens, each asking with its one event', async () => {
    const before = await events();
    const [team] = resources(await ask('GET', `/CareTeam?patient=${region.patientId}`, own));
    expect(team).toMatchObject({ status: 'active', subject: { reference: `Patient/${region.patientId}` } });
    const participants = team!['participant'] as { role: [{ coding: [{ code: string }] }]; member: { reference: string } }[];
    expect(participants).toContainEqual(
      expect.objectContaining({
        role: [{ coding: [{ system: 'urn:cigogne:care-link', code: 'treating-doctor' }], text: 'Médecin traitant' }],
        member: expect.objectContaining({ reference: `Practitioner/${PEOPLE.gp.id.slice('rpps:'.length)}` }),
      }),
    );
    const said = resources(await ask('GET', `/Consent?patient=${region.patientId}&_sort=category`, own));
    expect(
      said.map(({ category, provision }) => [
        (category as [{ coding: [{ code: string }] }])[0].coding[0].code,
        (provision as { type: string }).type,
      ]),
    ).toEqual([
      ['blocks', 'deny'],
      ['refuses-break-glass', 'deny'],
    ]);
    const shutOut = resources(
      await ask('GET', `/Consent?patient=${region.patientId}&actor=Practitioner/${PEOPLE.nurse.id.slice('rpps:'.length)}`, own),
    );
    expect(shutOut.map(({ id }) => id)).toEqual([said[0]!.id]);
    expect((await ask('GET', `/Consent/${said[0]!.id}`, own)).status).toBe(200);
    expect((await events()) - before).toBe(4);
  });

  test('are told with whom they name, where that is asked', async () => {
    await registerPractitioners(server.database.db, [
      { rpps: PEOPLE.gp.id.slice('rpps:'.length), family: 'LEFEVRE-DEMO', given: 'Anne', title: 'DR', structures: [], mailboxes: [] },
    ]);
    const asked = async (query: string) => resources(await ask('GET', `/CareTeam?patient=${region.patientId}&${query}`, own));
    const found = await asked('_include=CareTeam:participant&_include=CareTeam:subject');
    expect(new Set(found.map(({ resourceType }) => resourceType))).toEqual(new Set(['CareTeam', 'Practitioner', 'Patient']));
    expect(await asked('participant:Practitioner.family=lefevre-demo')).toHaveLength(1);
    expect(await asked('participant:Practitioner.family=personne')).toEqual([]);
  });

  test('a decision taken back is told no more', async () => {
    expect((await decide({ decision: 'allow-break-glass' })).statusCode).toBe(200);
    expect(resources(await ask('GET', `/Consent?patient=${region.patientId}&category=refuses-break-glass`, own))).toEqual([]);
  });

  test('are told to nobody else: who is shut out is refused as anybody, and learns nothing of it', async () => {
    for (const type of ['CareTeam', 'Consent']) {
      const [doctor, nurse] = [
        await ask('GET', `/${type}?patient=${region.patientId}`, region.gp),
        await ask('GET', `/${type}?patient=${region.patientId}`, await server.as(PEOPLE.nurse)),
      ];
      expect([type, doctor.status, nurse.status, nurse.text]).toEqual([type, 403, 403, doctor.text]);
    }
  });
});
