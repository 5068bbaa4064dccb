import { createHash } from 'node:crypto';
import { emergenciesUntold, emergencyOf, emergencyWords, noteDeed, noteEmergencyMail } from '#access';
import { patientById, permits, personOf } from '#identity';
import { backoffMs, type Db, type Sql } from '#kernel';
import { announcementsDue, type DueAnnouncement } from '#record';
import type { MailRelay } from '#transports';
import type { AddressDeps } from './facts.ts';
import { findAddress } from './find-address.ts';
import { CORRECTED } from './inbox/own-corrections.ts';
import { correctedWords, type NoticeWords, reminderWords, writeNotice } from './notice-mail.ts';
import { type Notice, type NoticeRow, settleNotice, takeNotice, writeNotices } from './store-notices.ts';

export interface NoticeDeps extends AddressDeps {
  db: Db;
  relay: Pick<MailRelay, 'send'>;
  from: string;
  nil?: string | undefined;
  /** IANA zone of the region. */
  zone: string;
}

/** An emergency that nobody could write of for so long is told by a letter. */
const PATIENCE_MS = 30 * 86_400_000;
/** Notices on their way at once: each holds a connection while the operator answers. */
const LANES = 3;
const CIGOGNE = { id: 'system:notices', name: 'Cigogne' };

/**
 * Writes to those who have to know and perhaps do not look: patients whose record was opened in an emergency, when they have a mailbox; and
 * whoever hid something from a patient until telling them, the day before and once it is late. Nothing of a document is in these mails.
 * @returns how many were settled
 */
export async function noticesDue(deps: NoticeDeps, now: Date): Promise<number> {
  await deps.db.transaction(async (tx) => writeNotices(tx, await noticesOf(tx, deps, now), now));
  const settled = await Promise.all(Array.from({ length: LANES }, () => sendAll(deps, now)));
  return settled.reduce((sum, each) => sum + each, 0);
}

/** One after the other of those that nobody else is sending, until none is due. */
async function sendAll(deps: NoticeDeps, now: Date): Promise<number> {
  let settled = 0;
  while (await deps.db.transaction((tx) => sendNext(tx, deps, now))) settled += 1;
  return settled;
}

async function noticesOf(tx: Sql, { patientDomain }: NoticeDeps, now: Date): Promise<Notice[]> {
  const emergencies = patientDomain === undefined ? [] : await emergenciesUntold(tx, new Date(now.getTime() - PATIENCE_MS), now);
  return [
    ...emergencies.map(({ patientId, sequence }) => ({ patientId, noticeId: `emergency:${sequence}`, recipient: 'patient' })),
    ...(await announcementsDue(tx, now)).map((due) => ({ patientId: due.patientId, noticeId: idOf(due), recipient: recipientOf(due) })),
  ];
}

const idOf = ({ documentId, dueAt, state }: DueAnnouncement) => `to-tell:${documentId}:${dueAt}:${state}`;
/** Of what a system hid, those who tell patients in its structure answer. */
const recipientOf = ({ owner, finess }: DueAnnouncement) => (owner.startsWith('rpps:') ? owner : `finess:${finess}`);

/** Where a mail goes and what it says; the reason when there is nothing to send. */
type Mail = { to: string; words: NoticeWords; done: (now: Date) => Promise<void> } | string;

async function sendNext(tx: Sql, deps: NoticeDeps, now: Date): Promise<boolean> {
  const notice = await takeNotice(tx, now);
  if (!notice) return false;
  const mail = await mailOf(tx, deps, notice, now);
  if (typeof mail === 'string') {
    await settleNotice(tx, notice, { state: 'dropped', reason: mail, now });
    return true;
  }
  const { from, nil, relay } = deps;
  const key = `${notice.patientId} ${notice.noticeId}`;
  const raw = await writeNotice(mail.words, { from, to: mail.to, key, date: now, nil, isToPatient: notice.recipient === 'patient' });
  const outcome = await relay.send({
    from,
    to: mail.to,
    raw,
    envelopeId: `notice-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`,
  });
  if (outcome.kind === 'later') {
    const nextAt = new Date(now.getTime() + Math.max(60_000, backoffMs(notice.tries + 1, Math.random())));
    await settleNotice(tx, notice, { state: 'waiting', reason: outcome.code, nextAt });
    return true;
  }
  if (outcome.kind === 'accepted') await mail.done(now);
  await settleNotice(tx, notice, outcome.kind === 'accepted' ? { state: 'sent', now } : { state: 'refused', reason: outcome.code, now });
  return true;
}

function mailOf(tx: Sql, deps: NoticeDeps, notice: NoticeRow, now: Date): Promise<Mail> {
  if (notice.recipient !== 'patient') return reminderMail(tx, deps, notice, now);
  return notice.noticeId.startsWith(CORRECTED) ? correctedMail(tx, deps, notice) : emergencyMail(tx, deps, notice);
}

/** That a value which they had read was corrected: which one is in their record. */
async function correctedMail(tx: Sql, { patientDomain }: NoticeDeps, { patientId, noticeId }: NoticeRow): Promise<Mail> {
  if (patientDomain === undefined) return 'nobody-to-tell';
  const { patientId: survivor } = await personOf(tx, patientId);
  const patient = await patientById(tx, survivor);
  if (!patient || patient.deceasedOn !== undefined) return 'nobody-to-tell';
  if (!patient.ins || !permits(patient, 'patient-mail')) return 'patient.unqualified';
  const object = noticeId.slice(CORRECTED.length);
  return {
    to: `${patient.ins.value}@${patientDomain}`,
    words: correctedWords(),
    done: (at) =>
      noteDeed(tx, { sender: CIGOGNE, action: 'correction.mail', object, patientId: survivor, via: 'mssante', rule: 'role' }, at),
  };
}

/** To the mailbox of a patient, which is named by their INS: only while their identity is qualified. */
async function emergencyMail(tx: Sql, { patientDomain, zone }: NoticeDeps, { patientId, noticeId }: NoticeRow): Promise<Mail> {
  const sequence = Number(noticeId.slice(noticeId.indexOf(':') + 1));
  const emergency = await emergencyOf(tx, patientId, sequence);
  const { patientId: survivor } = await personOf(tx, patientId);
  const patient = await patientById(tx, survivor);
  if (!emergency || !patient || patient.deceasedOn !== undefined) return 'nobody-to-tell';
  if (!patient.ins || !permits(patient, 'patient-mail')) return 'patient.unqualified';
  return {
    to: `${patient.ins.value}@${patientDomain}`,
    words: { subject: 'Votre dossier a été ouvert en urgence', ...emergencyWords(emergency, zone) },
    done: (now) => noteEmergencyMail(tx, emergency, { record: survivor, now }),
  };
}

async function reminderMail(tx: Sql, { domains, zone }: NoticeDeps, notice: NoticeRow, now: Date): Promise<Mail> {
  const due = (await announcementsDue(tx, now, notice.patientId)).find((one) => idOf(one) === notice.noticeId);
  if (!due) return 'told-already';
  const found = await findAddress(tx, notice.recipient, domains);
  if ('missing' in found) return found.missing;
  return {
    to: found.addresses[0]!,
    words: reminderWords(due, zone),
    // In the chain of the system, which its patient does not read: the document is hidden from them.
    done: (at) =>
      noteDeed(tx, { sender: CIGOGNE, action: 'announcement.remind', object: due.documentId, via: 'mssante', rule: 'role' }, at),
  };
}
