import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { bytesOf, ficheOf, publishedRegion, resources, sha1, submissionOf, type Fiche, uniqueId } from '../../../test/support/published.ts';
import { JEANNE, MARIE } from '../../../test/support/reports.ts';
import { HOSPITAL } from '../../../test/support/letters.ts';

const { ask, get, publish, region, server, submit } = publishedRegion();

const BASE = 'http://localhost:80/fhir';
const operations = (...all: [type: string, path: string, value: string][]) => ({
  resourceType: 'Parameters',
  parameter: all.map(([type, path, value]) => ({
    name: 'operation',
    part: [
      { name: 'type', valueCode: type },
      { name: 'path', valueString: path },
      { name: 'value', valueCode: value },
    ],
  })),
});
const jsonPatch = (patch: object[]) => ({
  resourceType: 'Binary',
  contentType: 'application/json-patch+json',
  data: Buffer.from(JSON.stringify(patch)).toString('base64'),
});

describe('publishing a document (PDSm, MHD)', () => {
  test('one fiche with its bytes: 201, and the doctor finds and opens it (ITI-105, 67, 68)', async () => {
    const published = await publish(ficheOf(2));
    expect([published.status, published.headers['location']]).toEqual([
      201,
      expect.stringMatching(/\/fhir\/DocumentReference\/[0-9a-z.]+$/),
    ]);
    const { data: _data, ...said } = ficheOf(2).content[0].attachment;
    const address = `Binary/${String(published.headers['location']).split('/').at(-1)}`;
    expect(published.body).toMatchObject({ content: [{ attachment: { ...said, url: address } }] });
    const [fiche] = resources(
      await get(
        `/DocumentReference?patient=${region.patientId}&status=current&identifier=${encodeURIComponent(`urn:ietf:rfc:3986|${uniqueId(2).value}`)}`,
      ),
    );
    expect(fiche).toMatchObject({
      masterIdentifier: uniqueId(2),
      status: 'current',
      type: { coding: [{ code: '11490-0' }] },
      custodian: { display: HOSPITAL.name },
    });
    const [{ attachment }] = fiche!['content'] as Fiche['content'];
    expect((await get(`/${String(attachment['url'])}`)).text).toBe(bytesOf(2).toString());
  });

  test('the same fiche again is the same document: 200', async () => {
    const fiche = ficheOf(3);
    expect([(await publish(fiche)).status, (await publish(fiche)).status]).toEqual([201, 200]);
  });

  test('a submission set with its fiche and its file, and it is found as it was sent (ITI-65, 66)', async () => {
    const { status, body } = await submit(submissionOf(4));
    expect([status, body.entry!.map(({ response }) => response!.status)]).toEqual([200, ['201 Created', '201 Created', '201 Created']]);
    const sets = resources(await get(`/List?patient=${region.patientId}&code=submissionset&status=current&_include=List:item`));
    expect(sets).toMatchObject([
      { resourceType: 'List', title: 'Sortie du service', date: '2026-11-06T15:30:00.000Z' },
      { resourceType: 'DocumentReference', masterIdentifier: uniqueId(4) },
    ]);
  });

  test('a set changed when it came, whatever day its sender says it is of', async () => {
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const sets = async (more: string) => resources(await get(`/List?patient=${region.patientId}&code=submissionset${more}`)).length;
    expect(await sets('')).toBeGreaterThan(0);
    expect(await sets(`&_lastUpdated=ge${since}`)).toBe(await sets(''));
  });

  test('under another class than that of its type is refused', async () => {
    const category = (code: string) => [
      { coding: [{ system: 'https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument', code }] },
    ];
    const wrong = await publish(ficheOf(41, {}, { category: category('31') }));
    expect([wrong.status, wrong.body['issue']]).toEqual([400, [expect.objectContaining({ expression: ['DocumentReference.category'] })]]);
    expect((await publish(ficheOf(41, {}, { category: category('10') }))).status).toBe(201);
  });

  test('a document that replaces another makes it superseded, with its entry that says so or without', async () => {
    const first = await submit(submissionOf(5));
    const other = await submit(submissionOf(11));
    const addressOf = ({ body }: typeof first) =>
      body.entry!.map(({ response }) => response!.location!).find((at) => at.startsWith('DocumentReference'))!;
    const statusOf = async (n: number) =>
      resources(await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(n).value)}`))[0]![
        'status'
      ];
    const superseding = (url: string, resource: object = operations(['replace', 'DocumentReference.status', 'superseded'])) => {
      const second = submissionOf(6, { version: 2, set: 5, replaces: [5] });
      second.entry.push({
        request: { method: 'PATCH', url },
        resource,
      });
      return second;
    };
    for (const url of ['DocumentReference/x', addressOf(other), `DocumentReference?identifier=urn:ietf:rfc:3986|${uniqueId(11).value}`]) {
      const wrong = await submit(superseding(url));
      expect([url, wrong.status, wrong.body.issue![0]!.expression]).toEqual([url, 400, ['Bundle.entry.request.url']]);
    }
    for (const [name, forbidden] of Object.entries({
      description: operations(['replace', 'DocumentReference.description', 'superseded']),
      besides: operations(['replace', 'DocumentReference.status', 'superseded'], ['delete', 'DocumentReference.securityLabel', '']),
      withdrawn: operations(['replace', 'DocumentReference.status', 'entered-in-error']),
      json: jsonPatch([{ op: 'replace', path: '/description', value: 'superseded' }]),
    })) {
      const wrong = await submit(superseding(addressOf(first), forbidden));
      expect([name, wrong.status, wrong.body.issue![0]!.details.coding![0]!.code]).toEqual([name, 405, 'request.not-allowed']);
    }
    expect(
      (await submit(superseding(addressOf(first), { resourceType: 'Parameters', parameter: [{ valueCode: 'superseded' }] }))).status,
    ).toBe(400);
    expect(await statusOf(5)).toBe('current');
    expect((await submit(superseding(addressOf(first)))).status).toBe(200);
    const asJson = jsonPatch([{ op: 'replace', path: '/status', value: 'superseded' }]);
    expect((await submit(superseding(`${BASE}/${addressOf(first)}`, asJson))).status).toBe(200);
    expect(
      (await submit(superseding(`DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|${uniqueId(5).value}`)}`))).status,
    ).toBe(200);
    expect([await statusOf(5), await statusOf(6)]).toEqual(['superseded', 'current']);
  });

  describe('tied to others', () => {
    const fullOf = ({ headers }: Awaited<ReturnType<typeof publish>>) =>
      String(headers['location']).replace(/^.*(?=DocumentReference)/, '');
    const tied = (code: string, target: Record<string, unknown>) => ({ relatesTo: [{ code, target }] });
    const tiesOf = async (n: number) =>
      resources(await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(n).value)}`))[0]![
        'relatesTo'
      ];

    test('by the address of a fiche, by an identifier, by a fiche of the same submission: the record tells it', async () => {
      const first = fullOf(await publish(ficheOf(60)));
      expect((await publish(ficheOf(61, {}, tied('appends', { reference: first })))).status).toBe(201);
      expect((await publish(ficheOf(62, {}, tied('signs', { identifier: uniqueId(60) })))).status).toBe(201);
      const bundle = submissionOf(63);
      const other = JSON.stringify(submissionOf(67).entry.slice(1)).replaceAll('-00000000000', '-00000000010');
      bundle.entry.push(...(JSON.parse(other) as typeof bundle.entry));
      const [list, fiche, , second] = bundle.entry as { fullUrl: string; resource: { entry: unknown[] } }[];
      list!.resource.entry.push({ item: { reference: second!.fullUrl } });
      Object.assign(second!.resource, tied('transforms', { reference: fiche!.fullUrl }));
      const { status, body } = await submit(bundle);
      expect(status).toBe(200);
      expect([await tiesOf(61), await tiesOf(62), await tiesOf(67)]).toEqual([
        [{ code: 'appends', target: { reference: first } }],
        [{ code: 'signs', target: { reference: first } }],
        [{ code: 'transforms', target: { reference: body.entry![1]!.response!.location } }],
      ]);
    });

    test('to one that is not there, to one of another patient, or replacing another than it says: 400, and nothing is kept', async () => {
      const ofMarie = fullOf(await publish(ficheOf(64, { patient: MARIE })));
      const own = fullOf(await publish(ficheOf(65)));
      const nowhere = own.replace(/.{25}$/, '0'.repeat(25));
      for (const [letter, said] of [
        [{}, tied('appends', { reference: nowhere })],
        [{}, tied('appends', { reference: 'https://ailleurs.example/fhir/DocumentReference/1' })],
        [{}, tied('signs', { reference: ofMarie })],
        [{ version: 2, set: 60, replaces: [60] }, tied('replaces', { reference: own })],
        [{}, tied('resembles', { reference: own })],
        [{}, tied('appends', {})],
      ] as const) {
        const { status, body } = await publish(ficheOf(66, letter, said));
        expect([said, status, body.issue![0]!.expression]).toEqual([said, 400, ['DocumentReference.relatesTo']]);
      }
      expect((await publish(ficheOf(66, {}, tied('appends', { reference: own })))).status).toBe(201);
    });
  });

  test('what changed since a date is asked for in one request', async () => {
    const since = new Date().toISOString();
    await publish(ficheOf(7));
    const delta = resources(await get(`/DocumentReference?patient=${region.patientId}&_lastUpdated=ge${since}`));
    expect(delta.map(({ masterIdentifier }) => masterIdentifier)).toEqual([uniqueId(7)]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['with a hash that is not its own', { hash: sha1(Buffer.from('other')) }, 'DocumentReference.content.attachment.hash'],
    ['with a hash in hexadecimal', { hash: sha1(bytesOf(8), 'hex') }, 'DocumentReference.content.attachment.hash'],
    ['with a size that is not its own', { size: 1 }, 'DocumentReference.content.attachment.size'],
    ['with an address beside its bytes', { url: 'Binary/x' }, 'DocumentReference.content.attachment'],
  ])('%s is refused', async (_, attachment, at) => {
    const fiche = ficheOf(8);
    Object.assign(fiche.content[0].attachment, attachment);
    const answer = await publish(fiche);
    expect([answer.status, answer.body.issue![0]!.expression]).toEqual([400, [at]]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['under the identifier of another', { masterIdentifier: uniqueId(999) }, 'DocumentReference.masterIdentifier'],
    [
      'that is said to replace another and does not',
      { relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/x' } }] },
      'DocumentReference.relatesTo',
    ],
    [
      'of another type than it says itself',
      { type: { coding: [{ system: 'http://loinc.org', code: '11502-2' }] } },
      'DocumentReference.type',
    ],
    ['already superseded', { status: 'superseded' }, 'DocumentReference.status'],
    [
      'already archived',
      { extension: [{ url: 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived', valueBoolean: true }] },
      'DocumentReference.extension',
    ],
    ['more confidential than it says itself', { securityLabel: [{ coding: [{ code: 'V' }] }] }, 'DocumentReference.securityLabel'],
  ])('a document %s is refused', async (_, more, at) => {
    const answer = await publish(ficheOf(9, {}, more));
    expect([answer.status, answer.body.issue![0]!.expression]).toEqual([400, [at]]);
  });

  test('says its SHA-1 in base64 and its size, as a client compares them', async () => {
    const [fiche] = resources(
      await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(2).value)}`),
    );
    const [{ attachment }] = fiche!['content'] as Fiche['content'];
    expect([attachment['hash'], attachment['size']]).toEqual([sha1(bytesOf(2)), bytesOf(2).length]);
  });

  test('hidden from the patient from the start; the same again is the same, and one that was not hidden is not said to be', async () => {
    const labels = (one: Record<string, unknown> | undefined) => JSON.stringify(one?.['securityLabel']);
    const hidden = ficheOf(20, {}, { securityLabel: [{ coding: [{ code: 'N' }] }, { coding: [{ code: 'INVISIBLE_PATIENT' }] }] });
    expect([(await publish(hidden)).status, (await publish(hidden)).status]).toEqual([201, 200]);
    const [fiche] = resources(
      await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(20).value)}`),
    );
    expect(labels(fiche)).toContain('INVISIBLE_PATIENT');
    const patient = await server.as({ ...PEOPLE.patient, id: `patient:${region.patientId}`, patientId: region.patientId });
    const own = await ask('GET', `/DocumentReference?patient=${region.patientId}`, patient);
    expect([own.status, own.text.includes(uniqueId(20).value)]).toEqual([200, false]);
    const late = await publish({ ...ficheOf(2), securityLabel: hidden['securityLabel'] });
    expect([late.status, late.body.issue![0]!.expression]).toEqual([412, ['DocumentReference.securityLabel']]);
  });

  describe('several documents in one submission', () => {
    const together = (...documents: number[]) => {
      const parts = documents.map((n, k) => {
        const [, fiche, binary] = submissionOf(n).entry.map((entry) => JSON.stringify(entry).replaceAll('-00000000000', `-0000000000${k}`));
        return [fiche!, binary!].map((text) => JSON.parse(text) as Record<string, unknown>);
      });
      const bundle = submissionOf(documents[0]!);
      const list = bundle.entry[0] as { resource: Record<string, unknown> };
      list.resource['identifier'] = [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: `urn:oid:1.2.250.1.999.9.${documents.join('')}` }];
      list.resource['entry'] = parts.map(([fiche]) => ({ item: { reference: fiche!['fullUrl'] } }));
      return { ...bundle, entry: [list, ...parts.flat()] };
    };
    const isThere = async (n: number) =>
      resources(await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(n).value)}`)).length ===
      1;

    test('are all there, each with its file, and the set names them', async () => {
      const { status, body } = await submit(together(30, 31));
      expect([status, body.entry!.map(({ response }) => response!.status)]).toEqual([200, Array.from({ length: 5 }, () => '201 Created')]);
      expect([await isThere(30), await isThere(31)]).toEqual([true, true]);
      const [set] = resources(await get(`/List?patient=${region.patientId}&code=submissionset&_sort=-date`)).filter((list) =>
        JSON.stringify(list).includes('1.2.250.1.999.9.3031'),
      );
      expect(set!['entry']).toHaveLength(2);
      const files = body.entry!.flatMap(({ response }) => (response!.location!.startsWith('Binary/') ? [response!.location!] : []));
      expect(await Promise.all(files.map(async (file) => (await get(`/${file}`)).text))).toEqual([bytesOf(30), bytesOf(31)].map(String));
    });

    test('are kept together or not at all: one that is refused keeps the other out', async () => {
      const bundle = together(32, 33);
      const wrong = bundle.entry.at(-1) as { resource: { data: string } };
      wrong.resource.data = Buffer.from(bytesOf(33).toString().replaceAll(HOSPITAL.finess, '990200999')).toString('base64');
      const fiche = bundle.entry.at(-2) as { resource: Fiche };
      for (const key of ['size', 'hash']) delete fiche.resource.content[0].attachment[key];
      delete fiche.resource['masterIdentifier'];
      const { status, body } = await submit(bundle);
      expect([status, body.issue![0]!.details.coding![0]!.code]).toEqual([403, 'deposit.wrong-structure']);
      expect(await isThere(32)).toBe(false);
      expect((await submit(together(32, 33))).status).toBe(200);
    });

    test('are kept together or not at all: one under an identifier used before keeps the other out', async () => {
      const bundle = together(34, 2);
      const used = bundle.entry.at(-1) as { resource: { data: string } };
      used.resource.data = bytesOf(2, { narrative: 'Autre texte.' }).toString('base64');
      const fiche = bundle.entry.at(-2) as { resource: Fiche };
      for (const key of ['size', 'hash']) delete fiche.resource.content[0].attachment[key];
      const { status, body } = await submit(bundle);
      expect([status, body.issue![0]!.details.coding![0]!.code]).toEqual([409, 'deposit.conflicting-bytes']);
      expect(await isThere(34)).toBe(false);
    });

    test('are of one patient', async () => {
      const bundle = together(35, 36);
      const other = bundle.entry.at(-1) as { resource: { data: string } };
      const fiche = bundle.entry.at(-2) as { resource: Fiche };
      other.resource.data = bytesOf(36, { patient: MARIE }).toString('base64');
      for (const key of ['size', 'hash']) delete fiche.resource.content[0].attachment[key];
      const { status, body } = await submit(bundle);
      expect([status, body.issue![0]!.expression]).toEqual([400, ['DocumentReference.subject']]);
    });
  });

  test('in a set that is said to be of another patient is refused', async () => {
    const set = submissionOf(12);
    const [list] = set.entry as { resource: Record<string, unknown> }[];
    list!.resource['subject'] = { identifier: { system: `urn:oid:${MARIE.ids[0]!.root}`, value: MARIE.ids[0]!.extension } };
    const answer = await submit(set);
    expect([answer.status, answer.body.issue![0]!.expression]).toEqual([400, ['List.subject']]);
  });

  test('in a folder, beside its set or instead of it, is refused: folders are not kept', async () => {
    const code = { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'folder' }] };
    const [beside, instead] = [submissionOf(13), submissionOf(13)];
    const [list] = beside.entry as { resource: Record<string, unknown> }[];
    beside.entry.push({ ...list, fullUrl: 'urn:uuid:00000000-0000-4000-8000-00000000000f', resource: { ...list!.resource, code } });
    (instead.entry as { resource: Record<string, unknown> }[])[0]!.resource['code'] = code;
    for (const sent of [beside, instead]) {
      const answer = await submit(sent);
      expect([answer.status, answer.body.issue![0]!.details.text]).toEqual([400, expect.stringMatching(/submission ?set/)]);
    }
  });

  test('nothing published is written over nor deleted: 405', async () => {
    const [fiche] = resources(await get(`/DocumentReference?patient=${region.patientId}&_count=1`));
    for (const method of ['PUT', 'DELETE'] as const) {
      const answer = await ask(
        method,
        `/DocumentReference/${String(fiche!['id'])}`,
        region.bearer,
        method === 'DELETE' ? undefined : fiche,
      );
      expect([method, answer.status, answer.body.issue![0]!.details.coding![0]!.code]).toEqual([method, 405, 'request.not-allowed']);
    }
  });

  test('a person does not publish in the name of a structure', async () => {
    expect((await ask('POST', '/DocumentReference', region.gp, ficheOf(11))).status).toBe(403);
  });
});

describe('as a Document Responder (MHD 4.2: ITI-66, ITI-67)', () => {
  const ITI_66 =
    'authorOrg code date designationType identifier isArchived patient source source.family source.given sourceId status title'.split(' ');
  const ITI_67 =
    'author.family author.given category creation date event facility format identifier isArchived patient period period-end period-start related relatesto security-label setting status type'.split(
      ' ',
    );

  beforeAll(async () => {
    await publish(ficheOf(40, { order: 'DEMANDE-40' }));
  });

  test('searches by what the profile asks for', async () => {
    const { body } = await get('/metadata');
    const { rest } = body as unknown as { rest: [{ resource: { type: string; searchParam?: { name: string }[] }[] }] };
    const paramsOf = (type: string) => rest[0].resource.find((one) => one.type === type)!.searchParam!.map(({ name }) => name);
    expect(paramsOf('List')).toEqual(expect.arrayContaining(ITI_66));
    expect(paramsOf('DocumentReference')).toEqual(expect.arrayContaining(ITI_67));
  });

  test.each<[string, string, number]>([
    ['DocumentReference', `identifier=urn:ietf:rfc:3986|${uniqueId(2).value}&author.given=karim`, 1],
    ['DocumentReference', `identifier=urn:ietf:rfc:3986|${uniqueId(2).value}&author.family=absent`, 0],
    ['DocumentReference', `identifier=urn:ietf:rfc:3986|${uniqueId(2).value}&period-start=2026-10-28`, 1],
    ['DocumentReference', `identifier=urn:ietf:rfc:3986|${uniqueId(2).value}&period-end=lt2026-11-01`, 0],
    ['DocumentReference', `identifier=urn:ietf:rfc:3986|${uniqueId(2).value}&isArchived=false`, 1],
    ['DocumentReference', `identifier=urn:ietf:rfc:3986|${uniqueId(2).value}&isArchived=true`, 0],
    ['DocumentReference', 'related:identifier=urn:oid:1.2.250.1.999.7|DEMANDE-40', 1],
    ['DocumentReference', 'related:identifier=urn:oid:1.2.250.1.999.7|DEMANDE-41', 0],
    ['List', 'code=submissionset&source.family=absent', 0],
    ['List', 'code=submissionset&sourceId=absent', 0],
  ])('%s by %s finds %i', async (type, query, count) => {
    const found = await get(
      `/${type}?patient.identifier=urn:oid:${JEANNE.ids[0]!.root}|${JEANNE.ids[0]!.extension}&status=current&${query}`,
    );
    expect([found.status, resources(found).length]).toEqual([200, count]);
  });
});
