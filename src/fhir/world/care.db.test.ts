import { beforeAll, describe, expect, test } from 'vitest';
import { dischargeLetter } from '../../../test/support/discharge-letter.ts';
import { HOSPITAL, letterOf } from '../../../test/support/letters.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { ficheOf, publishedRegion, resources, sha1, uniqueId } from '../../../test/support/published.ts';
import { JEANNE } from '../../../test/support/reports.ts';
import { type AdtMessage, writeDischargeLetter } from '../../formats/index.ts';
import { noteSourceIdentity } from '../../identity/index.ts';
import { encounter } from '../make/stay.ts';

const { ask, get, publish, region, server } = publishedRegion();

/** A stay of the patient of the letters, told by their hospital under their INS. */
async function tellStay(visit: NonNullable<AdtMessage['visit']>, event: AdtMessage['event'], at: string): Promise<void> {
  const message = {
    kind: 'adt',
    event,
    header: { controlId: `${event}-${at}`, type: 'ADT', sendingFacility: {} },
    happenedAt: at,
    patient: JEANNE,
    identifiers: [{ root: '1.2.250.1.999.5', extension: 'IPP-7' }, ...JEANNE.ids],
    cleared: [],
    reliability: [],
    merges: [],
    consents: [],
    visit,
    warnings: [],
  } as unknown as AdtMessage;
  await server.database.db.transaction((tx) => noteSourceIdentity(tx, { message, senderFiness: HOSPITAL.finess, receivedAt: new Date() }));
}

const LETTER = 40;
beforeAll(async () => {
  const { id, setId, authors, custodian, legalAuthenticator, patient } = letterOf(LETTER);
  const { header, ...said } = dischargeLetter();
  const own = { ...header, id, setId: setId!, authors, custodian, patient, ...(legalAuthenticator && { legalAuthenticator }) };
  const antibiotic = { name: 'AMOXICILLINE ESSAI 1 g', start: '20250320', end: '20250327' };
  const dischargeTreatments = [...said.dischargeTreatments, antibiotic];
  const bytes = Buffer.from(writeDischargeLetter({ header: own, ...said, dischargeTreatments }));
  const attachment = { contentType: 'application/xml', data: bytes.toString('base64'), size: bytes.length, hash: sha1(bytes) };
  await publish({ ...ficheOf(LETTER), content: [{ attachment }] });
  await tellStay({ ids: [{ root: '1.2.250.1.999.6', extension: 'SEJ-1' }], class: 'I', ward: 'Cardiologie' }, 'A01', '20250314083000+0100');
  await tellStay({ ids: [{ root: '1.2.250.1.999.6', extension: 'SEJ-1' }], class: 'I' }, 'A03', '20250322103000+0100');
  await tellStay({ ids: [{ root: '1.2.250.1.999.6', extension: 'CS-2' }], class: 'O' }, 'A04', '20250401090000+0200');
});

const of = (type: string, query = '') => get(`/${type}?patient=${region.patientId}${query}`);
const events = async () =>
  (await server.database.db.query<{ n: number }>('', "select count(*) as n from access.audit_event where action = 'record.software'"))[0]!
    .n;

describe('what hospitals and documents say of a patient beside biology', () => {
  test('a stay told by ADT is an Encounter, with its ward, its number and its days; a consultation whose end is not told is not said over', async () => {
    const before = await events();
    const [consultation, stay] = resources(await of('Encounter', '&_sort=-date'));
    expect((await events()) - before).toBe(1);
    expect(stay).toMatchObject({
      status: 'finished',
      class: { code: 'IMP' },
      period: { start: '2025-03-14T07:30:00.000Z', end: '2025-03-22T09:30:00.000Z' },
      identifier: [{ value: 'SEJ-1' }],
      contained: [{ resourceType: 'Location', name: 'Cardiologie' }],
      serviceProvider: { reference: `Organization/${HOSPITAL.finess}` },
    });
    expect(consultation).toMatchObject({ status: 'unknown', class: { code: 'AMB' } });
    expect((await get(`/Encounter/${stay!.id}`)).body).toEqual(stay);
    const ids = async (query: string) => resources(await of('Encounter', query)).map(({ id }) => id);
    expect([await ids('&date=2025-03-18'), await ids('&class=IMP'), await ids('&status=finished'), await ids('&date=lt2024')]).toEqual([
      [],
      [stay!.id],
      [stay!.id],
      [],
    ]);
    expect(await ids('&date=ge2025-03-22&date=le2025-03-31')).toEqual([stay!.id]);
  });

  test('a stay without number keeps its identifier when its end is told', () => {
    const stay = { structure: HOSPITAL.finess, kind: 'inpatient' as const, from: '2026-01-02T08:00:00.000Z' };
    const [before, after] = [
      encounter(stay, region.patientId),
      encounter({ ...stay, until: '2026-01-05T08:00:00.000Z' }, region.patientId),
    ];
    expect([before.id, before['status'], after['status']]).toEqual([after.id, 'in-progress', 'finished']);
  });

  test('a letter’s treatments are statements with dose, rhythm, route and code: what goes on, what stopped, what its end is past; each leads to the letter', async () => {
    const said = resources(await of('MedicationStatement'));
    const named = (name: string) => said.find((one) => JSON.stringify(one['medicationCodeableConcept']).includes(name));
    expect(named('FUROSEMIDE')).toMatchObject({
      status: 'active',
      medicationCodeableConcept: {
        coding: [{ system: 'http://data.esante.gouv.fr/ansm/medicament/SpecialitePharmaceutique', code: '60000002' }],
      },
      dosage: [
        {
          timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
          route: { coding: [{ system: 'http://standardterms.edqm.eu', code: '20053000' }] },
          doseAndRate: [{ doseQuantity: { value: 2, code: '{tablet}' } }],
          maxDosePerPeriod: { numerator: { value: 120, code: 'mg' }, denominator: { value: 1, code: 'd' } },
        },
      ],
    });
    const statuses = ['IBUPROFENE', 'RAMIPRIL', 'AMOXICILLINE'].map((name) => named(name)!['status']);
    expect(statuses).toEqual(['stopped', 'active', 'completed']);
    const [{ reference }] = named('RAMIPRIL')!['derivedFrom'] as [{ reference: string }];
    expect((await get(`/${reference}`)).body).toMatchObject({ masterIdentifier: uniqueId(LETTER) });
    const [byCode] = resources(await of('MedicationStatement', '&code=urn:oid:1.2.250.1.213.2.3.1|60000002&status=active'));
    expect(byCode).toEqual(named('FUROSEMIDE'));
    const dated = await get(`/MedicationStatement/${byCode!.id}`);
    const since = async (date: string) =>
      (await server.app.inject({ url: `/fhir/MedicationStatement/${byCode!.id}`, headers: { ...region.gp, 'if-modified-since': date } }))
        .statusCode;
    expect([
      await since(String(dated.headers['last-modified'])),
      await since('Thu, 01 Jan 2026 00:00:00 GMT'),
      await since('soon'),
    ]).toEqual([304, 200, 200]);
    expect((await get(`/MedicationStatement/${byCode!.id}/_history`)).body.entry).toHaveLength(1);
  });

  test('an allergy of the letter is an allergy of the patient, as the letter says it', async () => {
    const [allergy] = resources(await of('AllergyIntolerance'));
    expect(allergy).toMatchObject({
      clinicalStatus: { coding: [{ code: 'active' }] },
      code: { text: 'Amoxicilline' },
      onsetDateTime: '2010',
      patient: { reference: `Patient/${region.patientId}` },
    });
  });

  test('all of it is in $everything, in the compartment of the patient, and leads to and from the patient', async () => {
    const types = new Set(resources(await get(`/Patient/${region.patientId}/$everything`)).map(({ resourceType }) => resourceType));
    expect([...types]).toEqual(
      expect.arrayContaining(['Patient', 'Encounter', 'MedicationStatement', 'AllergyIntolerance', 'Organization']),
    );
    const within = await get(`/Patient/${region.patientId}/Encounter?_include=Encounter:patient&_include=Encounter:service-provider`);
    expect(new Set(resources(within).map(({ resourceType }) => resourceType))).toEqual(new Set(['Encounter', 'Patient']));
  });

  test('a document hidden from its patient says nothing to them, and does again once it is told', async () => {
    const own = await server.as({ ...PEOPLE.patient, patientId: region.patientId });
    const [fiche] = resources(await of('DocumentReference', `&identifier=${encodeURIComponent(uniqueId(LETTER).value)}`));
    const labelled = (code?: string) => ({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: code === undefined ? 'delete' : 'add' },
            { name: 'path', valueString: code === undefined ? 'DocumentReference.securityLabel[1]' : 'DocumentReference' },
            ...(code === undefined
              ? []
              : [
                  { name: 'name', valueString: 'securityLabel' },
                  { name: 'value', valueCodeableConcept: { coding: [{ code }] } },
                ]),
          ],
        },
      ],
    });
    const count = async () =>
      resources(await ask('GET', `/MedicationStatement?patient=${region.patientId}`, own)).length +
      resources(await ask('GET', `/AllergyIntolerance?patient=${region.patientId}`, own)).length;
    const before = await count();
    const [statement] = resources(await of('MedicationStatement'));
    expect(before).toBeGreaterThan(3);
    expect((await ask('PATCH', `/DocumentReference/${fiche!.id}`, region.gp, labelled('INVISIBLE_PATIENT'))).status).toBe(200);
    expect([await count(), (await ask('GET', `/MedicationStatement/${statement!.id}`, own)).status]).toEqual([0, 404]);
    expect(resources(await of('MedicationStatement')).length).toBeGreaterThan(2);
    expect((await ask('PATCH', `/DocumentReference/${fiche!.id}`, region.gp, labelled())).status).toBe(200);
    expect(await count()).toBe(before);
  });

  test('where a treatment, and a letter, come from is told with them', async () => {
    const found = resources(await of('MedicationStatement', '&_count=1&_revinclude=Provenance:target&_include:iterate=Provenance:entity'));
    expect(found.map(({ resourceType }) => resourceType)).toEqual(['MedicationStatement', 'Provenance', 'DocumentReference']);
    const [statement, origin] = found;
    expect(origin).toMatchObject({
      target: expect.arrayContaining([{ reference: `MedicationStatement/${statement!.id}` }]),
      agent: [{ type: { coding: [{ code: 'author' }] } }, { who: { reference: `Organization/${HOSPITAL.finess}` } }],
      entity: [{ role: 'source', what: (statement!['derivedFrom'] as unknown[])[0] }],
    });
    expect(resources(await get(`/Provenance?target=MedicationStatement/${statement!.id}`))).toEqual([origin]);
    expect((await get(`/Provenance/${origin!.id}`)).body).toEqual(origin);
  });

  test('a place of the directory is a Location too, and leads to its organization', async () => {
    const found = await get(`/Location?identifier=https://finess.esante.gouv.fr|${HOSPITAL.finess}&_include=Location:organization`);
    expect(resources(found)).toMatchObject([
      { resourceType: 'Location', name: HOSPITAL.name, managingOrganization: { reference: `Organization/${HOSPITAL.finess}` } },
      { resourceType: 'Organization', id: HOSPITAL.finess },
    ]);
    expect((await get(`/Location/${HOSPITAL.finess}`)).status).toBe(200);
  });
});
