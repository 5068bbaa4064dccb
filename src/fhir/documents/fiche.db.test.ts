import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { HOSPITAL } from '../../../test/support/letters.ts';
import { ficheOf, publishedRegion, resources, sha1, uniqueId } from '../../../test/support/published.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, reportOf } from '../../../test/support/reports.ts';
import { tinyPdf } from '../../demo/pdf.ts';
import type { Worklist } from '../../identity/contract.ts';
import { writeCda } from '../../formats/index.ts';

const { ask, get, publish, region, server } = publishedRegion();

interface Fiche extends Record<string, unknown> {
  contained: { id: string; resourceType: string }[];
  author: { reference: string; display: string; identifier?: object }[];
  authenticator?: { reference: string };
  content: { attachment: { url: string; size: number; hash: string } & Record<string, unknown>; format?: object }[];
  context: Record<string, unknown>;
}
const fiches: Fiche[] = [];

beforeAll(async () => {
  const report = Buffer.from(
    writeCda({ ...reportOf(70, { laboratory: HOSPITAL }), orders: [{ root: '1.2.250.1.999.4', extension: 'DEM-70' }] }),
  );
  const attachment = { contentType: 'application/xml', data: report.toString('base64'), size: report.length, hash: sha1(report) };
  await publish({ ...ficheOf(70), masterIdentifier: undefined, type: undefined, content: [{ attachment }] });
  const pdf = tinyPdf(reportOf(72));
  await publish(ficheOf(72, { pdf }));
  await ask('POST', '', region.bearer, laboratoryTransaction(71, { laboratory: HOSPITAL }));
  fiches.push(...(resources(await get(`/DocumentReference?patient=${region.patientId}`)) as unknown as Fiche[]));
});

describe('a fiche', () => {
  test('has all that the comprehensive one of PDSm wants, whatever the document came as', () => {
    expect(fiches).toHaveLength(4);
    for (const fiche of fiches)
      expect(fiche).toMatchObject({
        masterIdentifier: { system: expect.any(String), value: expect.any(String) },
        status: 'current',
        type: { coding: [{ system: 'http://loinc.org', code: expect.any(String) }] },
        category: [{ coding: [{ code: expect.any(String) }] }],
        subject: { reference: `Patient/${region.patientId}` },
        date: expect.any(String),
        custodian: { reference: expect.stringMatching(/^Organization\//) },
        securityLabel: [{ coding: [{ code: 'N' }] }],
        content: [
          {
            attachment: {
              contentType: expect.any(String),
              language: 'fr-FR',
              url: expect.stringMatching(/^Binary\//),
              size: expect.any(Number),
              hash: expect.any(String),
              title: expect.any(String),
              creation: expect.any(String),
            },
            format: { code: expect.any(String), system: expect.any(String) },
          },
        ],
        context: {
          period: { start: expect.any(String) },
          facilityType: { coding: [{ code: expect.stringMatching(/^SA\d\d$/) }] },
          practiceSetting: { coding: [{ code: expect.any(String) }] },
          sourcePatientInfo: { reference: `Patient/${region.patientId}` },
        },
      });
  });

  test('holds within itself who wrote the document and who answers for it', () => {
    for (const { contained, author, authenticator } of fiches) {
      const within = new Map(contained.map((one) => [`#${one.id}`, one]));
      expect(author.length).toBeGreaterThan(0);
      for (const { reference, display } of [...author, ...(authenticator ? [authenticator as Fiche['author'][number]] : [])]) {
        expect(within.get(reference)).toMatchObject({ resourceType: 'PractitionerRole' });
        expect(display).not.toBe('');
      }
    }
  });

  test('says who answers for a report, as it is said: its interpreter, by a name or by a number alone, or who attests it', async () => {
    const biologist = { system: 'urn:oid:1.2.250.1.71.4.2.1', value: '899700000011' };
    const named = { identifier: biologist, display: 'Dr Ada BIOLOGISTE' };
    const composition = (n: number, attester: object[]) => ({
      resourceType: 'Composition',
      status: 'final',
      identifier: { system: 'https://sil.example/comptes-rendus', value: `CR-${n}` },
      type: { coding: [{ system: 'http://loinc.org', code: '11502-2' }] },
      date: '2026-03-02T11:00:00+01:00',
      title: 'Compte rendu',
      attester,
    });
    const send = async (n: number, resultsInterpreter: object[], attester?: object[]) => {
      const bundle = laboratoryTransaction(n, { laboratory: HOSPITAL });
      const report = bundle.entry.find(({ resource }) => resource['resourceType'] === 'DiagnosticReport')!.resource;
      Object.assign(report, { resultsInterpreter });
      if (attester) {
        const resource = { ...composition(n, attester), subject: report['subject'], author: report['performer'] };
        bundle.entry.unshift({
          fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000cc${n}`,
          request: { method: 'POST', url: 'Composition' },
          resource,
        });
      }
      const known = new Set(await all());
      const { status, text } = await ask('POST', '', region.bearer, bundle);
      expect([status, status === 200 ? '' : text]).toEqual([200, '']);
      const id = (await all()).find((one) => !known.has(one));
      return (await get(`/DocumentReference/${id}`)).body as unknown as Fiche;
    };
    const all = async () => resources(await get(`/DocumentReference?patient=${region.patientId}`)).map((one) => String(one['id']));
    expect((await send(73, [named])).authenticator).toMatchObject({
      identifier: biologist,
      display: expect.stringContaining('BIOLOGISTE'),
    });
    const numbered = await send(74, [{ identifier: biologist }]);
    expect(numbered.authenticator).toMatchObject({ reference: '#authenticator', identifier: biologist });
    expect(numbered.contained).toContainEqual(expect.objectContaining({ id: 'authenticator', practitioner: { identifier: biologist } }));
    expect((await send(75, [named], [])).authenticator).toMatchObject({ identifier: biologist });
    expect((await send(76, [], [{ mode: 'legal', party: named }])).authenticator).toMatchObject({ identifier: biologist });
    expect((await send(77, [], [{ mode: 'official', party: named }])).authenticator).toMatchObject({ identifier: biologist });
  });

  test('is found by the number of who wrote it, and of who answers for it', async () => {
    const total = async (query: string) =>
      (await get(`/DocumentReference?patient=${region.patientId}&_summary=count&${query}`)).body as unknown as { total: number };
    const [{ author }] = fiches.filter(({ author: [first] }) => first!.identifier !== undefined) as [Fiche];
    const { value } = author[0]!.identifier as { value: string };
    const own = fiches.filter((fiche) => JSON.stringify(fiche.author).includes(value)).length;
    for (const query of [
      `author.identifier=${value}`,
      `author.identifier=urn:oid:1.2.250.1.71.4.2.1|${value}`,
      `author:identifier=${value}`,
    ])
      expect([query, (await total(query)).total]).toEqual([query, own]);
    expect((await total(`authenticator.identifier=${value}`)).total).toBeGreaterThan(0);
    expect((await total('author.identifier=000000000000')).total).toBe(0);
  });

  test('leads to bytes of the size and the digest that it says', async () => {
    for (const { content } of fiches) {
      const [{ attachment }] = content as [Fiche['content'][number]];
      const answer = await server.app.inject({ url: `/fhir/${attachment.url}`, headers: region.gp });
      const digest = createHash('sha1').update(answer.rawPayload).digest('base64');
      expect([answer.rawPayload.length, digest]).toEqual([attachment.size, attachment.hash]);
    }
  });

  test('is of a file given as it is by its own type, FHIR too; by another type of FHIR, or `_format`, as the resource that holds it', async () => {
    const asked = async (url: string, accept: string) => {
      const answer = await server.app.inject({ url: `/fhir/${url}`, headers: { ...region.gp, accept } });
      return { type: String(answer.headers['content-type']).split(';')[0], bytes: answer.rawPayload, status: answer.statusCode };
    };
    for (const { content } of fiches) {
      const [{ attachment }] = content as [Fiche['content'][number]];
      const own = String(attachment['contentType']).split(';')[0]!;
      const file = await asked(attachment.url, own);
      expect([own, file.type, sha1(file.bytes)]).toEqual([own, own, attachment.hash]);
      const held = async (more: string, accept: string) => {
        const { type, bytes } = await asked(`${attachment.url}${more}`, accept);
        const { resourceType, contentType, data } = JSON.parse(bytes.toString()) as Record<string, string>;
        return [type, resourceType, contentType, data === undefined ? '' : sha1(Buffer.from(data, 'base64'))];
      };
      // XML has two names.
      const resource = ['application/fhir+json', 'Binary', expect.stringMatching(own.slice(-3)), attachment.hash];
      for (const accept of ['*/*', 'application/xml', own])
        expect([accept, await held('?_format=json', accept)]).toEqual([accept, resource]);
      const inXml = await asked(attachment.url, 'application/fhir+xml, */*;q=0.1');
      expect([inXml.type, inXml.bytes.includes('<Binary ')]).toEqual(['application/fhir+xml', true]);
      // FHIR in JSON asked for, of what is not: within its resource.
      const byHeader = own.endsWith('/xml') ? resource : ['application/fhir+json', 'Bundle', undefined, ''];
      expect(await held('', 'application/fhir+json')).toEqual(byHeader);
      expect(await held('?_format=application/fhir+json', '*/*')).toEqual(byHeader);
      expect((await asked(attachment.url, `${own}, application/fhir+xml;q=0.5`)).type).toBe(own);
      expect((await asked(`${attachment.url}?_format=turtle`, '*/*')).status).toBe(406);
    }
    expect(new Set(fiches.map(({ content }) => content[0]!.attachment['contentType']))).toContain('application/fhir+json');
  });

  test('of a report of biology says the order that it answers', () => {
    const related = fiches.map(({ context }) => context['related']);
    expect(related).toContainEqual([{ identifier: expect.objectContaining({ value: 'DEM-70' }) }]);
  });

  test('is of a document that is given as the PDF it encloses to who asks for one', async () => {
    const [{ content }] = fiches.filter(({ masterIdentifier }) => JSON.stringify(masterIdentifier) === JSON.stringify(uniqueId(72))) as [
      Fiche,
    ];
    const { url } = content[0]!.attachment;
    const as = async (accept: string) => {
      const { statusCode, headers, rawPayload } = await server.app.inject({ url: `/fhir/${url}`, headers: { ...region.gp, accept } });
      return [statusCode, headers['content-type'], rawPayload.subarray(0, 5).toString()];
    };
    expect(await as('application/pdf')).toEqual([200, 'application/pdf', '%PDF-']);
    expect(await as('application/pdf, */*;q=0.1')).toEqual([200, 'application/pdf', '%PDF-']);
    expect(await as('application/xml, application/pdf;q=0.5')).toEqual([200, 'application/xml', '<?xml']);
    expect(await as('*/*')).toEqual([200, 'application/xml', '<?xml']);
    expect((await as('image/png'))[0]).toBe(406);
  });

  describe('says where its document was made', () => {
    const REGIONAL = 'https://mos.esante.gouv.fr/NOS';
    const contextOf = (facility: string, setting: string) => ({
      facilityType: { coding: [{ system: `${REGIONAL}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`, code: facility }] },
      practiceSetting: { coding: [{ system: `${REGIONAL}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice`, code: setting }] },
    });
    const served = async (n: number) => {
      const [fiche] = resources(
        await get(`/DocumentReference?patient=${region.patientId}&identifier=${encodeURIComponent(uniqueId(n).value)}`),
      ) as unknown as [Fiche];
      const { facilityType, practiceSetting } = fiche.context as Record<string, { coding: [{ code: string }] }>;
      return [facilityType!.coding[0].code, practiceSetting!.coding[0].code];
    };

    test('as its sender says it', async () => {
      await publish(ficheOf(80, {}, { context: contextOf('SA01', 'HAD') }));
      expect(await served(80)).toEqual(['SA01', 'HAD']);
    });

    test('as the document tells, when its sender says nothing, or by no national list: no practice in town for a stay', async () => {
      await publish(ficheOf(81));
      await publish(ficheOf(82, {}, { context: contextOf('35971002', 'VILLE') }));
      await publish(ficheOf(83, {}, { context: { facilityType: { coding: [null] }, practiceSetting: null } }));
      for (const n of [81, 82, 83]) expect(await served(n)).toEqual(['SA43', 'ETABLISSEMENT']);
    });

    test('also of a patient who waits for the identity cell, and of one who was mistaken for another', async () => {
      const cell = await server.as(PEOPLE['identity-cell']);
      const decide = (path: string, payload: object) => server.app.inject({ method: 'POST', url: `/api/${path}`, headers: cell, payload });
      const link = async () => {
        const { waiting } = (await server.app.inject({ url: '/api/worklists/identity', headers: cell })).json<Worklist>();
        const chosen = { patientId: region.patientId, reason: 'vu avec le service' };
        expect((await decide(`worklists/identity/${waiting[0]!.waitingId}/link`, chosen)).statusCode).toBe(200);
        return waiting[0]!.depositId;
      };
      const unknown = { ...JEANNE, ids: [{ root: '1.2.250.1.999.55', extension: 'INCONNUE' }] };
      expect((await publish(ficheOf(84, { patient: unknown }, { context: contextOf('SA01', 'HAD') }))).status).toBe(202);
      const depositId = await link();
      expect(await served(84)).toEqual(['SA01', 'HAD']);
      const recall = { kind: 'recall', reason: 'une autre patiente', depositId };
      expect((await decide(`identities/${region.patientId}/changes`, recall)).statusCode).toBe(200);
      await link();
      expect(await served(84)).toEqual(['SA01', 'HAD']);
    });
  });
});
