/** A practice of invented people, its software and Cigogne's connector beside it: from the mail of a laboratory to the doctor who answers for it. */
import { describe, expect, test } from 'vitest';
import { addressed, practiceBench, USERS } from '../../test/support/practice-software.ts';
import { JEANNE, MARIE, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import type { Inbox } from '../exchange/index.ts';
import type { PatientLine, PatientRecord, Triage, User } from './contract.ts';

const bench = practiceBench();
const { anne, jules, rose, paul, zoe } = USERS;
const normal = (value: string) => ({ ...POTASSIUM, interpretations: ['N'], value: { type: 'quantity' as const, value, unit: 'mmol/L' } });
const INR = quantity('34714-6', 'INR', '2.40', '{INR}');
const EGFR = quantity('62238-1', 'DFG estimé', '58', 'mL/min/{1.73_m2}');
const BY_ANNE = { prescriber: anne };

const inboxOf = async (user: User) => (await bench.call<Inbox>(user, 'GET', '/api/inbox')).json;
const lines = async (user: User) => (await inboxOf(user)).lines;
const patientId = async (number: string) =>
  (await bench.call<PatientLine[]>(anne, 'GET', '/api/patients')).json.find((patient) => patient.number === number)!.patientId;
const recordOf = async (user: User, number = '42') => bench.call<PatientRecord>(user, 'GET', `/api/patients/${await patientId(number)}`);
const answer = (user: User, lineId: string, body: object) => bench.call(user, 'POST', `/api/inbox/lines/${lineId}`, body);
const clear = async (user: User) => {
  for (const { lineId } of await lines(user)) await answer(user, lineId, { act: 'seen' });
};

describe('a report that a laboratory mails', () => {
  test('is in the table of results as printed, and in the inbox of who ordered it, without a click', async () => {
    await bench.receive(addressed(reportOf(1), BY_ANNE));
    const { json } = await recordOf(anne);
    expect(json.rows).toMatchObject([{ row: 'potassium.serum', values: [{ text: '5,60', unit: 'mmol/L', flag: 'H', number: 5.6 }] }]);
    expect(json.documents).toMatchObject([{ producer: 'LBM des Essais', results: 1 }]);
    expect(await lines(anne)).toMatchObject([{ why: 'prescriber', severity: 'abnormal', patient: { name: 'ESSAI-DURAND JEANNE' } }]);
    expect(bench.faults).toEqual([]);
  });

  test('is read in the software, and the laboratory hears that it was filed, then that it was read', async () => {
    const [line] = await lines(anne);
    await answer(anne, line!.lineId, { act: 'seen' });
    await bench.round();
    expect(bench.receipts.map((raw) => /^Disposition:.*; (.*)\r$/m.exec(raw)?.[1])).toEqual(['processed', 'displayed']);
    expect(bench.receipts.join()).not.toMatch(/DURAND|JEANNE/);
    expect((await recordOf(anne)).json.documents[0]!.readBy).toBe('Dr Anne LEFEVRE-DEMO');
  });

  test('sent again, and replaced by a correction, is one document; who had read it is told, old and new side by side', async () => {
    await bench.receive(addressed(reportOf(1), BY_ANNE));
    expect(await lines(anne)).toEqual([]);
    await bench.receive(addressed(reportOf(2, { set: 1, version: 2, replaces: [1], results: [normal('4.60')] }), BY_ANNE));
    expect(await lines(anne)).toMatchObject([{ severity: 'corrected', values: [{ text: '4,60', former: { text: '5,60' } }] }]);
    const { json } = await recordOf(anne);
    expect(json.rows![0]!.values.map(({ text }) => text)).toEqual(['4,60']);
    expect(json.documents).toHaveLength(1);
    await clear(anne);
  });
});

describe('the inbox of the practice', () => {
  test('writes to the patient whose identity is qualified, in the name of the doctor; the result stays to be answered, and a nurse writes to nobody', async () => {
    await bench.receive(addressed(reportOf(8, { results: [INR] }), BY_ANNE));
    const [line] = await lines(anne);
    const write = (user: User) => bench.call(user, 'POST', `/api/inbox/lines/${line!.lineId}/mail`, { words: 'Prise de sang lundi.' });
    expect((await write(rose)).status).toBe(403);
    expect((await write(anne)).status).toBe(204);
    const [ins] = JEANNE.ids;
    expect(bench.toPatients).toMatchObject([{ ins: ins!.extension, byName: anne.name, words: 'Prise de sang lundi.' }]);
    expect((await lines(anne)).map(({ lineId }) => lineId)).toContain(line!.lineId);
    await clear(anne);
    await clear(rose);
  });

  test('tells open pages at once that something came, and nothing of what it is', async () => {
    const stop = new AbortController();
    const { body, status } = await bench.follow(anne, stop.signal);
    expect(status).toBe(200);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await bench.receive(addressed(reportOf(9), BY_ANNE));
    expect((await reader.read()).value).toBe('data: {}\n\n');
    stop.abort();
    expect((await bench.follow(zoe, AbortSignal.timeout(20_000))).status).toBe(403);
    await clear(anne);
  });

  test('sees normal reports together, and never one that is not', async () => {
    await bench.receive(addressed(reportOf(10, { results: [normal('4.10')] }), BY_ANNE));
    await bench.receive(addressed(reportOf(11), BY_ANNE));
    const lineIds = (await lines(anne)).map(({ lineId }) => lineId);
    expect((await bench.call(anne, 'POST', '/api/inbox/seen', { lineIds })).status).toBe(400);
    const only = (await lines(anne)).filter(({ severity }) => severity === 'normal').map(({ lineId }) => lineId);
    expect((await bench.call(anne, 'POST', '/api/inbox/seen', { lineIds: only })).status).toBe(204);
    expect((await lines(anne)).map(({ severity }) => severity)).toEqual(['abnormal']);
    await clear(anne);
  });

  test('delegates to a colleague, calls back, and lets a colleague by name cover an absence for its dates', async () => {
    await bench.receive(addressed(reportOf(12), BY_ANNE));
    const [line] = await lines(anne);
    await answer(anne, line!.lineId, { act: 'delegate', to: jules.id });
    expect(await lines(jules)).toMatchObject([{ through: 'delegated' }]);
    await answer(jules, line!.lineId, { act: 'call-back' });
    expect((await lines(anne))[0]).toMatchObject({ state: 'call-back', answeredBy: 'Dr Jules VIDAL-DEMO' });
    await clear(anne);
    // A critical one: neither a colleague who has not looked yet nor a patient still to be reached acknowledges it to the region; « j’accuse réception » does.
    await bench.receive(addressed(reportOf(118, { results: [{ ...POTASSIUM, interpretations: ['HH'] }] }), BY_ANNE));
    const [critical] = await lines(anne);
    const displayed = async () => (await bench.round(), bench.receipts.filter((raw) => raw.includes('; displayed')).length);
    const before = await displayed();
    for (const body of [{ act: 'delegate', to: jules.id }, { act: 'call-back' }]) {
      await answer(anne, critical!.lineId, body);
      expect(await displayed()).toBe(before);
    }
    await answer(anne, critical!.lineId, { act: 'seen' });
    expect(await displayed()).toBe(before + 1);
    const today = new Date().toISOString().slice(0, 10);
    await bench.call(anne, 'POST', '/api/inbox/absences', { coveredBy: jules.id, fromDay: today, toDay: '2099-01-01' });
    await bench.receive(addressed(reportOf(13), BY_ANNE));
    expect(await lines(jules)).toMatchObject([{ through: 'covered', holderName: 'Dr Anne LEFEVRE-DEMO' }]);
    const [absence] = (await inboxOf(anne)).absences;
    await bench.call(anne, 'DELETE', `/api/inbox/absences/${absence!.absenceId}`);
    expect(await lines(jules)).toEqual([]);
    await clear(anne);
  });

  test('tells the practice what is abnormal and unread after three days, then the laboratory', async () => {
    await bench.receive(addressed(reportOf(14), BY_ANNE));
    const daysPass = (days: number) =>
      bench.database.db.query(
        '',
        `update exchange.inbox_line set next_at = next_at - make_interval(days => $1), came_at = came_at - make_interval(days => $1)
        where state = 'new'`,
        [days],
      );
    await daysPass(4);
    await bench.round();
    const [told] = await lines(jules);
    expect(told).toMatchObject({ through: 'told', level: 1 });
    expect([await lines(rose), (await answer(rose, told!.lineId, { act: 'seen' })).status]).toEqual([[], 404]);
    await daysPass(4);
    await bench.round();
    expect((await lines(anne))[0]!.steps.map(({ kind, other }) => [kind, other])).toEqual([
      ['escalated', 'practice'],
      ['escalated', 'laboratory'],
    ]);
    await clear(anne);
  });

  test('says what was prescribed and never came back, until it comes', async () => {
    const body = { patientId: await patientId('42'), words: 'TSH', prescribedOn: '2026-02-01' };
    await bench.call(anne, 'POST', '/api/inbox/expected', body);
    await bench.call(anne, 'POST', '/api/inbox/expected', { ...body, words: 'Zinc', dueOn: '2999-01-01' });
    expect((await bench.call(anne, 'POST', '/api/inbox/expected', { ...body, dueOn: '2026-01-31' })).status).toBe(400);
    const awaited = (await inboxOf(anne)).expected;
    expect(awaited).toMatchObject([
      { words: 'TSH', dueOn: '2026-02-08', isLate: true, patient: { name: 'ESSAI-DURAND JEANNE' } },
      { words: 'Zinc', isLate: false },
    ]);
    await bench.call(anne, 'DELETE', `/api/inbox/expected/${awaited[1]!.expectedId}`);
    await bench.receive(addressed(reportOf(15, { results: [quantity('3016-3', 'TSH', '2.10', 'm[IU]/L')] }), BY_ANNE));
    expect((await inboxOf(anne)).expected).toEqual([]);
    await clear(anne);
  });

  test('keeps apart the copies that one did not prescribe; nurse and pharmacist get their own values and no other', async () => {
    await bench.receive(addressed(reportOf(16, { results: [POTASSIUM, INR, EGFR] }), { prescriber: jules, copies: [anne] }));
    expect((await lines(jules))[0]).toMatchObject({ why: 'prescriber' });
    expect((await lines(anne))[0]).toMatchObject({ why: 'copy' });
    // Doctors see what waits for one another; whose it is answers for it.
    const [theirs] = (await inboxOf(anne)).practice!;
    expect(theirs).toMatchObject({
      holderName: jules.name,
      why: 'prescriber',
      patient: { name: 'ESSAI-DURAND JEANNE', isQualified: true },
    });
    expect((await answer(anne, theirs!.lineId, { act: 'seen' })).status).toBeGreaterThanOrEqual(400);
    expect((await inboxOf(rose)).practice).toBeUndefined();
    for (const user of [rose, paul]) {
      expect(await lines(user)).toMatchObject([{ why: 'copy', results: 1, values: [{ text: expect.stringMatching(/\d/) }] }]);
      expect(JSON.stringify(await lines(user))).not.toContain('Potassium');
    }
    // Of a patient whom they do not treat, nothing.
    await bench.receive(addressed(reportOf(17, { patient: MARIE, results: [INR] }), BY_ANNE));
    expect(await lines(rose)).toHaveLength(1);
    // The nurse reads her copy: the laboratory is not told that the doctor did.
    const before = bench.receipts.length;
    await clear(rose);
    await bench.round();
    expect(bench.receipts.slice(before).join()).not.toContain('displayed');
    // Values that they had read and that are corrected reach each of them by name, theirs alone, old and new side by side.
    await clear(paul);
    const later = [quantity('34714-6', 'INR', '3.10', '{INR}'), quantity('62238-1', 'DFG estimé', '48', 'mL/min/{1.73_m2}')];
    const correction = reportOf(18, { set: 16, version: 2, replaces: [16], results: [POTASSIUM, ...later] });
    await bench.receive(addressed(correction, { prescriber: jules, copies: [anne] }));
    expect(await lines(rose)).toMatchObject([{ severity: 'corrected', values: [{ text: '3,10', former: { text: '2,40' } }] }]);
    expect(await lines(paul)).toMatchObject([{ severity: 'corrected', values: [{ text: '48', former: { text: '58' } }] }]);
    for (const user of [anne, jules, rose, paul]) await clear(user);
  });
});

describe('triage', () => {
  const waits = async (user: User = anne) => (await bench.call<Triage>(user, 'GET', '/api/triage')).json.items;

  test('shows the traits side by side with those whom it may be; a person files, unfiles, files again, and all of it stays', async () => {
    const doubtful = { ...JEANNE, ids: [], firstBirthGiven: 'JEANNETTE' };
    await bench.receive(addressed(reportOf(30, { patient: doubtful }), BY_ANNE));
    const [item] = await waits();
    expect(item).toMatchObject({
      why: 'no-ins',
      printed: { firstBirthGiven: 'JEANNETTE' },
      candidates: [{ number: '42', likeness: { birthFamily: 'same' } }],
    });
    expect(await lines(anne)).toEqual([]);
    const path = (act: string) => `/api/triage/${item!.documentId}/${act}`;
    const reason = 'pièce d’identité revue';
    await bench.call(zoe, 'POST', path('file'), { number: '43', reason });
    await bench.round();
    expect((await recordOf(anne, '43')).json.documents.map(({ documentId }) => documentId)).toContain(item!.documentId);
    expect(await lines(anne)).toHaveLength(1);
    await bench.call(zoe, 'POST', path('unfile'), { reason: 'erreur de dossier' });
    await bench.round();
    expect((await recordOf(anne, '43')).json.documents.map(({ documentId }) => documentId)).not.toContain(item!.documentId);
    expect(await lines(anne)).toEqual([]);
    expect((await waits())[0]!.steps.map(({ kind, by, patient }) => [kind, by, patient])).toEqual([
      ['triage', 'connector', undefined],
      ['filed', zoe.name, '43'],
      ['unfiled', zoe.name, '43'],
    ]);
    await bench.call(anne, 'POST', path('file'), { number: '42', reason });
    await bench.round();
    expect((await recordOf(anne)).json.documents.map(({ documentId }) => documentId)).toContain(item!.documentId);
    expect(await lines(anne)).toMatchObject([{ patient: { name: 'ESSAI-DURAND JEANNE' } }]);
    await clear(anne);
  });

  test('refuses what is of nobody of the practice, and its sender is told', async () => {
    await bench.receive(
      addressed(
        reportOf(31, { patient: { ...JEANNE, ids: [], birthFamily: 'AILLEURS', usedFamily: 'AILLEURS', birthDate: '19400101' } }),
        BY_ANNE,
      ),
    );
    const [item] = await waits();
    expect(item!.candidates).toEqual([]);
    await bench.call(anne, 'POST', `/api/triage/${item!.documentId}/refuse`, { reason: 'inconnue du cabinet' });
    await bench.round();
    expect(await waits()).toEqual([]);
    expect(bench.receipts.at(-1)).toContain('Error: 902');
  });
});

describe('inside the practice', () => {
  test('the secretary sees identities and titles, no result; the nurse opens the patients whom she treats and no other', async () => {
    const seen = await recordOf(zoe);
    expect(seen.json.rows).toBeUndefined();
    expect(seen.json.documents.length).toBeGreaterThan(0);
    expect((await bench.call(zoe, 'GET', '/api/inbox')).status).toBe(403);
    expect((await bench.call(zoe, 'GET', `/api/documents/${seen.json.documents[0]!.documentId}/pdf`)).status).toBe(403);
    expect((await recordOf(rose)).status).toBe(200);
    expect((await recordOf(rose, '43')).status).toBe(403);
    expect((await bench.call(rose, 'GET', '/api/triage')).status).toBe(403);
  });

  test('nobody passes without signing in, and each look leaves one event, refused ones too', async () => {
    const id = await patientId('43');
    const paths = [
      '/api/patients',
      `/api/patients/${id}`,
      '/api/inbox',
      '/api/triage',
      `/api/documents/${id}/pdf`,
      `/api/triage/${id}/pdf`,
    ];
    const events = async () =>
      (await bench.database.db.query<{ act: string }>('', 'select act from lgc.event order by event_id')).map(({ act }) => act);
    for (const path of paths) {
      expect([path, (await bench.call(undefined, 'GET', path)).status]).toEqual([path, 401]);
      const before = (await events()).length;
      const { status } = await bench.call(rose, 'GET', path);
      expect([path, (await events()).length - before]).toEqual([path, status === 404 ? 0 : 1]);
    }
    expect(await events()).toContain('record.read:refused');
    for (const path of ['/fhir/Patient', '/fhir/Task?status=completed&_lastUpdated=ge2026-01-01'])
      expect((await bench.call(anne, 'GET', path)).status).toBe(401);
  });
});
