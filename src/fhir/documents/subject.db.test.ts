import { beforeAll, describe, expect, test } from 'vitest';
import { ficheOf, publishedRegion, resources, submissionOf, uniqueId } from '../../../test/support/published.ts';
import { JEANNE, MARIE } from '../../../test/support/reports.ts';
import type { PrintedPatient } from '../../formats/index.ts';

const { ask, get, publish, region, submit } = publishedRegion();

const insOf = ({ ids: [ins] }: PrintedPatient) => ({ system: `urn:oid:${ins!.root}`, value: ins!.extension! });
const patientOf = (person: PrintedPatient, identifier: object[] = [insOf(person)]) => ({
  resourceType: 'Patient',
  identifier,
  name: [{ use: 'official', family: person.birthFamily, given: [person.firstBirthGiven] }],
  gender: 'female',
  birthDate: person.birthDate!.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
});
const ipp = (value: string) => ({ system: 'urn:oid:1.2.250.1.999.55', value });

/** Addresses of patients that the hospital wrote: with an INS, or with numbers of its own alone. */
const at = { jeanne: '', marie: '', ownJeanne: '', ownMarie: '' };
const addressOf = ({ headers }: Awaited<ReturnType<typeof publish>>) => /Patient\/[^/]+/.exec(String(headers['location']))![0];
const write = async (patient: object) => addressOf(await ask('POST', '/Patient', region.bearer, patient));
const isThere = async (n: number) =>
  resources(await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(n).value)}`)).length === 1;

beforeAll(async () => {
  at.jeanne = await write(patientOf(JEANNE));
  at.marie = await write(patientOf(MARIE));
  at.ownJeanne = await write(patientOf(JEANNE, [ipp('J')]));
  at.ownMarie = await write(patientOf(MARIE, [ipp('M')]));
});

describe('a fiche whose subject is a patient by an address', () => {
  test('of whom the document is, is taken', async () => {
    for (const [n, subject] of [
      at.jeanne,
      at.ownJeanne,
      `${at.jeanne}/_history/1`,
      `Patient/${region.patientId}`,
      'Patient/123',
    ].entries()) {
      expect([subject, (await publish(ficheOf(100 + n, {}, { subject: { reference: subject } }))).status]).toEqual([subject, 201]);
    }
  });

  test('of somebody else, by their INS or by their traits, is refused, and nothing is kept', async () => {
    for (const reference of [at.marie, at.ownMarie]) {
      for (const said of [{ subject: { reference } }, { context: { sourcePatientInfo: { reference } } }]) {
        const { status, body } = await publish(ficheOf(110, {}, said));
        expect([said, status, body.issue![0]!.expression]).toEqual([said, 400, ['DocumentReference.subject']]);
      }
    }
    expect(await isThere(110)).toBe(false);
    expect((await publish(ficheOf(111, { patient: MARIE }, { subject: { reference: `Patient/${region.patientId}` } }))).status).toBe(400);
  });

  test('of nobody known to this sender is refused in other words', async () => {
    const { status, body } = await publish(ficheOf(112, {}, { subject: { reference: 'Patient/00000000-0000-4000-8000-00000000abcd' } }));
    expect([status, body.issue![0]!.details.text]).toEqual([400, expect.stringContaining('wrote no such patient')]);
  });

  test('of whom only a number of the payer is another, or who was joined to another number of theirs, is taken', async () => {
    const payer = { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'NH' }] }, ...insOf(MARIE) };
    const contained = [{ ...patientOf(JEANNE, [payer, insOf(JEANNE)]), id: 'p' }];
    expect((await publish(ficheOf(113, {}, { contained }))).status).toBe(201);
    const joined = {
      ...patientOf(JEANNE, [{ ...insOf(MARIE) }]),
      active: false,
      link: [{ type: 'replaced-by', other: { identifier: insOf(JEANNE) } }],
    };
    expect((await publish(ficheOf(114, {}, { contained: [{ ...joined, id: 'p' }] }))).status).toBe(201);
  });

  test('that holds nonsense where a patient is said is refused or taken, never a fault', async () => {
    for (const said of [
      { subject: null },
      { contained: [null, { resourceType: 'Patient', identifier: [null], link: [null], active: false }] },
      { context: null },
    ])
      expect((await publish(ficheOf(115, {}, said))).status).toBeLessThan(500);
  });
});

describe('a submission', () => {
  const parts = (n: number) => {
    const bundle = submissionOf(n);
    const [list, fiche] = bundle.entry as { resource: Record<string, unknown> }[];
    return { bundle, list: list!.resource, fiche: fiche!.resource };
  };

  test('whose set, or one of whose fiches, is of a patient that is somebody else is refused, and nothing is kept', async () => {
    const [first, second] = [parts(120), parts(120)];
    first.list['subject'] = { reference: at.marie };
    second.fiche['subject'] = { reference: at.ownMarie };
    const answers = [await submit(first.bundle), await submit(second.bundle)];
    expect(answers.map(({ status, body }) => [status, body.issue![0]!.expression])).toEqual([
      [400, ['List.subject']],
      [400, ['DocumentReference.subject']],
    ]);
    expect(await isThere(120)).toBe(false);
  });

  test('names a patient that it brings: the right one is taken, somebody else refused, with all that came with it', async () => {
    const fullUrl = 'urn:uuid:00000000-0000-4000-8000-0000000000ff';
    const sent = (person: PrintedPatient) => {
      const { bundle, list, fiche } = parts(121);
      list['subject'] = fiche['subject'] = { reference: fullUrl };
      bundle.entry.push({ fullUrl, request: { method: 'POST', url: 'Patient' }, resource: patientOf(person) });
      return bundle;
    };
    expect((await submit(sent(MARIE))).status).toBe(400);
    expect(await isThere(121)).toBe(false);
    expect((await submit(sent(JEANNE))).status).toBe(200);
  });
});

describe('a fiche that names its patient otherwise', () => {
  test.each([
    ['by an identifier', { subject: { identifier: { system: 'SYSTEM', value: '299999999999999' } } }],
    ['by a condition', { subject: { reference: 'Patient?identifier=SYSTEM|299999999999999' } }],
    [
      'by the patient that it contains',
      { contained: [{ resourceType: 'Patient', id: 'p', identifier: [{ system: 'SYSTEM', value: '299999999999999' }] }] },
    ],
  ])('a fiche that says, %s, that its document is of another patient is refused', async (_, more) => {
    const said = JSON.parse(JSON.stringify(more).replace('SYSTEM', `urn:oid:${JEANNE.ids[0]!.root}`)) as Record<string, unknown>;
    const { status, body } = await ask('POST', '/DocumentReference', region.bearer, ficheOf(41, {}, said));
    expect([status, body.issue![0]!.expression]).toEqual([400, ['DocumentReference.subject']]);
    expect(
      (
        await publish(
          ficheOf(
            41,
            {},
            JSON.parse(JSON.stringify(said).replace('299999999999999', JEANNE.ids[0]!.extension!)) as Record<string, unknown>,
          ),
        )
      ).status,
    ).toBeLessThan(300);
  });
});
