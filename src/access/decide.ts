import type { ActionRights, Need } from './action-needs.ts';
import { type Action, actionRights } from './actions.ts';
import type { CareLink, Principal, Role } from './contract.ts';
import { concealedBy, type Item, type ItemReader } from './item.ts';
import { type Category, isOpenIn, type Profession } from './matrix.ts';
import { rule, type RuleId } from './rules.ts';

/** `representative` links the holder of parental authority or a guardian, by their own record, to the record of whom they represent. */
export const LINK_KINDS = ['treating-doctor', 'care-team', 'consent', 'break-glass', 'producer', 'representative'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export function isLinkKind(kind: string): kind is LinkKind {
  return LINK_KINDS.includes(kind as LinkKind);
}

/** A care link in force at the time of the question. */
export interface ActiveLink {
  kind: LinkKind;
  /** ISO 8601 instant. */
  since: string;
  /** Whose link it is: the person, the structure they belong to, or the professional they act for. */
  of: 'person' | 'structure' | 'principal';
}

/** What stands between someone and a record at the time of the question. */
export interface Standing {
  /** Care links in force with this patient. */
  links: readonly ActiveLink[];
  /** The patient shut this person, their structure or the professional they act for out of the record. */
  isBlocked?: boolean;
  /** The patient refused in advance that anyone open the record in an emergency. */
  refusesBreakGlass?: boolean;
  /** The patient refused in advance that the regulation centre open the record. */
  refusesRegulation?: boolean;
  /** The patient hides the whole record from every professional, even in an emergency. */
  opposesConsultation?: boolean;
  /** The patient refuses that documents be filed in the record. */
  opposesFeeding?: boolean;
  /** The patient closed the record: they alone read it, nothing is filed. */
  isClosed?: boolean;
  /** The patient died: no new consent, no emergency; nobody signs in as them; those who treated them still read. */
  isDeceased?: boolean;
}

export interface Question extends Standing {
  who: Principal;
  action: Action;
  /** The record concerned; absent for what concerns nobody in particular (search, worklist, counts). */
  patientId?: string;
  /** Category of the document, for `document.feed`. */
  category?: Category;
  /** FINESS of the structure that produced the thing asked for: report, deposit, receipt. */
  producer?: string;
  /** The region designated this person to act for that structure. */
  isDesignated?: boolean;
  /** The one document or result asked for; `absent` when there is none, which is answered as what is hidden is. */
  item?: Item | 'absent';
}

export interface Decision {
  allowed: boolean;
  rule: RuleId;
  /** The rule in plain words, for the one who asks. */
  because: { fr: string; en: string };
  /** `break-glass` when the record is opened in an emergency without the patient's word: shown on the screen the whole time. */
  mode: 'normal' | 'break-glass' | 'regulation';
  /** The link that opens the record, when one does. */
  link?: CareLink;
}

const PROFESSION: Partial<Record<Role, Profession>> = {
  gp: 'doctor',
  specialist: 'doctor',
  nurse: 'nurse',
  pharmacist: 'pharmacist',
  midwife: 'midwife',
  dentist: 'dentist',
  biologist: 'biologist',
  secretary: 'secretary',
  regulator: 'doctor',
  patient: 'patient',
};

/**
 * May this person or system do this? Pure, total, default deny: the role must have the action, no choice of the patient may close it,
 * the matrix must open the category, the person must show what the role needs (care link, own record, delegation, own structure), and
 * nothing may hide the item from them.
 */
export function decide(question: Question): Decision {
  const rights = actionRights(question.action);
  const need = Object.hasOwn(rights.needs, question.who.role) ? rights.needs[question.who.role] : undefined;
  if (!need) return refuse(isClinical(rights) && isWithoutClinicalData(question.who.role) ? 'no-clinical-data' : 'role-without-right');
  // Shut out is shut out, whatever the link and even in an emergency; but feeding a record is not reading it.
  if (question.isBlocked && rights.direction !== 'feed') return refuse('blocked');
  if (isClinical(rights) && !isCategoryOpen(rights, question)) return refuse('category-closed');
  const closed = rights.direction === 'feed' ? feedingClosedBy(need, question) : closedBy(need, question);
  if (closed) return refuse(closed);
  const decision = CHECKS[need](question);
  if (!decision.allowed || question.item === undefined) return decision;
  if (question.item === 'absent') return refuse('no-such-item');
  const concealed = concealedBy(readerOf(question, decision), question.item);
  return concealed ? refuse(concealed) : decision;
}

/** Whom the items of a record are shown to, once `decide` has opened the record: for `visibleItems`. */
export function readerOf(question: Pick<Question, 'who'>, decision: Decision): ItemReader {
  const { id, role, organisation } = question.who;
  return {
    id,
    profession: PROFESSION[role],
    laboratory: role === 'biologist' ? organisation?.finess : undefined,
    standsAs: STANDS_AS[decision.rule],
  };
}

/** As whom each rule that opens a record lets its items be read. */
const STANDS_AS: Partial<Record<RuleId, ItemReader['standsAs']>> = {
  'own-record': 'holder',
  representative: 'representative',
  'treating-doctor': 'treating-doctor',
  'care-team': 'linked',
  consent: 'linked',
  producer: 'linked',
  'own-structure': 'linked',
  delegated: 'delegate',
  'break-glass': 'emergency',
  regulation: 'regulation',
};

function isClinical(rights: ActionRights): boolean {
  return rights.category !== undefined;
}

function isWithoutClinicalData(role: Role): boolean {
  return PROFESSION[role] === undefined;
}

/** `each`: every item is looked up on its own, with its own category. */
function isCategoryOpen(rights: ActionRights, question: Question): boolean {
  const profession = PROFESSION[question.who.role];
  if (profession === undefined) return false;
  if (rights.category === 'each') return true;
  const category = rights.category === 'asked' ? question.category : rights.category;
  return category !== undefined && isOpenIn(category, profession, rights.direction ?? 'read');
}

/** What the patient, or their death, closes whatever the rest; a laboratory and the identity cell still do their own work. */
function closedBy(need: Need, { isClosed, opposesConsultation, isDeceased }: Question): RuleId | undefined {
  if (need === 'own-record' || need === 'holder') return isDeceased ? 'deceased' : undefined;
  if (!READS_THE_RECORD.has(need)) return undefined;
  if (isClosed) return 'record-closed';
  if (opposesConsultation) return 'opposes-consultation';
  return isDeceased && NEW_ACCESS.has(need) ? 'deceased' : undefined;
}

const NEW_ACCESS: ReadonlySet<Need> = new Set(['consent', 'emergency', 'regulation']);
const READS_THE_RECORD: ReadonlySet<Need> = new Set([...NEW_ACCESS, 'link', 'treating-doctor', 'delegation']);

function feedingClosedBy(need: Need, { isClosed, opposesFeeding }: Question): RuleId | undefined {
  if (isClosed) return 'record-closed';
  return opposesFeeding && need !== 'own-record' ? 'opposes-feeding' : undefined;
}

const CHECKS: Record<Need, (question: Question) => Decision> = {
  role: () => grant('role'),
  consent: () => grant('declares-consent'),
  emergency: ({ refusesBreakGlass }) => (refusesBreakGlass ? refuse('break-glass-refused') : grant('declares-break-glass')),
  regulation: ({ refusesRegulation }) => (refusesRegulation ? refuse('regulation-refused') : grant('regulation')),
  link: byLink,
  'treating-doctor': ({ links }) => {
    const link = links.find(isOwnTreatingDoctor);
    return link ? grant('treating-doctor', link) : refuse('not-treating-doctor');
  },
  'own-record': (question) => {
    const own = holder(question);
    const link = own.allowed ? undefined : question.links.find(({ kind, of }) => kind === 'representative' && of === 'person');
    return link ? grant('representative', link) : own;
  },
  holder,
  delegation: ({ who, links }) => {
    const link =
      who.actsFor === undefined
        ? undefined
        : strongest(links.filter(({ kind, of }) => of === 'principal' && ['treating-doctor', 'care-team', 'consent'].includes(kind)));
    return link ? grant('delegated', link) : refuse('no-delegation');
  },
  'own-structure': (question) => (isOwnStructure(question) ? grant('own-structure') : refuse('other-structure')),
  'own-structure-or-link': (question) => {
    if (isOwnStructure(question)) return grant('own-structure');
    const closed = closedBy('link', question);
    return closed ? refuse(closed) : byLink(question);
  },
  'own-structure-or-designated': (question) => {
    if (isOwnStructure(question)) return grant('own-structure');
    return question.isDesignated ? grant('designated') : refuse('other-structure');
  },
};

function holder({ who, patientId }: Question): Decision {
  return patientId !== undefined && who.patientId === patientId ? grant('own-record') : refuse('not-own-record');
}

function isOwnTreatingDoctor({ kind, of }: ActiveLink): boolean {
  return kind === 'treating-doctor' && of === 'person';
}

function byLink({ who, links, refusesBreakGlass, isDeceased }: Question): Decision {
  const isEmergencyOpen = !refusesBreakGlass && !isDeceased;
  const usable = links.filter((candidate) => mayUse(who.role, candidate) && (candidate.kind !== 'break-glass' || isEmergencyOpen));
  const link = strongest(usable);
  return link ? grant(link.kind, link) : refuse('no-care-link');
}

/** A structure as a whole is a care team or a laboratory, never a treating doctor; what it analysed opens to its biologists alone. */
function mayUse(role: Role, { kind, of }: ActiveLink): boolean {
  if (kind === 'representative') return false;
  if (kind === 'producer') return of === 'structure' && role === 'biologist';
  return of === 'person' || (of === 'structure' && kind === 'care-team');
}

function strongest(links: readonly ActiveLink[]): ActiveLink | undefined {
  return LINK_KINDS.map((kind) => links.find((link) => link.kind === kind)).find((link) => link !== undefined);
}

function isOwnStructure({ who, producer, item }: Question): boolean {
  const made = item === undefined || item === 'absent' ? producer : item.producer;
  const own = who.role === 'laboratory-system' ? (who.structures ?? []) : who.organisation ? [who.organisation.finess] : [];
  return made !== undefined && own.includes(made);
}

function grant(id: RuleId, link?: ActiveLink): Decision {
  const { reader: because, mode = 'normal' } = rule(id);
  const decision: Decision = { allowed: true, rule: id, because, mode };
  return link ? { ...decision, link: { kind: link.kind, since: link.since } } : decision;
}

function refuse(id: RuleId): Decision {
  return { allowed: false, rule: id, because: rule(id).reader, mode: 'normal' };
}
