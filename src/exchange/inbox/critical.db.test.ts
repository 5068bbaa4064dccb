import { describe, expect, test } from 'vitest';
import type { Trace } from '../contract.ts';
import { COLLEAGUE, PRESCRIBER } from '../../../test/support/exchange.ts';
import { biologist, CRITICAL, HIGH, inboxBench, NORMAL, partner, type Who } from '../../../test/support/inbox.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { OTHER_LABORATORY } from '../../../test/support/reports.ts';

const { bench, call, linesOf, only, answer, unacknowledged, arrive, minutesLater, patientOfTests, read } = inboxBench();

describe('a critical result', () => {
  test('is told at once to the open page of whom it was addressed to, of their practice and of its laboratory, without a word of it', async () => {
    const server = bench.server.app;
    const news = async (who: Who, url = '/api/inbox/events') => {
      const { cookie } = await bench.server.as(who);
      const heard: string[] = [];
      const stop = new AbortController();
      const answer = await fetch(`${bench.server.url}${url}`, { headers: { cookie: cookie! }, signal: stop.signal });
      expect(answer.status).toBe(200);
      const reading = (async () => {
        for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) heard.push(chunk);
      })().catch(() => {});
      return { text: () => heard.join(''), stop: async () => (stop.abort(), reading) };
    };
    expect(server.server.listening).toBe(true);
    const pages = [
      await news(PEOPLE.gp),
      await news(partner),
      await news(biologist, '/api/inbox/unacknowledged/events'),
      await news(PEOPLE.specialist),
    ];
    await arrive(80, { prescribers: [PRESCRIBER] }, { results: NORMAL });
    await arrive(81, { prescribers: [PRESCRIBER] }, { results: CRITICAL });
    const told = 'data: {"kind":"inbox-changed"}';
    await expect.poll(() => pages.slice(0, 3).map(({ text }) => text().split(told).length - 1)).toEqual([1, 1, 1]);
    expect(pages[3]!.text()).not.toContain('data:');
    for (const page of pages) await page.stop();
  });

  test('that nobody acknowledges is told to the practice, then to the regulation centre, each at its time', async () => {
    await arrive(40, { prescribers: [PRESCRIBER] }, { results: CRITICAL });
    expect((await only(PEOPLE.gp)).ladder!.map(({ to }) => to)).toEqual(['practice', 'regulation']);
    expect(await minutesLater(29)).toBe(0);
    expect(await linesOf(partner)).toEqual([]);
    expect(await minutesLater(31)).toBe(1);
    expect(await only(partner)).toMatchObject({
      through: 'told',
      holderName: 'Dr Anne LEFEVRE-DEMO',
      steps: [{ kind: 'escalated', other: 'practice' }],
      ladder: [{ to: 'regulation' }],
    });
    // A nurse of the same place has no word of it, and cannot acknowledge it for a doctor.
    const nurse = { ...PEOPLE.nurse, organisation: partner.organisation! };
    expect(await linesOf(nurse)).toEqual([]);
    expect(await linesOf(PEOPLE.regulator)).toEqual([]);
    expect(await minutesLater(61)).toBe(1);
    const line = await only(PEOPLE.regulator);
    await answer(PEOPLE.regulator, line, { act: 'seen' });
    expect(await linesOf(PEOPLE.gp)).toEqual([]);
    // Its laboratory follows it: who was told when, and who acknowledged.
    const trace = await call(biologist, 'GET', `/api/exchange/trace?id=${line.documentId}`);
    const [answers] = trace.json<Trace>().answers!;
    expect(answers).toMatchObject({ name: 'Dr Anne LEFEVRE-DEMO', severity: 'critical', state: 'seen' });
    // The clock of the delays is moved on, that of the answer is not.
    expect(answers!.steps.map(({ kind, by, other = by }) => `${kind} ${other}`).toSorted()).toEqual([
      'escalated practice',
      'escalated regulation',
      `seen ${PEOPLE.regulator.name}`,
    ]);
    expect(await minutesLater(600)).toBe(0);
  });

  test('that was delegated to a colleague who does not look either, or that was opened again, is told further all the same', async () => {
    await arrive(44, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }, { results: CRITICAL });
    await answer(PEOPLE.gp, await only(PEOPLE.gp), { act: 'delegate', to: partner.id });
    // The copy that its other reader did not look at asks nothing more of the laboratory.
    expect(await unacknowledged(biologist)).toMatchObject([{ state: 'delegated', prescriber: 'Dr Anne LEFEVRE-DEMO' }]);
    await minutesLater(31);
    expect(await minutesLater(61)).toBe(1);
    const line = await only(PEOPLE.regulator);
    await answer(PEOPLE.regulator, line, { act: 'seen' });
    expect(await unacknowledged(biologist)).toEqual([]);
    await answer(PEOPLE.gp, line, { act: 'reopen' });
    expect(await linesOf(PEOPLE.regulator)).toHaveLength(1);
    await answer(PEOPLE.gp, line, { act: 'seen' });
    expect(await minutesLater(600)).toBe(0);
  });

  test('to call back about is not acknowledged: the next are told, its laboratory still sees it, until somebody acknowledges', async () => {
    await arrive(47, { prescribers: [PRESCRIBER] }, { results: CRITICAL });
    await answer(PEOPLE.gp, await only(PEOPLE.gp), { act: 'call-back' });
    expect(await only(PEOPLE.gp)).toMatchObject({ state: 'call-back', ladder: [{ to: 'practice' }, { to: 'regulation' }] });
    expect(await unacknowledged(biologist)).toMatchObject([
      { state: 'call-back', steps: [{ kind: 'call-back' }], phones: [{ place: 'Cabinet ESSAI', phone: '0261910001' }] },
    ]);
    expect(await minutesLater(31)).toBe(1);
    expect(await only(partner)).toMatchObject({ through: 'told', state: 'call-back' });
    await answer(PEOPLE.gp, await only(PEOPLE.gp), { act: 'seen' });
    expect([await linesOf(partner), await unacknowledged(biologist), await minutesLater(600)]).toEqual([[], [], 0]);
  });

  test('that corrects what somebody else had read is theirs to see, and for whom it was addressed to alone to answer for', async () => {
    await arrive(45, { prescribers: [PRESCRIBER] }, { set: 45, results: HIGH });
    await read(PEOPLE.specialist);
    await arrive(46, { prescribers: [PRESCRIBER] }, { set: 45, version: 2, replaces: [45], results: CRITICAL });
    expect(await only(PEOPLE.specialist)).toMatchObject({
      severity: 'corrected',
      why: 'reader',
      values: [{ text: '6,90', isCritical: true }],
    });
    expect(await unacknowledged(biologist)).toMatchObject([{ severity: 'critical', prescriber: 'Dr Anne LEFEVRE-DEMO' }]);
    expect(await minutesLater(61)).toBe(1);
    for (const who of [PEOPLE.gp, PEOPLE.specialist]) await answer(who, await only(who), { act: 'seen' });
  });

  test('that the patient hid meanwhile is told to the practice without a word of it, and is not mailed; the prescriber still has it', async () => {
    const shownOrHidden = async (documentId: string, act: 'hide' | 'show') => {
      const patientId = await patientOfTests();
      const url = `/api/patients/${patientId}/documents/${documentId}/visibility`;
      expect((await call({ ...PEOPLE.patient, patientId }, 'POST', url, { act, mask: 'MASQUE_PS' })).statusCode).toBe(204);
    };
    const documentId = await arrive(43, { prescribers: [PRESCRIBER] }, { results: CRITICAL });
    await shownOrHidden(documentId, 'hide');
    const sent = (await bench.deliveries()).length;
    expect(await minutesLater(31)).toBe(1);
    const told = await only(partner);
    expect(told).toMatchObject({ through: 'told', severity: 'critical', title: '', results: 0, outside: 0, values: [], isProtected: true });
    expect(JSON.stringify(told)).not.toMatch(/otassium|6,90/);
    expect((await only(PEOPLE.gp)).values).toMatchObject([{ text: '6,90' }]);
    expect(await bench.deliveries()).toHaveLength(sent);
    await shownOrHidden(documentId, 'show');
    expect((await only(partner)).values).toMatchObject([{ text: '6,90' }]);
  });

  test('is in the list of its laboratory until it is acknowledged; a call keeps by whom, to whom, when, and the reading back acknowledges', async () => {
    await arrive(41, { prescribers: [PRESCRIBER] }, { results: CRITICAL });
    await arrive(42, { prescribers: [PRESCRIBER] }, { results: HIGH });
    const [line, ...others] = await unacknowledged(biologist);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ severity: 'critical', prescriber: 'Dr Anne LEFEVRE-DEMO' });
    expect(await unacknowledged({ ...biologist, organisation: OTHER_LABORATORY })).toEqual([]);
    expect((await call(PEOPLE.gp, 'GET', '/api/inbox/unacknowledged')).statusCode).toBe(403);
    const called = (isReadBack: boolean) =>
      call(biologist, 'POST', `/api/inbox/lines/${line!.lineId}/calls`, {
        to: 'Dr Anne LEFEVRE-DEMO, au cabinet',
        calledAt: new Date().toISOString(),
        isReadBack,
      });
    expect((await called(false)).statusCode).toBe(204);
    expect(await unacknowledged(biologist)).toMatchObject([
      { steps: [{ kind: 'called', by: 'Dr Iris TUBE-DEMO', other: 'Dr Anne LEFEVRE-DEMO, au cabinet', words: 'not-read-back' }] },
    ]);
    await called(true);
    expect(await unacknowledged(biologist)).toEqual([]);
    expect(await minutesLater(600)).toBe(0);
  });
});

test('what is outside of its interval and that nobody looked at goes to the practice after days, then its laboratory is told', async () => {
  await arrive(50, { prescribers: [PRESCRIBER] }, { results: HIGH });
  const day = 24 * 60;
  expect(await minutesLater(3 * day + 1)).toBe(1);
  expect((await only(partner)).through).toBe('told');
  expect(await unacknowledged(biologist)).toEqual([]);
  expect(await minutesLater(7 * day + 1)).toBe(1);
  expect(await unacknowledged(biologist)).toMatchObject([{ severity: 'abnormal', level: 2 }]);
});
