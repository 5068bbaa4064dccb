import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { COLLEAGUE, PATIENT_DOMAIN, PRESCRIBER, reportFor } from '../../../test/support/exchange.ts';
import { typedLetter } from '../../../test/support/discharge-letter.ts';
import { HOSPITAL, letterOf } from '../../../test/support/letters.ts';
import { biologist, CRITICAL, HIGH, inboxBench, NORMAL, partner, potassium, type Who } from '../../../test/support/inbox.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY, POTASSIUM, quantity } from '../../../test/support/reports.ts';
import { registerLinks } from '../../access/index.ts';
import type { OpenedPatient } from '../../identity/contract.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';
import { pdfOf, writeClinicalDocument } from '../../formats/index.ts';
import { noticesDue } from '../notices.ts';
import { firstSent } from '../store-queue.ts';
import { noteEvents } from '../worker.ts';
import type { InboxLine } from './contract.ts';

const { bench, call, inboxOf, linesOf, only, answer, arrive, patientOfTests, read } = inboxBench();

describe('what a prescriber has to look at', () => {
  test('is sorted by severity: critical by the region’s table, outside of the interval, normal only when every result is', async () => {
    await arrive(10, { prescribers: [PRESCRIBER] }, { results: NORMAL });
    await arrive(11, { prescribers: [PRESCRIBER] }, { results: HIGH });
    await arrive(12, { prescribers: [PRESCRIBER] }, { results: CRITICAL });
    await arrive(13, { prescribers: [PRESCRIBER] }, { results: [...NORMAL, quantity('2951-2', 'Sodium', '140', 'mmol/L')] });
    const lines = await linesOf(PEOPLE.gp);
    expect(lines.map(({ severity }) => severity)).toEqual(['critical', 'unjudged', 'abnormal', 'normal']);
    expect(lines[0]).toMatchObject({
      patient: { name: 'ESSAI-DURAND JEANNE' },
      why: 'prescriber',
      values: [{ label: 'Potassium', text: '6,90', unit: 'mmol/L', flag: 'H', isCritical: true }],
    });
  });

  test('is theirs alone; what they did not prescribe is apart; who has no address gets it all the same', async () => {
    await arrive(14, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }, { results: HIGH });
    expect((await only(PEOPLE.specialist)).why).toBe('copy');
    expect(await linesOf(PEOPLE.nurse)).toEqual([]);
    expect((await call(PEOPLE.patient, 'GET', '/api/inbox')).statusCode).toBe(403);
    expect((await answer(PEOPLE.nurse, await only(PEOPLE.gp), { act: 'seen' })).statusCode).toBe(404);
  });

  test('seen, leaves the list, keeps its trace, and its laboratory reads that it was read', async () => {
    const documentId = await arrive(15, { prescribers: [PRESCRIBER] }, { results: HIGH });
    await bench.deliverAll();
    expect((await answer(PEOPLE.gp, await only(PEOPLE.gp), { act: 'seen' })).statusCode).toBe(204);
    expect(await linesOf(PEOPLE.gp)).toEqual([]);
    expect(await bench.deliveries()).toMatchObject([{ state: 'read' }]);
    const trace = await call(biologist, 'GET', `/api/exchange/trace?id=${documentId}`);
    expect(trace.body).toContain('Dr Anne LEFEVRE-DEMO');
  });

  test('to call back stays until it is seen; delegated, it is in the colleague’s list by name', async () => {
    await arrive(16, { prescribers: [PRESCRIBER] }, { results: HIGH });
    const line = await only(PEOPLE.gp);
    await answer(PEOPLE.gp, line, { act: 'call-back', words: 'lundi' });
    expect(await only(PEOPLE.gp)).toMatchObject({ state: 'call-back', steps: [{ kind: 'call-back', words: 'lundi' }] });
    expect((await answer(PEOPLE.gp, line, { act: 'delegate', to: `rpps:${COLLEAGUE.rpps}` })).statusCode).toBe(400);
    await answer(PEOPLE.gp, line, { act: 'delegate', to: partner.id });
    expect(await only(partner)).toMatchObject({ through: 'delegated', delegateName: 'Jules BLANC-DEMO' });
    await answer(partner, line, { act: 'seen' });
    expect(await linesOf(PEOPLE.gp)).toEqual([]);
  });

  test('is seen together only when all of it is normal', async () => {
    await arrive(17, { prescribers: [PRESCRIBER] }, { results: NORMAL });
    await arrive(18, { prescribers: [PRESCRIBER] }, { results: HIGH });
    const lines = await linesOf(PEOPLE.gp);
    const together = (some: InboxLine[]) => call(PEOPLE.gp, 'POST', '/api/inbox/seen', { lineIds: some.map(({ lineId }) => lineId) });
    expect((await together(lines)).statusCode).toBe(400);
    expect(await linesOf(PEOPLE.gp)).toHaveLength(2);
    expect((await together(lines.filter(({ severity }) => severity === 'normal'))).statusCode).toBe(204);
    expect((await only(PEOPLE.gp)).severity).toBe('abnormal');
  });

  test('is covered by a named colleague from one day to another, and not after', async () => {
    await arrive(19, { prescribers: [PRESCRIBER] }, { results: HIGH });
    const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const body = { coveredBy: partner.id, fromDay: dayIn(0), toDay: dayIn(3) };
    expect((await call(PEOPLE.gp, 'POST', '/api/inbox/absences', { ...body, toDay: dayIn(-9), fromDay: dayIn(-9) })).statusCode).toBe(400);
    expect(await linesOf(partner)).toEqual([]);
    expect((await call(PEOPLE.gp, 'POST', '/api/inbox/absences', body)).statusCode).toBe(204);
    expect(await only(partner)).toMatchObject({ through: 'covered', holderName: 'Dr Anne LEFEVRE-DEMO' });
    const [absence] = (await inboxOf(PEOPLE.gp)).absences;
    expect((await call(partner, 'DELETE', `/api/inbox/absences/${absence!.absenceId}`)).statusCode).toBe(404);
    await call(PEOPLE.gp, 'DELETE', `/api/inbox/absences/${absence!.absenceId}`);
    expect(await linesOf(partner)).toEqual([]);
  });

  test('prescribed and never come back is listed until a report with it comes', async () => {
    const patientId = await patientOfTests();
    const expected = { patientId, words: 'Sodium', prescribedOn: '2026-10-31' };
    expect((await call(partner, 'POST', '/api/inbox/expected', expected)).statusCode).toBe(403);
    await call(PEOPLE.gp, 'POST', '/api/inbox/expected', expected);
    await arrive(20, { prescribers: [PRESCRIBER] }, { results: NORMAL });
    expect((await inboxOf(PEOPLE.gp)).expected).toMatchObject([{ words: 'Sodium', prescribedOn: '2026-10-31' }]);
    await arrive(21, { prescribers: [PRESCRIBER] }, { results: [quantity('2951-2', 'Sodium', '140', 'mmol/L')] });
    expect((await inboxOf(PEOPLE.gp)).expected).toEqual([]);
  });
});

describe('a value corrected after it was read', () => {
  test('reaches by name each who read it, old and new side by side, and nobody who did not', async () => {
    await arrive(30, { prescribers: [PRESCRIBER] }, { set: 30, results: [potassium('5.60', 'H')] });
    await read(PEOPLE.specialist);
    await arrive(31, { prescribers: [PRESCRIBER] }, { set: 30, version: 2, replaces: [30], results: [potassium('4.60', 'N')] });
    const corrected = { label: 'Potassium', text: '4,60', former: { text: '5,60', unit: 'mmol/L' } };
    expect(await only(PEOPLE.specialist)).toMatchObject({
      severity: 'corrected',
      why: 'reader',
      holderName: 'Dr Karim BENALI-DEMO',
      values: [corrected],
    });
    // The prescriber had not opened it: nothing that they know is wrong.
    expect(await only(PEOPLE.gp)).toMatchObject({ severity: 'normal', values: [] });
    await answer(PEOPLE.specialist, await only(PEOPLE.specialist), { act: 'seen' });
    expect(await linesOf(PEOPLE.specialist)).toEqual([]);
  });

  test('reaches the nurse, the pharmacist and the biologist of another laboratory who read it, and the patient: in their record until they saw it, and by a mail that says no value', async () => {
    await arrive(36, { prescribers: [PRESCRIBER] }, { set: 36, results: [potassium('5.60', 'H')] });
    const patientId = await patientOfTests();
    const elsewhere: Who = { ...PEOPLE.biologist, id: 'rpps:899700000054', name: 'Dr Odile CHARTIER-DEMO', organisation: OTHER_LABORATORY };
    const readers = [PEOPLE.nurse, PEOPLE.pharmacist, elsewhere];
    const since = new Date(Date.now() - 60_000);
    const links = readers.map(({ id }) => ({ patientId, holder: { person: id }, kind: 'care-team' as const, since }));
    await registerLinks(bench.db, links, 'test');
    const patient: Who = { ...PEOPLE.patient, id: `patient:${patientId}`, patientId };
    const opened = async (who: Who) => (await call(who, 'GET', `/api/patients/${patientId}`)).json<OpenedPatient>().corrections ?? [];
    for (const who of readers) expect((await read(who)).statusCode).toBe(200);
    expect((await read(patient)).statusCode).toBe(200);
    expect(await opened(patient)).toEqual([]);
    await arrive(37, { prescribers: [PRESCRIBER] }, { set: 36, version: 2, replaces: [36], results: [potassium('4.60', 'N')] });
    const corrected = { label: 'Potassium', text: '4,60', former: { text: '5,60', unit: 'mmol/L' } };
    for (const who of readers) expect(await only(who)).toMatchObject({ severity: 'corrected', why: 'reader', values: [corrected] });
    const told = await opened(patient);
    expect(told).toMatchObject([{ laboratory: LABORATORY.name, values: [corrected] }]);
    expect(await opened(PEOPLE.nurse)).toEqual([]);

    await bench.db.query('', `update identity.patient set status = 'qualified' where patient_id = $1`, [patientId]);
    bench.post.mails.length = 0;
    await noticesDue(bench.deps({ patientDomain: PATIENT_DOMAIN }), new Date());
    const [mail] = bench.post.mails.filter(({ to }) => to.endsWith(PATIENT_DOMAIN));
    expect(mail!.email.subject).toBe('Un résultat que vous avez lu a été corrigé');
    expect(mail!.email.text).not.toMatch(/Potassium|4,60|5,60/);

    const seen = (who: Who) =>
      call(who, 'POST', `/api/patients/${patientId}/corrections/seen`, { documentIds: told.map(({ documentId }) => documentId) });
    expect((await seen(PEOPLE.nurse)).statusCode).toBe(403);
    expect((await seen(patient)).statusCode).toBe(204);
    expect(await opened(patient)).toEqual([]);
  });

  test('and corrected again before anyone looked, is told from what had been read', async () => {
    await arrive(32, { prescribers: [PRESCRIBER] }, { set: 32, results: [potassium('5.60', 'H')] });
    await answer(PEOPLE.gp, await only(PEOPLE.gp), { act: 'seen' });
    await arrive(33, { prescribers: [PRESCRIBER] }, { set: 32, version: 2, replaces: [32], results: [potassium('4.60', 'N')] });
    await arrive(34, { prescribers: [PRESCRIBER] }, { set: 32, version: 3, replaces: [33], results: [potassium('4.70', 'N')] });
    const [value] = (await only(PEOPLE.gp)).values;
    expect(value).toMatchObject({ text: '4,70', former: { text: '5,60' } });
  });

  test('a report that leaves the record because its patient was wrong is told to each who read it, without its values', async () => {
    const documentId = await arrive(35, { prescribers: [PRESCRIBER] }, { results: HIGH });
    await read(PEOPLE.specialist);
    const event = {
      patientId: await patientOfTests(),
      eventId: documentId,
      documentId,
      structure: LABORATORY.finess,
      kind: 'report-withdrawn',
    };
    await noteEvents(bench.db, [event], new Date());
    await bench.routeAll();
    expect(await only(PEOPLE.specialist)).toMatchObject({ severity: 'withdrawn', values: [], laboratory: LABORATORY.name });
    expect(await linesOf(PEOPLE.gp)).toEqual([]);
  });
});

/** A letter of the hospital doctor for the prescriber, signed now. @returns its document */
async function signLetter(pending: { words: string; day: string }[]): Promise<string> {
  const hospitalDoctor: Who = { ...PEOPLE.specialist };
  const url = `/api/patients/${await patientOfTests()}/letters/${randomUUID()}`;
  const content = typedLetter([{ id: PEOPLE.gp.id, name: 'Dr Anne LEFEVRE-DEMO', as: 'treating-doctor' }], { pending });
  const headers = await bench.server.as(hospitalDoctor);
  expect((await bench.server.app.inject({ method: 'PUT', url, headers, payload: { content } })).statusCode).toBe(204);
  const signed = await call(hospitalDoctor, 'POST', `${url}/finish`);
  expect(signed.statusCode).toBe(201);
  await bench.server.relay.wake();
  await expect.poll(() => bench.count('dispatch', 'routed_at is null')).toBe(1);
  await bench.routeAll();
  await bench.deliverAll();
  return (signed.json() as { documentId: string }).documentId;
}

describe('a result that a discharge letter awaits', () => {
  const ferritin = [quantity('2276-4', 'Ferritine', '31', 'ug/L')];

  test('is told to those whom the letter is for, in their inbox and by a mail that answers the letter; once', async () => {
    const letterId = await signLetter([{ words: 'Ferritine', day: '' }]);
    expect(await only(PEOPLE.gp)).toMatchObject({ documentId: letterId, why: 'copy' });
    const [letter] = bench.post.mails.splice(0);
    expect(await firstSent(bench.db, [await patientOfTests()], [letterId])).toMatchObject([
      { documentId: letterId, sentAt: expect.any(Date) },
    ]);
    await arrive(60, {}, { results: ferritin });
    await bench.deliverAll();
    const lines = (await linesOf(PEOPLE.gp)).filter(({ documentId }) => documentId !== letterId);
    expect(lines).toMatchObject([{ why: 'copy', awaited: { letterId, words: ['Ferritine'] } }]);
    expect((await linesOf(PEOPLE.specialist)).map(({ awaited }) => awaited?.letterId)).toContain(letterId);
    const toPrescriber = bench.post.mails.find(({ to }) => to === 'anne@cabinet.mssante.example');
    expect(toPrescriber?.email).toMatchObject({ inReplyTo: letter!.email.messageId, text: expect.stringContaining('attendu à la sortie') });
    await arrive(61, {}, { results: ferritin });
    expect((await linesOf(PEOPLE.gp)).filter(({ awaited }) => awaited)).toHaveLength(1);
  });

  test('is not told of another result, nor of one sampled before the letter says', async () => {
    await signLetter([{ words: 'Ferritine', day: '2026-10-04' }]);
    await arrive(62, {}, { results: [quantity('2951-2', 'Sodium', '140', 'mmol/L')] });
    await arrive(63, {}, { results: ferritin });
    expect((await linesOf(PEOPLE.gp)).filter(({ awaited }) => awaited)).toEqual([]);
  });
});

test('what a laboratory announced and has not given yet is offered to the letter by its own words, and a report that only announces it again tells nobody', async () => {
  const { value: _, ...announced } = quantity('2276-4', 'Ferritine', '31', 'ug/L');
  const announce = async (n: number) => {
    const report = reportFor(n, {}, { results: [POTASSIUM, announced] });
    await bench.deposit({ ...report, events: report.events.map((event) => ({ ...event, status: 'active' })) });
    await bench.routeAll();
  };
  await announce(64);
  const desk = await call({ ...PEOPLE.specialist }, 'GET', `/api/patients/${await patientOfTests()}/letters`);
  const { toCome } = desk.json() as { toCome: { words: string; day: string }[] };
  expect(toCome).toEqual([{ words: 'Ferritine', day: '2026-03-02' }]);
  const letterId = await signLetter(toCome);
  await announce(65);
  expect((await linesOf(PEOPLE.gp)).filter(({ awaited }) => awaited)).toEqual([]);
  await arrive(66, {}, { results: [quantity('2276-4', 'Ferritine', '31', 'ug/L')] });
  expect((await linesOf(PEOPLE.gp)).filter(({ awaited }) => awaited?.letterId === letterId)).toHaveLength(1);
});

test('a letter received from a hospital, structured or as a PDF, goes to those whom it names, as one that is written here', async () => {
  const sender = { clientId: 'dpi-essai', name: 'DPI', structures: [HOSPITAL.finess], formats: ['cda'], state: 'production' as const };
  await registerStructures(bench.db, [{ ...HOSPITAL, kind: 'hospital' }]);
  await registerSenders(bench.db, [{ ...sender, secret: 'a-secret-of-the-tests-only', connectedSince: new Date() }], 'demo');
  const token = await bench.server.tokenOf('dpi-essai', 'a-secret-of-the-tests-only');
  const name = { family: 'LEFEVRE-DEMO', given: 'Anne', suffix: 'DR' };
  const recipients = [{ ids: [{ root: '1.2.250.1.71.4.2.1', extension: PRESCRIBER.rpps }], name }];
  const createdAt = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}060000+0000`;
  const pdf = Buffer.from((await pdfOf(letterOf(1), 'Europe/Paris')).bytes);
  for (const letter of [letterOf(71), letterOf(72, { pdf })]) {
    const answer = await bench.server.app.inject({
      method: 'POST',
      url: '/api/deposits',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
      payload: writeClinicalDocument({ ...letter, createdAt, recipients }),
    });
    expect(answer.statusCode).toBe(201);
  }
  await expect.poll(() => bench.count('dispatch', 'routed_at is null')).toBe(2);
  await bench.routeAll();
  await bench.deliverAll();
  expect((await linesOf(PEOPLE.gp)).map(({ title, why }) => [title, why])).toEqual([71, 72].map((n) => [letterOf(n).title, 'copy']));
  expect(bench.post.mails.map(({ to }) => to)).toEqual(['anne@cabinet.mssante.example', 'anne@cabinet.mssante.example']);
});
