import { type Action, type ActionRights, actionRights, type Need } from './actions.ts';
import type { CareLink, Principal, Role } from './contract.ts';
import { type Category, matrixCell, type Profession } from './matrix.ts';
import { rule, type RuleId } from './rules.ts';

export const LINK_KINDS = ['treating-doctor', 'care-team', 'consent', 'break-glass', 'producer'] as const;
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

export interface Question {
  who: Principal;
  action: Action;
  /** The record concerned; absent for what concerns nobody in particular (search, worklist, counts). */
  patientId?: string;
  /** Category of the document, for `document.read` and `document.feed`. */
  category?: Category;
  /** FINESS of the structure that produced the thing asked for: report, deposit, receipt. */
  producer?: string;
  /** Care links in force with this patient. */
  links: readonly ActiveLink[];
  /** The patient shut this person, their structure or the professional they act for out of the record. */
  isBlocked?: boolean;
  /** The patient refused in advance that anyone open the record in an emergency. */
  refusesBreakGlass?: boolean;
}

export interface Decision {
  allowed: boolean;
  rule: RuleId;
  /** The rule in plain words, for the one who asks. */
  because: { fr: string; en: string };
  /** `break-glass` when the record is opened in an emergency without the patient's word: shown on the screen the whole time. */
  mode: 'normal' | 'break-glass';
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
  patient: 'patient',
};

/**
 * May this person or system do this? Pure, total, default deny: the role must have the action, the matrix must open the category,
 * and the person must show what the role needs (care link, own record, delegation, own structure).
 */
export function decide(question: Question): Decision {
  const rights = actionRights(question.action);
  const need = Object.hasOwn(rights.needs, question.who.role) ? rights.needs[question.who.role] : undefined;
  if (!need) return refuse(isClinical(rights) && isWithoutClinicalData(question.who.role) ? 'no-clinical-data' : 'role-without-right');
  // Shut out is shut out, whatever the link and even in an emergency; but feeding a record is not reading it.
  if (question.isBlocked && rights.direction !== 'feed') return refuse('blocked');
  if (isClinical(rights) && !isCategoryOpen(rights, question)) return refuse('category-closed');
  return CHECKS[need](question);
}

function isClinical(rights: ActionRights): boolean {
  return rights.category !== undefined;
}

function isWithoutClinicalData(role: Role): boolean {
  return PROFESSION[role] === undefined;
}

function isCategoryOpen(rights: ActionRights, question: Question): boolean {
  const category = rights.category === 'asked' ? question.category : rights.category;
  const profession = PROFESSION[question.who.role];
  const cell = category && profession ? matrixCell(category, profession) : undefined;
  return cell?.[rights.direction ?? 'read'] ?? false;
}

const CHECKS: Record<Need, (question: Question) => Decision> = {
  role: ({ action }) => grant(action === 'care-link.declare' ? 'declares-consent' : 'role'),
  emergency: ({ refusesBreakGlass }) => (refusesBreakGlass ? refuse('break-glass-refused') : grant('declares-break-glass')),
  link: byLink,
  'treating-doctor': ({ links }) => {
    const link = links.find(({ kind, of }) => kind === 'treating-doctor' && of === 'person');
    return link ? grant('treating-doctor', link) : refuse('not-treating-doctor');
  },
  'own-record': ({ who, patientId }) =>
    patientId !== undefined && who.patientId === patientId ? grant('own-record') : refuse('not-own-record'),
  delegation: ({ who, links }) => {
    const link =
      who.actsFor === undefined
        ? undefined
        : strongest(links.filter(({ kind, of }) => of === 'principal' && kind !== 'producer' && kind !== 'break-glass'));
    return link ? grant('delegated', link) : refuse('no-delegation');
  },
  'own-structure': (question) => (isOwnStructure(question) ? grant('own-structure') : refuse('other-structure')),
  'own-structure-or-link': (question) => (isOwnStructure(question) ? grant('own-structure') : byLink(question)),
};

function byLink({ who, links, refusesBreakGlass }: Question): Decision {
  const usable = links.filter((candidate) => mayUse(who.role, candidate) && !(candidate.kind === 'break-glass' && refusesBreakGlass));
  const link = strongest(usable);
  return link ? grant(link.kind, link) : refuse('no-care-link');
}

/** A structure as a whole is a care team or a laboratory, never a treating doctor; what it analysed opens to its biologists alone. */
function mayUse(role: Role, { kind, of }: ActiveLink): boolean {
  if (kind === 'producer') return of === 'structure' && role === 'biologist';
  return of === 'person' || (of === 'structure' && kind === 'care-team');
}

function strongest(links: readonly ActiveLink[]): ActiveLink | undefined {
  return LINK_KINDS.map((kind) => links.find((link) => link.kind === kind)).find((link) => link !== undefined);
}

function isOwnStructure({ who, producer }: Question): boolean {
  const own = who.role === 'laboratory-system' ? (who.structures ?? []) : who.organisation ? [who.organisation.finess] : [];
  return producer !== undefined && own.includes(producer);
}

function grant(id: RuleId, link?: ActiveLink): Decision {
  const { reader: because, isEmergency } = rule(id);
  const decision: Decision = { allowed: true, rule: id, because, mode: isEmergency ? 'break-glass' : 'normal' };
  return link ? { ...decision, link: { kind: link.kind, since: link.since } } : decision;
}

function refuse(id: RuleId): Decision {
  return { allowed: false, rule: id, because: rule(id).reader, mode: 'normal' };
}
