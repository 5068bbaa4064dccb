import type { Principal } from '#access';
import { mailbox, mailboxesOfPractitioner, mailboxesOfStructure, practitioner } from '#directory';
import { Refusal, type Sql } from '#kernel';
import type { MailBox } from './contract.ts';
import { unreadIn } from './store.ts';
import { delegatedTo } from './store-settings.ts';

/** Which mailboxes somebody reads: their own, those of their structure, those given to them; a patient, theirs. */

export const SECRETARY = 'secretary';

/** The mailbox of a patient: its address is their INS, which is kept out of lists and rows. */
export const patientBox = (patientId: string) => `patient:${patientId}`;

type Known = Omit<MailBox, 'unread'>;

async function knownBoxes(sql: Sql, who: Principal): Promise<Known[]> {
  if (who.role === 'patient') {
    return who.patientId === undefined ? [] : [{ box: patientBox(who.patientId), kind: 'patient', maySend: true, mayDelegate: false }];
  }
  const own = await personal(sql, who.id);
  const shared = who.organisation && who.role !== 'secretary' ? await mailboxesOfStructure(sql, who.organisation.finess) : [];
  // A secretary reads what the one they act for gave to their secretaries, and nothing of another.
  const principal = who.role === 'secretary' && who.actsFor !== undefined ? (await personal(sql, who.actsFor)).map(({ box }) => box) : [];
  const given = await delegated(sql, who, principal);
  const boxes: Known[] = [
    ...own,
    ...shared.map(
      ({ address, kind }): Known => ({
        box: address.toLowerCase(),
        kind: kind === 'APP' ? 'application' : 'organisation',
        maySend: true,
        mayDelegate: true,
      }),
    ),
    ...given.map(({ box, maySend }): Known => ({ box, kind: 'delegated', maySend, mayDelegate: false })),
  ];
  return [...new Map(boxes.toReversed().map((one) => [one.box, one])).values()].toReversed();
}

async function delegated(sql: Sql, who: Principal, ofPrincipal: readonly string[]) {
  const given = await delegatedTo(sql, [who.id, ...(who.role === 'secretary' ? [SECRETARY] : [])]);
  const stays = await Promise.all(
    given.map(({ box, delegate }) => (delegate === SECRETARY ? ofPrincipal.includes(box) : worksWithHolder(sql, delegate, box))),
  );
  return given.filter((_, n) => stays[n]);
}

/** What a colleague was given ends when they, or its holder, leave the place where both work, by the directory. */
async function worksWithHolder(sql: Sql, delegate: string, box: string): Promise<boolean> {
  const of = await mailbox(sql, box);
  const holders = of?.rpps === undefined ? [of?.siteId] : ((await practitioner(sql, of.rpps))?.structures ?? []);
  const own = (await practitioner(sql, delegate.slice('rpps:'.length)))?.structures ?? [];
  return own.some((finess) => holders.includes(finess));
}

async function personal(sql: Sql, id: string): Promise<Known[]> {
  if (!id.startsWith('rpps:')) return [];
  const found = await mailboxesOfPractitioner(sql, id.slice('rpps:'.length));
  return found.map(({ address }) => ({ box: address.toLowerCase(), kind: 'personal', maySend: true, mayDelegate: true }));
}

export async function boxesOf(sql: Sql, who: Principal): Promise<MailBox[]> {
  const boxes = await knownBoxes(sql, who);
  const unread = await unreadIn(
    sql,
    boxes.map(({ box }) => box),
  );
  return boxes.map((one) => ({ ...one, unread: unread.get(one.box) ?? 0 }));
}

/** @throws Refusal `request.not-found` when it is not theirs: told as what does not exist */
export async function boxFor(sql: Sql, who: Principal, box: string | undefined, may: 'read' | 'send' | 'delegate'): Promise<Known> {
  const found = (await knownBoxes(sql, who)).find((one) => one.box === box);
  if (!found || (may === 'send' && !found.maySend) || (may === 'delegate' && !found.mayDelegate))
    throw new Refusal('request.not-found', 'no such mailbox or message is yours', { at: 'box' });
  return found;
}
