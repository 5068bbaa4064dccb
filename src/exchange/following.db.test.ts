import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PRESCRIBER, COLLEAGUE, WITHOUT_ADDRESS, reportFor, exchangeBench } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY } from '../../test/support/reports.ts';
import { registerLinks } from '../access/index.ts';
import { registerPractitioners } from '../directory/index.ts';
import { writeCda } from '../formats/index.ts';
import type { Messages, Trace } from './contract.ts';

const bench = exchangeBench();

describe('following a message', () => {
  const biologist = { id: 'rpps:899700000077', name: 'Dr Iris TUBE-DEMO', role: 'biologist' as const, organisation: LABORATORY };
  const other = { ...biologist, id: 'rpps:899700000088', organisation: OTHER_LABORATORY };
  const get = async (url: string, who: Parameters<typeof bench.server.as>[0]) =>
    bench.server.app.inject({ url, headers: await bench.server.as(who) });
  const events = async () => (await bench.db.query<{ n: number }>('', 'select count(*)::int as n from access.audit_event'))[0]!.n;
  const replayed = async (deliveryIds: string[], who: Parameters<typeof bench.server.as>[0] = biologist, isTrial = false) =>
    (
      await bench.server.app.inject({
        method: 'POST',
        url: '/api/exchange/replay',
        headers: await bench.server.as(who),
        payload: { deliveryIds, ...(isTrial && { isTrial }) },
      })
    ).json() as unknown;

  test('its laboratory sees every step, by any identifier it has in hand, and each look is written once', async () => {
    const documentId = await bench.deposit(reportFor(70, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    const { messageId } = bench.post.mails[0]!.email;
    for (const id of ['1.2.250.1.999.7.990400101.70', documentId, messageId, await bench.idOf('rpps:899700000011')]) {
      const before = await events();
      const answer = await get(`/api/exchange/trace?id=${encodeURIComponent(id!)}`, biologist);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({
        documentId,
        patient: { name: 'ESSAI-DURAND JEANNE' },
        arrival: { took: { read: expect.any(Number), identify: expect.any(Number), normalise: expect.any(Number) } },
        rules: [{ rule: 'R-02' }],
        deliveries: [
          { state: 'sent', recipientName: 'Dr Anne LEFEVRE-DEMO', steps: [{ step: 'routed' }, { step: 'prepared' }, { step: 'sent' }] },
        ],
      });
      expect((await events()) - before).toBe(1);
    }
    const mail = await get(`/api/exchange/deliveries/${await bench.idOf('rpps:899700000011')}/mail`, biologist);
    expect(bench.post.mails[0]!.raw.subarray(0, mail.rawPayload.length).equals(mail.rawPayload)).toBe(true);
    // What came, byte for byte, for its laboratory alone.
    const came = `/api/exchange/documents/${documentId}/received`;
    const received = await get(came, biologist);
    const { arrival } = (await get(`/api/exchange/trace?id=${documentId}`, biologist)).json<Trace>();
    expect(createHash('sha256').update(received.rawPayload).digest('hex')).toBe(arrival!.sha256);
    expect((await get(came, other)).statusCode).toBe(404);
    expect((await get(came, PEOPLE.operator)).statusCode).toBe(403);
  });

  test('its laboratory and the operator find it among the latest messages by sender, state and day, without its patient; another laboratory does not', async () => {
    await bench.deposit(reportFor(770, { prescribers: [PRESCRIBER], copies: [WITHOUT_ADDRESS] }));
    await bench.routeAll();
    await bench.deliverAll();
    const found = async (query: string, who: Parameters<typeof bench.server.as>[0]) => {
      const before = await events();
      const answer = await get(`/api/exchange/messages?${query}`, who);
      expect(answer.body).not.toMatch(/ESSAI-DURAND|JEANNE/);
      expect((await events()) - before).toBe(1);
      return answer.json<Messages>().lines.map(({ recipientName, state }) => `${recipientName} ${state}`);
    };
    const both = ['Dr Rose MARTIN-DEMO held', 'Dr Anne LEFEVRE-DEMO sent'];
    for (const who of [biologist, PEOPLE.operator]) {
      expect((await found('', who)).toSorted()).toEqual(both.toSorted());
      expect(await found('state=held', who)).toEqual([both[0]]);
      expect(await found('to=2026-01-01', who)).toEqual([]);
      expect(await found('from=2026-01-01&state=sent', who)).toEqual([both[1]]);
    }
    expect(await found(`sender=${LABORATORY.finess}&state=sent`, PEOPLE.operator)).toEqual([both[1]]);
    expect(await found(`sender=${OTHER_LABORATORY.finess}`, PEOPLE.operator)).toEqual([]);
    expect(await found('', other)).toEqual([]);
    expect(await found(`sender=${LABORATORY.finess}`, other)).toEqual([]);
  });

  test('an operator sees the journey and no patient, and opens no mail; another laboratory and a doctor see nothing', async () => {
    await bench.deposit(reportFor(71, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    const address = '/api/exchange/trace?id=1.2.250.1.999.7.990400101.71';
    const seen = await get(address, PEOPLE.operator);
    expect(seen.statusCode).toBe(200);
    expect(seen.body).not.toContain('ESSAI-DURAND');
    const mail = `/api/exchange/deliveries/${await bench.idOf('rpps:899700000011')}/mail`;
    expect((await get(mail, PEOPLE.operator)).statusCode).toBe(403);
    expect((await get(address, other)).statusCode).toBe(404);
    expect((await get(mail, other)).statusCode).toBe(404);
    for (const url of [address, mail, '/api/exchange/to-mend']) expect((await get(url, PEOPLE.gp)).statusCode).toBe(403);
  });

  test('tells how it came: by whom, as which bytes, as which format, and how its patient was told', async () => {
    const report = reportFor(76, { prescribers: [PRESCRIBER] });
    const documentId = await bench.deposit(report);
    await bench.routeAll();
    const sent = Buffer.from(writeCda(report));
    const { arrival } = (await get(`/api/exchange/trace?id=${documentId}`, biologist)).json() as { arrival: object };
    expect(arrival).toMatchObject({
      sender: 'system:lis-essai',
      channel: 'deposit',
      sizeBytes: sent.length,
      sha256: createHash('sha256').update(sent).digest('hex'),
      format: 'cda-cr-bio',
      results: 1,
      joinedBy: 'ins',
    });
  });

  test('names the recipients who read it in the record, counts the others, and names all once it was replaced', async () => {
    const documentId = await bench.deposit(reportFor(77, { prescribers: [PRESCRIBER] }, { set: 77 }));
    await bench.routeAll();
    const [row] = await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from exchange.delivery');
    const since = new Date(Date.now() - 1_000);
    for (const { id } of [PEOPLE.gp, PEOPLE.specialist])
      await registerLinks(bench.db, [{ patientId: row!.patientId, holder: { person: id }, kind: 'care-team', since }], 'test');
    for (const who of [PEOPLE.gp, PEOPLE.specialist])
      expect((await get(`/api/patients/${row!.patientId}/biology`, who)).statusCode).toBe(200);
    const readers = async () =>
      ((await get(`/api/exchange/trace?id=${documentId}`, biologist)).json() as { readers: { named: { name: string }[]; others: number } })
        .readers;
    expect(await readers()).toMatchObject({ named: [{ name: PEOPLE.gp.name }], others: 1 });
    expect((await get(`/api/exchange/trace?id=${documentId}`, PEOPLE.operator)).json()).not.toHaveProperty('readers');
    await bench.deposit(reportFor(78, { prescribers: [PRESCRIBER] }, { set: 77, version: 2, replaces: [77] }));
    expect((await readers()).named.map(({ name }) => name)).toEqual([PEOPLE.gp.name, PEOPLE.specialist.name]);
  });

  test('a document that the rules sent nowhere tells by which rule', async () => {
    const documentId = await bench.deposit({ ...reportFor(72, { prescribers: [PRESCRIBER] }), createdAt: '20200302110000+0100' });
    await bench.routeAll();
    for (const id of [documentId, '1.2.250.1.999.7.990400101.72']) {
      const answer = await get(`/api/exchange/trace?id=${id}`, biologist);
      expect(answer.json()).toMatchObject({ deliveries: [], rules: [{ rule: 'R-07' }] });
    }
  });

  test('what did not leave is listed with what to do, and leaves when it is replayed once the directory knows the address', async () => {
    await bench.deposit(reportFor(73, { prescribers: [WITHOUT_ADDRESS] }));
    await bench.routeAll();
    const listed = (await get('/api/exchange/to-mend', biologist)).json() as { deliveryId: string }[];
    expect(listed).toMatchObject([{ reason: 'address.none', recipientName: 'Dr Rose MARTIN-DEMO' }]);
    expect((await get('/api/exchange/to-mend', other)).json()).toEqual([]);
    const ids = listed.map(({ deliveryId }) => deliveryId);
    expect(await replayed(ids)).toEqual({ replayed: 0, held: 1, superseded: 0, recalled: 0 });
    await registerPractitioners(bench.db, [{ ...WITHOUT_ADDRESS, mailboxes: ['rose@cabinet.mssante.example'] }]);
    expect(await replayed(ids, other)).toEqual({ replayed: 0, held: 0, superseded: 0, recalled: 0 });
    // Tried first: told what would leave, and nothing does.
    expect(await replayed(ids, biologist, true)).toEqual({ replayed: 1, held: 0, superseded: 0, recalled: 0 });
    expect((await bench.deliveries()).map(({ state }) => state)).toContain('held');
    expect(await replayed(ids)).toEqual({ replayed: 1, held: 0, superseded: 0, recalled: 0 });
    await bench.deliverAll();
    expect(bench.post.mails.map(({ to }) => to)).toEqual(['rose@cabinet.mssante.example']);
    await registerPractitioners(bench.db, [WITHOUT_ADDRESS]);
  });

  test('an older version is never replayed after its correction left', async () => {
    bench.post.answer.rcpt = () => ({ code: 550, text: '5.1.1 no such mailbox' });
    await bench.deposit(reportFor(74, { prescribers: [COLLEAGUE] }, { set: 74 }));
    await bench.routeAll();
    await bench.deliverAll();
    const first = await bench.idOf('rpps:899700000022');
    bench.post.answer.rcpt = () => undefined;
    await bench.deposit(reportFor(75, { prescribers: [COLLEAGUE] }, { set: 74, version: 2, replaces: [74] }));
    await bench.routeAll();
    await bench.deliverAll();
    expect(await replayed([first])).toEqual({ replayed: 0, held: 0, superseded: 1, recalled: 0 });
    await bench.deliverAll();
    expect(bench.post.mails).toHaveLength(1);
  });
});
