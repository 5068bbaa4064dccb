import { describe, expect, test } from 'vitest';
import type { Asking } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import type { ReadingHeard, WriteDeps } from './deps.ts';
import { hearReading } from './hear-reading.ts';

const RECORD = '019a0000-0000-7000-8000-000000000001';
const BALP = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType';
const DICOM_ENTITY = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';

const patient = { what: { identifier: { system: 'urn:oid:1.2.250.1.213.1.4.8', value: '255069900000105' } } };
const patientOfBalp = {
  what: { identifier: { value: 'IPP-12' } },
  type: { system: DICOM_ENTITY, code: '1' },
  role: { system: ROLE, code: '1' },
};
const request = {
  what: { identifier: { value: 'urn:uuid:6a0cc2d3-4b4b-4b57-9e5b-8f0d0b0e3a11' } },
  type: { system: BALP, code: 'XrequestId' },
};
const documentOf = (identifier: object) => ({ what: { identifier }, type: { code: '2' }, role: { code: '4' } });
const DOCUMENT = documentOf({ system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3.4' });

async function heard(entity: unknown, more: JsonObject = {}): Promise<[ReadingHeard, string]> {
  const told: ReadingHeard[] = [];
  const deps = {
    hearReading: async (one: ReadingHeard) => {
      told.push(one);
      return { patientId: RECORD, place: '0a'.repeat(16) };
    },
  } as unknown as WriteDeps;
  const asking = { who: { role: 'laboratory-system' }, now: new Date(), base: 'https://region.example/fhir' } as unknown as Asking;
  const agent = [
    { type: { coding: [{ code: '110152' }] }, who: { display: 'Logiciel' }, requestor: false },
    { who: { identifier: { system: 'https://rpps.esante.gouv.fr', value: '99700000011' } }, requestor: true },
  ];
  const location = await hearReading(deps, asking, { resourceType: 'AuditEvent', action: 'R', agent, entity, ...more } as JsonObject);
  return [told[0]!, location];
}

describe('that a document was read elsewhere', () => {
  test.each([
    ['of a patient known by their INS alone', [patient, DOCUMENT]],
    ['of a patient as BALP names one', [patientOfBalp, DOCUMENT]],
    ['with the number of its request, before the document', [patient, request, DOCUMENT]],
    ['with something else that bears an identifier', [{ what: { identifier: { value: 'SEJOUR-7' } } }, DOCUMENT]],
    [
      'whose document has no class',
      [patient, request, { what: { identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3.4' } } }],
    ],
    ['with nothing where an entity would be', [null, DOCUMENT]],
  ])('is heard %s', async (_, entity) => {
    expect((await heard(entity))[0]).toMatchObject({ about: '1.2.3.4', reader: '899700000011', hasFailed: false });
  });

  test.each([
    ['https://sil.example/cr', 'CR-91201', 'https://sil.example/cr^CR-91201'],
    ['urn:oid:1.2.250.1.999', 'CR-1', '1.2.250.1.999^CR-1'],
    ['urn:ietf:rfc:3986', 'urn:oid:1.2.3.4', '1.2.3.4'],
    ['urn:ietf:rfc:3986', 'urn:uuid:6a0cc2d3-4b4b-4b57-9e5b-8f0d0b0e3a11', 'urn:uuid:6a0cc2d3-4b4b-4b57-9e5b-8f0d0b0e3a11'],
    [undefined, 'urn:oid:1.2.3.4', '1.2.3.4'],
    [undefined, 'CR-91201', 'CR-91201'],
  ])('knows the document as fiches name it: %s|%s', async (system, value, about) => {
    expect((await heard([documentOf({ ...(system !== undefined && { system }), value })]))[0].about).toBe(about);
  });

  test.each(['4', '8', '12'])('that failed (outcome %s) is said to have failed', async (outcome) => {
    expect((await heard([DOCUMENT], { outcome }))[0].hasFailed).toBe(true);
  });

  test('has an address', async () => {
    expect((await heard([DOCUMENT], { outcome: '0' }))[1]).toMatch(
      /^https:\/\/region\.example\/fhir\/AuditEvent\/[\da-z]{25}\.(?:0a){16}$/,
    );
  });

  test.each([
    ['another action', [DOCUMENT], { action: 'C' }],
    ['an outcome that is none', [DOCUMENT], { outcome: 'ok' }],
    ['another resource', [DOCUMENT], { resourceType: 'Patient' }],
    ['nobody who read', [DOCUMENT], { agent: [null] }],
    ['a patient and no document', [patient, request], {}],
    ['no entity', undefined, {}],
  ])('is refused with %s', async (_, entity, more) => {
    await expect(heard(entity, more)).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
