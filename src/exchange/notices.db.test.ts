import { beforeEach, describe, expect, test } from 'vitest';
import { exchangeBench, HOUR, later, PATIENT_DOMAIN, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { noticesDue } from './notices.ts';

const bench = exchangeBench();
const DAY = 24 * HOUR;
const REASON = 'Patiente inconsciente après une chute';
let n = 500;
let patientId = '';
let documentId = '';

/** One report of Jeanne, whose treating doctor is the prescriber. */
beforeEach(async () => {
  documentId = await bench.deposit(reportFor((n += 1), { prescribers: [PRESCRIBER] }));
  const [row] = await bench.db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [
    documentId,
  ]);
  patientId = row!.id;
  await bench.db.query('', `update identity.patient set status = 'qualified'`);
  const link = { patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor' as const, since: new Date(0) };
  await registerLinks(bench.db, [link], 'test');
  // Of the emergencies of the tests before, the patient was told.
  await bench.db.query(
    '',
    `insert into access.emergency_told select patient_id, sequence, 'screen', now(), 'test' from access.audit_event
     where action = 'break-glass.declare' on conflict do nothing`,
  );
  bench.post.mails.length = 0;
});

const notices = (more: Parameters<typeof bench.deps>[0] = {}, at = new Date()) =>
  noticesDue(bench.deps({ patientDomain: PATIENT_DOMAIN, ...more }), at);
const ask = async (who: Principal, url: string, payload: object) =>
  bench.server.app.inject({ method: 'POST', url: `/api/patients/${patientId}${url}`, headers: await bench.server.as(who), payload });
const states = async () =>
  (await bench.db.query<{ state: string; reason: string | null }>('', 'select state, reason from exchange.notice')).map(
    ({ state }) => state,
  );
const eventsOf = async (action: string) =>
  bench.db.query<{ chain: string }>('', 'select chain from access.audit_event where action = $1', [action]);

describe('an emergency', () => {
  const declare = () => ask(PEOPLE.specialist, '/break-glass', { reason: REASON });

  test('is written to the mailbox of the patient once, with who, when and why and nothing of the record; they read that it was', async () => {
    await declare();
    await notices();
    await notices();
    const [mail, ...others] = bench.post.mails;
    expect(others).toEqual([]);
    expect(mail!.to).toMatch(new RegExp(`^\\d{15}@${PATIENT_DOMAIN}$`));
    expect(mail!.email.subject).toBe('Votre dossier a été ouvert en urgence');
    expect(mail!.email.text).toContain(PEOPLE.specialist.name);
    expect(mail!.email.text).toContain(REASON);
    expect(mail!.email.text).not.toMatch(/potassium|mmol/i);
    expect(mail!.email.attachments).toEqual([]);
    expect(await eventsOf('emergency.mail')).toEqual([{ chain: patientId }]);
  });

  test('of a patient without a mailbox, or whose operator refuses it, is left to the letter', async () => {
    await bench.db.query('', `update identity.patient set status = 'validated'`);
    await declare();
    await notices();
    expect([bench.post.mails, await states()]).toEqual([[], ['dropped']]);
    await bench.db.query('', `update identity.patient set status = 'qualified'`);
    bench.post.answer.rcpt = () => ({ code: 550, text: '5.1.1 no such mailbox' });
    await declare();
    await notices();
    expect((await states()).toSorted()).toEqual(['dropped', 'refused']);
  });

  test('that meets an operator who says later is written again later', async () => {
    bench.post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
    await declare();
    await notices();
    expect(await states()).toEqual(['waiting']);
    bench.post.answer.rcpt = () => undefined;
    await notices();
    expect(bench.post.mails).toEqual([]);
    await notices({}, later(HOUR)());
    expect([bench.post.mails.length, await states()]).toEqual([1, ['sent']]);
  });
});

describe('what a doctor hid from a patient until telling them', () => {
  test('is recalled to their mailbox the day before and once it is late, naming neither the patient nor the document, until they are told', async () => {
    const dueAt = new Date(Date.now() + 3 * DAY).toISOString();
    const hide = { act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt };
    expect((await ask(PEOPLE.gp, `/documents/${documentId}/visibility`, hide)).statusCode).toBe(204);
    await notices();
    expect(bench.post.mails).toEqual([]);
    for (let again = 0; again < 2; again += 1) await notices({}, later(2.5 * DAY)());
    for (let again = 0; again < 2; again += 1) await notices({}, later(3.5 * DAY)());
    expect(bench.post.mails.map(({ to, email }) => [to, email.subject])).toEqual([
      [PRESCRIBER.mailboxes[0], expect.stringMatching(/^Un document à annoncer à un patient avant le /)],
      [PRESCRIBER.mailboxes[0], 'En retard : un document à annoncer à un patient'],
    ]);
    for (const { raw } of bench.post.mails) expect(raw.toString()).not.toMatch(/ESSAI-DURAND|JEANNE|biologi/i);
    const told = await eventsOf('announcement.remind');
    expect(told).toHaveLength(2);
    expect(told.some(({ chain }) => chain === patientId)).toBe(false);
    await ask(PEOPLE.gp, `/documents/${documentId}/visibility`, { act: 'show', mask: 'INVISIBLE_PATIENT' });
    await notices({}, later(9 * DAY)());
    expect(bench.post.mails).toHaveLength(2);
  });
});
