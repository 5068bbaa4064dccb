import { Refusal } from '#kernel';
import { refuseIncompleteIns } from '../strict-traits.ts';
import { firstNamed, raw, repetitions, segmentsNamed, words } from './lexer.ts';
import { ADT_EVENTS, type AdtMessage, type Consent, type Merge, type MessageHeader } from './message.ts';
import { clearedTraits, readPatient } from './read-patient.ts';
import { type Hl7Context, plainId, readCx, readEi } from './read-types.ts';
import { readMovement, readVisit } from './read-visit.ts';

/**
 * ADT^A01, A03, A04, A08 and A40 (HL7 v2.5 §3.3, IHE PAM-FR 2.11).
 *
 * @throws Refusal `deposit.unsupported-format` for another event; `report.unreadable` without a patient, for two patients where there is
 *   one, or for a merge that does not say of whom; `report.identity-incomplete` for an INS without all its strict traits
 */
export function readAdt(c: Hl7Context, header: MessageHeader): AdtMessage {
  const event = ADT_EVENTS.find((known) => known === header.event);
  if (!event) throw new Refusal('deposit.unsupported-format', `events of ADT that are read: ${ADT_EVENTS.join(', ')}`, { at: 'MSH-9' });
  const merges = event === 'A40' ? readMerges(c) : [];
  const pids = segmentsNamed(c, 'PID');
  const pid = pids[0];
  if (!pid) throw new Refusal('report.unreadable', 'the message names no patient', { at: 'PID' });
  if (pids.length > 1 && event !== 'A40') throw new Refusal('report.unreadable', 'the message names two patients', { at: 'PID[2]' });
  const { patient, identifiers } = readPatient(c, pid);
  if (identifiers.length === 0) throw new Refusal('report.unreadable', 'the patient has no identifier', { at: 'PID-3' });
  refuseIncompleteIns(patient, 'PID');
  const pv1 = firstNamed(c, 'PV1');
  const evn = firstNamed(c, 'EVN');
  const happenedAt = words(c, evn, 6) ?? words(c, evn, 2);
  const movement = readMovement(c);
  const insCollection = words(c, firstNamed(c, 'ZFD'), 5);
  return {
    kind: 'adt',
    header,
    event,
    ...(happenedAt !== undefined && { happenedAt }),
    patient,
    identifiers,
    cleared: clearedTraits(pid),
    reliability: repetitions(c, pid, 32).filter((code) => code !== ''),
    merges,
    ...(pv1 && { visit: readVisit(c, pv1) }),
    ...(movement && { movement }),
    consents: readConsents(c),
    ...(insCollection !== undefined && { insCollection }),
    warnings: c.warnings,
  };
}

/** A40 holds one or several PID, each followed by the MRG of what it takes in (HL7 v2.5 §3.3.40). */
function readMerges(c: Hl7Context): Merge[] {
  const merges: Merge[] = [];
  let kept: Omit<Merge, 'prior'> | undefined;
  for (const segment of c.segments) {
    if (segment.name === 'PID') kept = readPatient(c, segment);
    if (segment.name !== 'MRG') continue;
    const prior = repetitions(c, segment, 1).flatMap((cx) => readCx(c, cx) ?? []);
    if (!kept || prior.length === 0 || kept.identifiers.length === 0) {
      throw new Refusal('report.unreadable', 'a merge says what it keeps (PID-3) and what it gives up (MRG-1)', {
        at: `MRG[${segment.nth}]`,
      });
    }
    merges.push({ ...kept, prior });
    kept = undefined;
  }
  if (merges.length === 0 || kept) throw new Refusal('report.unreadable', 'each patient of a merge is followed by its MRG', { at: 'MRG' });
  return merges;
}

function readConsents(c: Hl7Context): Consent[] {
  const said: Consent[] = segmentsNamed(c, 'CON').map((con) => {
    const form = raw(con, 4);
    const id = form === undefined ? undefined : readEi(c, form);
    return { kind: 'con', ...(id && { id: plainId(id) }), ...fieldsOf(c, con, CON_FIELDS) };
  });
  const zfa = segmentsNamed(c, 'ZFA').map((segment): Consent => ({ kind: 'dmp', ...fieldsOf(c, segment, ZFA_FIELDS) }));
  return [...said, ...zfa];
}

const CON_FIELDS = { type: 2, mode: 10, status: 11, decidedAt: 13, from: 14, until: 15 } as const;
const ZFA_FIELDS = { state: 1, stateAt: 2, closedAt: 3, feeding: 9, feedingAt: 10, consultation: 11, consultationAt: 12 } as const;

function fieldsOf<Key extends string>(
  c: Hl7Context,
  segment: Parameters<typeof words>[1],
  fields: Record<Key, number>,
): { [K in Key]?: string } {
  const said = Object.entries<number>(fields).map(([key, field]) => [key, words(c, segment, field)]);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined)) as { [K in Key]?: string };
}
