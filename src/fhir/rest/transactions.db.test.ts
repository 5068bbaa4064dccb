import { describe, expect, test, vi } from 'vitest';
import { fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { type FhirEntry, laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { OTHER_LABORATORY } from '../../../test/support/reports.ts';
import { registerLinks } from '../../access/index.ts';
import { type Sql, uuidv7 } from '../../kernel/index.ts';

const { ask, get, post, region, search, server } = fhirRegion();

const bundle = (type: 'transaction' | 'batch', ...entry: unknown[]) => ({ resourceType: 'Bundle', type, entry });
const own = () => ({ authorization: `Bearer ${region.token}` });
const documents = async () => (await server.database.db.query<{ n: number }>('', 'select count(*) as n from record.document'))[0]!.n;
const identity = (value: string, method = 'POST') => ({
  resource: {
    resourceType: 'Patient',
    identifier: [{ system: 'https://sil.example/ipp', value }],
    name: [{ family: 'ESSAI-LOT', given: ['ANNE'] }],
  },
  request: { method, url: method === 'PUT' ? `Patient?identifier=https://sil.example/ipp|${value}` : 'Patient' },
});
/** Of the nurse: what is filed meanwhile is an event too. */
const refusals = async () =>
  (
    await server.database.db.query<{ n: number }>('', 'select count(*) as n from access.audit_event where actor = $1 and not allowed', [
      PEOPLE.nurse.id,
    ])
  )[0]!.n;
const written = async (value: string) => (await get(`/Patient?identifier=https://sil.example/ipp|${value}`, own())).body.total;
/** One report whose entries are called by names of its own, so that several stand in one Bundle. */
function report(n: number, more: Parameters<typeof laboratoryTransaction>[1] = {}): FhirEntry[] {
  const entries = laboratoryTransaction(n, more).entry;
  const own = `${String(n).padStart(8, '0')}-0000-4000-8000-`;
  const renamed = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace('00000000-0000-4000-8000-', own);
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== 'object' || value === null || (JSON as JSON & { isRawJSON(one: unknown): boolean }).isRawJSON(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner)]));
  };
  return renamed(entries) as FhirEntry[];
}
const statuses = (answer: Awaited<ReturnType<typeof post>>) => answer.body.entry!.map(({ response }) => response!.status);

describe('a transaction that writes several things', () => {
  test('keeps two reports, their patient updated and another patient together, each report with the digits of its sender, then reads', async () => {
    const [first, second] = [report(301), report(302)];
    const patient = { ...first[0]!, request: { method: 'PUT', url: first[0]!.request.ifNoneExist!.replace(/^/, 'Patient?') } };
    const shared = JSON.parse(
      JSON.stringify(second.slice(1)).replaceAll(second[0]!.fullUrl, `Patient?${first[0]!.request.ifNoneExist}`),
    ) as FhirEntry[];
    const read = { request: { method: 'GET', url: 'Patient?identifier=https://sil.example/ipp|LOT-1' } };
    const before = await documents();
    const answer = await post('', bundle('transaction', read, patient, ...first.slice(1), ...shared, identity('LOT-1')));
    expect([answer.status, answer.body['type'], (await documents()) - before]).toEqual([200, 'transaction-response', 2]);
    expect(new Set(statuses(answer))).toEqual(new Set(['200 OK', '201 Created']));
    expect(answer.body.entry![0]!.resource).toMatchObject({ resourceType: 'Bundle', total: 1 });
    const potassium = await search('Observation', 'code=2823-3&_count=50');
    expect(potassium.text.match(/"value":4\.10\b/g)!.length).toBeGreaterThanOrEqual(2);
    const again = await post('', bundle('transaction', read, patient, ...first.slice(1), ...shared, identity('LOT-1')));
    expect([new Set(statuses(again)), (await documents()) - before]).toEqual([new Set(['200 OK']), 2]);
  });

  test('is taken back whole by a reading that is refused: which one is told', async () => {
    const before = await documents();
    const absent = { request: { method: 'GET', url: 'Patient/nobody' } };
    const answer = await post('', bundle('transaction', identity('LOT-9'), ...report(309), absent));
    expect([answer.status, refusalOf(answer), await documents(), await written('LOT-9')]).toEqual([404, 'request.not-found', before, 0]);
    expect(answer.body.issue![0]!.expression).toEqual([expect.stringContaining(`Bundle.entry[${1 + report(309).length}]`)]);
    const readings = bundle('transaction', { request: { method: 'GET', url: 'metadata' } }, absent);
    const told = await post('', readings);
    expect([told.status, told.body.issue![0]!.expression]).toEqual([404, [expect.stringContaining('Bundle.entry[1]')]]);
    // Taken back, it may be sent again without what was refused.
    expect((await post('', bundle('transaction', identity('LOT-9'), ...report(309)))).status).toBe(200);
    expect([(await documents()) - before, await written('LOT-9')]).toEqual([1, 1]);
  });

  test('reads by the rights of the instant, whatever was known of them a moment ago', async () => {
    const [holder, kind] = [{ person: 'rpps:899700000995' }, 'care-team' as const];
    const since = new Date(Date.now() - 60_000);
    const link = { patientId: region.patientId, holder, kind, since };
    await registerLinks(server.database.db, [link], 'test');
    const nurse = await server.as({ ...PEOPLE.nurse, id: holder.person });
    const url = `Observation?patient=${region.patientId}`;
    for (let n = 0; n < 2; n++) expect((await get(`/${url}`, nurse)).status).toBe(200);
    await registerLinks(server.database.db, [{ ...link, kind: 'consent', until: new Date(Date.now() + 3_600_000) }], 'test');
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' } };
    const asked = bundle(
      'transaction',
      { request: { method: 'POST', url: 'Subscription' }, resource: wish },
      { request: { method: 'GET', url } },
    );
    const answer = await ask('POST', '', { body: asked, headers: nurse });
    expect([answer.status, statuses(answer)]).toEqual([200, ['201 Created', '200 OK']]);
    expect(answer.body.entry![1]!.resource['total']).toBeGreaterThan(0);
  });

  test('and another that wait for one another: it is told to come again, and not that something is broken', async () => {
    const { db } = server.database;
    const other = uuidv7();
    const since = new Date(Date.now() - 60_000);
    await registerLinks(db, [{ patientId: other, holder: { person: PEOPLE.gp.id }, kind: 'care-team', since }], 'test');
    const reading = (patientId: string) => ({ request: { method: 'GET', url: `Observation?patient=${patientId}` } });
    await get(`/Observation?patient=${other}`);
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' } };
    const asked = bundle(
      'transaction',
      { request: { method: 'POST', url: 'Subscription' }, resource: wish },
      reading(region.patientId),
      reading(other),
    );
    const hold = (tx: Sql, patientId: string) => tx.query('', 'select from access.audit_head where chain = $1 for update', [patientId]);
    const answer = await db.transaction(async (tx) => {
      await hold(tx, other);
      const asking = ask('POST', '', { body: asked, headers: region.gp });
      await vi.waitUntil(async () => (await db.query('', `select from pg_locks where not granted`)).length > 0, { interval: 10 });
      await hold(tx, region.patientId);
      return asking;
    });
    expect([answer.status, refusalOf(answer), answer.headers['retry-after']]).toEqual([503, 'store.unavailable', '2']);
  });

  test('reads no further once who asks has signed out, and nothing of it is kept', async () => {
    const holder = { person: 'rpps:899700000993' };
    const since = new Date(Date.now() - 60_000);
    const { db } = server.database;
    await registerLinks(db, [{ patientId: region.patientId, holder, kind: 'care-team', since }], 'test');
    const headers = await server.as({ ...PEOPLE.nurse, id: holder.person });
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' } };
    const reading = { request: { method: 'GET', url: `Observation?patient=${region.patientId}&_count=1` } };
    const write = { request: { method: 'POST', url: 'Subscription' }, resource: wish };
    const asking = ask('POST', '', { body: bundle('transaction', write, ...Array.from({ length: 3_000 }, () => reading)), headers });
    await vi.waitUntil(
      async () => (await db.query('', `select from pg_stat_activity where state like 'idle in transaction%'`)).length > 0,
      {
        interval: 5,
      },
    );
    await db.query(
      '',
      `update access.session set ended_at = now() where ended_at is null and seen_at = (select max(seen_at) from access.session)`,
    );
    const answer = await asking;
    expect([answer.status, refusalOf(answer)]).toEqual([401, 'access.unauthenticated']);
    const kept = await db.query('', 'select from access.audit_event where actor = $1', [holder.person]);
    expect(kept).toEqual([]);
  });

  test('reads a record within what it writes as it would alone, each reading with its event', async () => {
    const about = async () =>
      (
        await server.database.db.query<{ n: number }>(
          '',
          'select count(*) as n from access.audit_event where actor = $1 and patient_id = $2',
          [PEOPLE.gp.id, region.patientId],
        )
      )[0]!.n;
    const paths = [`Observation?patient=${region.patientId}&_sort=-date&_count=2`, `DocumentReference?patient=${region.patientId}`];
    const alone = [await get(`/${paths[0]}`), await get(`/${paths[1]}`)].map(({ body }) => body);
    const subscription = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' } };
    const asked = bundle(
      'transaction',
      { request: { method: 'POST', url: 'Subscription' }, resource: subscription },
      ...paths.map((url) => ({ request: { method: 'GET', url } })),
    );
    for (const n of [1, 2]) {
      const before = await about();
      const answer = await ask('POST', '', { body: asked, headers: region.gp });
      expect([n, answer.status, statuses(answer)]).toEqual([n, 200, ['201 Created', '200 OK', '200 OK']]);
      expect(answer.body.entry!.slice(1).map(({ resource }) => resource)).toEqual(alone);
      expect((await about()) - before).toBe(2);
    }
  });

  test('of who may not read what it reads is in the trail once, and nothing else of it is anywhere', async () => {
    const nurse = await server.as(PEOPLE.nurse);
    const subscription = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' } };
    const asked = bundle(
      'transaction',
      { request: { method: 'POST', url: 'Subscription' }, resource: subscription },
      { request: { method: 'GET', url: `Observation?patient=${region.patientId}` } },
    );
    const before = await refusals();
    const answer = await ask('POST', '', { body: asked, headers: nurse });
    expect([answer.status, refusalOf(answer), (await refusals()) - before]).toEqual([403, 'access.denied', 1]);
    expect((await get('/Subscription', nurse)).body.total).toBe(0);
  });

  test('keeps nothing when one of it is refused: which one is told, and its original waits', async () => {
    const before = await documents();
    const wrong = report(304, { laboratory: OTHER_LABORATORY });
    const answer = await post('', bundle('transaction', identity('LOT-2'), ...report(303), ...wrong));
    expect([answer.status, refusalOf(answer), await documents(), await written('LOT-2')]).toEqual([
      403,
      'deposit.wrong-structure',
      before,
      0,
    ]);
    const { n } = (
      await server.database.db.query<{ n: number }>(
        '',
        `select count(*) as n from record.quarantine where code = 'deposit.wrong-structure'`,
      )
    )[0]!;
    expect(n).toBe(1);
    const lone = { resource: { resourceType: 'Observation', status: 'final' }, request: { method: 'POST', url: 'Observation' } };
    const two = await post('', bundle('transaction', ...report(303), ...report(305), lone));
    expect([two.status, two.body.issue![0]!.expression, await documents()]).toEqual([405, ['Bundle.entry[16]', 'Observation'], before]);
  });

  test('refuses what two entries would each change, and what nobody answers to', async () => {
    const twice = await post('', bundle('transaction', identity('LOT-3', 'PUT'), identity('LOT-3', 'PUT')));
    expect([twice.status, twice.body.issue![0]!.expression]).toEqual([400, ['Bundle.entry[1].request.url']]);
    const [, ...rest] = report(306);
    const text = JSON.stringify(rest).replaceAll(report(306)[0]!.fullUrl, 'Patient?identifier=urn:oid:1.2.3|nobody');
    const nobody = await post('', bundle('transaction', identity('LOT-3'), ...(JSON.parse(text) as FhirEntry[])));
    expect([nobody.status, refusalOf(nobody), await written('LOT-3')]).toEqual([412, 'request.precondition', 0]);
  });

  test('of a person: both acts or none, and the refusal of one stays in the trail', async () => {
    const [fiche] = resources(await search('DocumentReference', '_count=1'));
    const archive = (url: string) => ({
      resource: {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'operation',
            part: [
              { name: 'type', valueCode: 'replace' },
              { name: 'path', valueString: 'DocumentReference.status' },
              { name: 'value', valueCode: 'entered-in-error' },
            ],
          },
        ],
      },
      request: { method: 'PATCH', url },
    });
    const follow = {
      resource: {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'nouveaux résultats',
        criteria: 'urn:cigogne:topic:new-report',
        channel: { type: 'websocket', payload: 'application/fhir+json' },
      },
      request: { method: 'POST', url: 'Subscription' },
    };
    const nurse = await server.as(PEOPLE.nurse);
    const asked = bundle('transaction', follow, archive(`DocumentReference/${fiche!.id}`));
    const before = await refusals();
    const answer = await ask('POST', '', { body: asked, headers: nurse });
    expect([answer.status, (await get('/Subscription', nurse)).body.entry ?? [], (await refusals()) - before]).toEqual([403, [], 1]);
  });
});

test('a transaction has as many entries as its bytes hold: nine reports of a hundred results, one of five thousand, and eleven thousand questions', async () => {
  const reports = Array.from({ length: 10 }, (_, k) => {
    const entries = report(1_000 + k);
    const [patient, organization, potassium] = entries;
    const head = entries.find(({ resource }) => resource['resourceType'] === 'DiagnosticReport')!;
    const name = (i: number) => `urn:uuid:${String(k).padStart(8, '0')}-0000-4000-9000-${String(i).padStart(12, '0')}`;
    const results = Array.from({ length: k === 0 ? 5_000 : 100 }, (_n, i) => ({ ...potassium!, fullUrl: name(i) }));
    const result = results.map(({ fullUrl }) => ({ reference: fullUrl }));
    return [patient, organization, ...results, { ...head, resource: { ...head.resource, result } }];
  }).flat();
  const questions = Array.from({ length: 11_000 }, () => ({ request: { method: 'HEAD', url: 'metadata' } }));
  const before = await documents();
  const answer = await post('', bundle('transaction', ...questions, ...reports));
  expect([answer.status, (await documents()) - before]).toEqual([200, 10]);
  expect([statuses(answer).length > 16_000, statuses(answer)[0], statuses(answer).at(-1)]).toEqual([true, '200 OK', '201 Created']);
  const { total } = (await get(`/Observation?patient=${region.patientId}&code=2823-3&_summary=count`)).body;
  expect(total).toBeGreaterThanOrEqual(5_900);
});

test('in a batch a report that is refused keeps neither another report nor anything else from being written', async () => {
  const before = await documents();
  const wrong = report(401, { laboratory: OTHER_LABORATORY });
  const answer = await post('', bundle('batch', ...wrong, ...report(402), identity('LOT-4')));
  const told = statuses(answer);
  expect([told[3], told[wrong.length + 3], told.at(-1), (await documents()) - before]).toEqual(['403', '201 Created', '201 Created', 1]);
});
