/** Documents from one instance to another, by the doors that both offer to everybody. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { HOSPITAL, letterOf } from '../../../test/support/letters.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, LABORATORY, MARIE, reportOf } from '../../../test/support/reports.ts';
import { testServer } from '../../../test/support/server.ts';
import { registerLinks } from '../../access/index.ts';
import { shareVerb } from '../../cli/verbs/share.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';
import { writeCda, writeClinicalDocument } from '../../formats/index.ts';
import { type ChangeThere, changeAt, documentAt, fichesAt, goneAt, type Peer, publishAt, recordAt } from './sharing-client.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

const here = testServer({ listens: true });
const there = testServer({ listens: true });
const SECRET = 'a-secret-of-the-tests-only';
const INS = `urn:oid:${JEANNE.ids[0]!.root}|${JEANNE.ids[0]!.extension}`;
const ZONE = 'Europe/Paris';
const letter = Buffer.from(writeClinicalDocument(letterOf(1)));
const report = Buffer.from(writeCda(reportOf(1)));
let publisher: Peer;

beforeAll(async () => {
  for (const { database } of [here, there]) {
    await registerStructures(database.db, [
      { ...HOSPITAL, kind: 'hospital' },
      { ...LABORATORY, kind: 'laboratory' },
    ]);
    const gateway = {
      clientId: 'region',
      name: 'Passerelle',
      structures: [HOSPITAL.finess, LABORATORY.finess],
      formats: ['cda'],
      secret: SECRET,
    };
    await registerSenders(database.db, [{ ...gateway, state: 'production', connectedSince: new Date() }], 'demo');
  }
  publisher = { base: `${there.url}/fhir`, token: await there.tokenOf('region', SECRET), sourceId: '1.2.250.1.999.20', zone: ZONE };
  const own = { ...publisher, base: `${here.url}/fhir`, token: await here.tokenOf('region', SECRET) };
  await publishAt(own, [{ bytes: letter }, { bytes: report }], new Date());
});

/** What the treating doctor reads of one of the two. */
async function reader(server: typeof here, isPatient = false): Promise<Peer> {
  const [row] = await server.database.db.query<{ patientId: string }>(
    'one',
    'select patient_id as "patientId" from record.document limit 1',
  );
  const link = { ...row!, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor' as const, since: new Date(Date.now() - 1_000) };
  await registerLinks(server.database.db, [link], 'test');
  const { cookie } = await server.as(isPatient ? { ...PEOPLE.patient, ...row! } : PEOPLE.gp);
  const signedIn = ((url: string, { headers, ...request }: RequestInit) => {
    const { authorization: _token, ...others } = headers as Record<string, string>;
    return fetch(url, { ...request, headers: { ...others, cookie } });
  }) as typeof fetch;
  return { base: `${server.url}/fhir`, token: '', sourceId: '', zone: ZONE, fetch: signedIn };
}
const bytesAt = async (peer: Peer, since?: Date) => {
  const fiches = await fichesAt(peer, INS, since);
  return Promise.all(fiches.map(async (fiche) => (await documentAt(peer, fiche)).bytes));
};
const sorted = (all: readonly Buffer[]) => all.map(String).toSorted();

describe('documents shared between two instances', () => {
  test('are found in the first, fetched, published together in the second, and read there byte for byte', async () => {
    const fetched = await bytesAt(await reader(here));
    expect(sorted(fetched)).toEqual(sorted([letter, report]));
    const published = await publishAt(
      publisher,
      fetched.map((bytes) => ({ bytes })),
      new Date(),
    );
    expect(published.map(({ status, location }) => [status, location?.split('/')[0]])).toEqual([
      [201, 'DocumentReference'],
      [201, 'DocumentReference'],
    ]);
    expect(sorted(await bytesAt(await reader(there)))).toEqual(sorted([letter, report]));
  });

  test('are asked for since an instant: what was fetched before is not fetched again', async () => {
    const peer = await reader(there);
    const since = new Date();
    expect(await bytesAt(peer, since)).toEqual([]);
    const second = Buffer.from(writeClinicalDocument(letterOf(2)));
    await publishAt(publisher, [{ bytes: second }], new Date());
    expect(sorted(await bytesAt(peer, since))).toEqual([second.toString()]);
  });

  test('published hidden from the patient are hidden there', async () => {
    const third = Buffer.from(writeClinicalDocument(letterOf(3)));
    await publishAt(publisher, [{ bytes: third, masks: ['INVISIBLE_PATIENT'] }], new Date());
    const fiches = await fichesAt(await reader(there), INS);
    expect(fiches.filter((fiche) => JSON.stringify(fiche).includes('INVISIBLE_PATIENT'))).toHaveLength(1);
  });

  test('are hidden, shown, archived there by who may; one that replaces another supersedes it; a record is known to be there or not', async () => {
    const peer = await reader(there);
    const fourth = Buffer.from(writeClinicalDocument(letterOf(20)));
    await publishAt(publisher, [{ bytes: fourth }], new Date());
    const uniqueId = `1.2.250.1.999.8.${HOSPITAL.finess}.20`;
    const fiche = async (status = 'current') =>
      JSON.stringify(
        (await fichesAt(peer, INS, undefined, status)).find((one) => JSON.stringify(one['masterIdentifier']).endsWith('.20"}')),
      );
    const own = await reader(there, true);
    const change = (asked: ChangeThere) => changeAt('archived' in asked ? own : peer, { uniqueId, patient: INS }, asked);
    const neverThere = '1.2.250.1.999.8.404';
    const gone = async (who: Peer) => goneAt(who, INS, [uniqueId, neverThere]);
    expect(await gone(own)).toEqual([neverThere]);
    await change({ hide: 'INVISIBLE_PATIENT' });
    expect(await fiche()).toContain('INVISIBLE_PATIENT');
    // Of what one asks about and may not be shown, it is not told whether it is hidden, was removed or never was.
    expect([await gone(own), await gone(peer)]).toEqual([[uniqueId, neverThere], [neverThere]]);
    await change({ show: 'INVISIBLE_PATIENT' });
    await change({ archived: true });
    expect([(await fiche()).includes('INVISIBLE_PATIENT'), (await fiche()).includes('"valueBoolean":true')]).toEqual([false, true]);
    await change({ archived: false });
    expect((await fiche()).includes('valueBoolean')).toBe(false);
    const since = new Date();
    const next = Buffer.from(writeClinicalDocument(letterOf(21, { version: 2, set: 20, replaces: [20] })));
    expect(await publishAt(publisher, [{ bytes: next }], new Date())).toMatchObject([{ status: 201 }]);
    expect(await fiche('superseded')).toContain('"status":"superseded"');
    const changed = await fichesAt(peer, INS, since, 'current,superseded');
    expect(changed.map(({ status }) => status).toSorted()).toEqual(['current', 'superseded']);
    expect([await recordAt(peer, INS), await recordAt(peer, 'urn:oid:1.2.250.1.213.1.4.10|299999999999999')]).toEqual(['open', 'none']);
    const closed = {
      ...peer,
      fetch: (async () => Response.json({ entry: [{ resource: { resourceType: 'Patient', active: false } }] })) as typeof fetch,
    };
    expect(await recordAt(closed, INS)).toBe('closed');
  });

  test('are described with all that the comprehensive profile of PDSm wants', async () => {
    const sent: string[] = [];
    const double = {
      ...publisher,
      fetch: (async (_: string, { body }: RequestInit) => (sent.push(String(body)), Response.json({ entry: [] }))) as typeof fetch,
    };
    await publishAt(double, [{ bytes: letter }, { bytes: report }], new Date());
    const { entry } = JSON.parse(sent[0]!) as { entry: { resource: Record<string, unknown> }[] };
    const [list, ...fiches] = entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType !== 'Binary');
    const kinds = (list!['extension'] as { url: string }[]).map(({ url }) => url.split('/').at(-1));
    expect([kinds, Object.keys(list!)]).toEqual([
      ['ihe-designationType', 'ihe-sourceId'],
      expect.arrayContaining('contained identifier status mode code subject date source entry'.split(' ')),
    ]);
    const wanted =
      'contained masterIdentifier status type category subject date author authenticator custodian securityLabel content context'.split(
        ' ',
      );
    for (const one of fiches) {
      expect(Object.keys(one)).toEqual(expect.arrayContaining(wanted));
      expect(one['context']).toMatchObject({
        period: { start: expect.any(String) },
        facilityType: {},
        practiceSetting: {},
        sourcePatientInfo: { reference: '#source' },
      });
      const held = new Set((one['contained'] as { id: string }[]).map(({ id }) => `#${id}`));
      const named = [...JSON.stringify(one).matchAll(/"reference":"(#[^"]+)"/g)].map(([, id]) => id!);
      expect(named.filter((id) => !held.has(id))).toEqual([]);
    }
  });

  test('that the other server refuses are told with its words; what does not answer, as such', async () => {
    const two = [letterOf(4), letterOf(5, { patient: MARIE })].map((document) => ({ bytes: Buffer.from(writeClinicalDocument(document)) }));
    await expect(publishAt(publisher, two, new Date())).rejects.toMatchObject({ code: 'request.invalid', at: 'DocumentReference.subject' });
    const gone = { ...publisher, base: 'http://127.0.0.1:9/fhir' };
    await expect(publishAt(gone, [{ bytes: letter }], new Date())).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});

describe('./cigogne share', () => {
  const folder = temporaryFolder('share');
  const share = async (options: Record<string, string | boolean>, operands: string[] = []) => {
    const said: string[] = [];
    const terminal = { say: (line: string) => said.push(line), tell: () => {}, env: {}, root: process.cwd() };
    const code = await shareVerb.run({ options, operands }, terminal);
    return { code, said: said.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };

  test('publishes files, and says what became of each', async () => {
    const [file, token] = [join(folder, 'letter.xml'), join(folder, 'token')];
    writeFileSync(file, writeClinicalDocument(letterOf(6)));
    writeFileSync(token, `${publisher.token}\n`);
    const options = { base: publisher.base, 'token-file': token, 'source-id': '1.2.250.1.999.20' };
    expect(await share(options, [file])).toMatchObject({ code: 0, said: [{ status: 201 }] });
    expect(await share(options, [file])).toMatchObject({ code: 0, said: [{ status: 200 }] });
    await expect(share({ ...options, patient: INS }, [file])).rejects.toThrow('give the files to publish, or --patient to fetch');
  });

  test('fetches nothing with a token that opens no record, and says why', async () => {
    const options = { base: publisher.base, 'token-file': join(folder, 'token'), patient: INS, into: join(folder, 'in') };
    expect(await share(options)).toMatchObject({ code: 4, said: [{ message: expect.stringContaining('403') }] });
    expect(readdirSync(folder).toSorted()).toEqual(['letter.xml', 'token']);
    expect(readFileSync(join(folder, 'token'), 'utf8').trim()).toBe(publisher.token);
  });

  test('with the token of a reader: asks whether a record is there, hides a document and shows it again, lists what changed, the replaced included', async () => {
    const [{ cookie }, call] = [await there.as(PEOPLE.gp), fetch];
    // A reader's token comes of a launch: the session stands for it.
    const signedIn: typeof fetch = (url, { headers = {}, ...request } = {}) => {
      const { authorization: _token, ...others } = headers as Record<string, string>;
      return call(url, { ...request, headers: { ...others, cookie } });
    };
    vi.stubGlobal('fetch', signedIn);
    try {
      const options = { base: publisher.base, 'token-file': join(folder, 'token'), patient: INS };
      const document = `1.2.250.1.999.8.${HOSPITAL.finess}.21`;
      expect(await share({ ...options, exists: true })).toEqual({ code: 0, said: [{ record: 'open' }] });
      expect(await share({ ...options, document, hide: 'INVISIBLE_PATIENT' })).toEqual({ code: 0, said: [{ document, changed: true }] });
      expect(await share({ ...options, document, show: 'INVISIBLE_PATIENT' })).toMatchObject({ code: 0 });
      const { said } = await share({ ...options, since: '2020-01-01T00:00:00Z' });
      expect(new Set(said.map(({ status }) => status))).toEqual(new Set(['current', 'superseded']));
      await expect(share({ ...options, document })).rejects.toThrow('one of --hide, --show');
      await expect(share({ ...options, document, hide: 'N' })).rejects.toThrow('MASQUE_PS');
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
