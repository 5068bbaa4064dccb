import { createHash } from 'node:crypto';
import { escapeText, Refusal } from '#kernel';
import { FINESS_ROOT, LOINC, REPORT_CODE } from '../cda/oids.ts';
import type { Coded, Hl7Time, Identifier, LabReport, Organization, PrintedPatient, ReadingWarning, Section } from '../lab-report.ts';
import { nameBasedOid } from '../hl7v2/systems.ts';
import { resultsOf } from '../results-of.ts';
import { UNCOUNTED } from '../version-of-time.ts';

/** One dossier of an HPRIM file while it is read. */
export interface HprimReading {
  /** Identifier that the sender gives itself; local identifiers mean something only beside it. */
  senderCode: string | undefined;
  warnings: ReadingWarning[];
  /** Lines that were not understood, as they came. */
  unread: string[];
  /** A result says that it corrects one that was sent before. */
  isCorrection?: boolean;
}

/** A party of the exchange: a code of its own, then a name. */
export interface HprimParty {
  code?: string;
  name?: string;
}

export interface HprimParts {
  modelVersion: string;
  sender: HprimParty;
  recipient?: HprimParty;
  dossier?: string;
  /** Empty when the file gives none that can be read. */
  date: Hl7Time;
  patient: PrintedPatient;
  orders?: Identifier[];
  /** Chapters with their results. */
  sections: Section[];
  /** Everything received for this dossier: two files that differ are two documents. */
  source: readonly string[];
}

const MAX_WARNINGS = 200;
/** As in CDA: no laboratory prints so many for one patient. */
const MAX_RESULTS = 2_500;

export function warn(r: HprimReading, code: string, line: number, message: string): void {
  if (r.warnings.length < MAX_WARNINGS) r.warnings.push({ code, at: `line ${line}`, message });
}

/** A line that is not understood: told, and kept as it came. */
export function keepUnread(r: HprimReading, line: number, text: string, message: string): void {
  warn(r, 'hprim.line', line, message);
  r.unread.push(text);
}

/** Under which identifiers of one kind by one sender stand; a sender without code has none, and its numbers identify nothing. */
export function localId(
  r: HprimReading,
  kind: 'patient' | 'dossier' | `dossier ${string}` | 'order' | 'recipient',
  extension: string | undefined,
): Identifier[] {
  if (!extension || r.senderCode === undefined) return [];
  return [{ root: nameBasedOid(`hprim:${r.senderCode}:${kind}`), extension }];
}

/** The laboratory's own code and words: HPRIM knows no LOINC. */
export function localCode(r: HprimReading, code: string, label: string): Coded {
  const words = label || code;
  if (code === '') return { originalText: words };
  const system = r.senderCode === undefined ? {} : { system: nameBasedOid(`hprim:${r.senderCode}:code`) };
  return { originalText: words, translations: [{ code, ...system, display: words }] };
}

export function refuseTooMany(results: number, line: number): void {
  if (results > MAX_RESULTS) throw new Refusal('report.hostile', `more than ${MAX_RESULTS} results`, { at: `line ${line}` });
}

/** National identifier of a structure: FINESS, nine characters, or ten with the leading 1 of IDNPS. */
const FINESS = /^1?\d[\dAB]\d{7}$/;

function custodianOf(r: HprimReading, { code, name }: HprimParty): Organization {
  const ids =
    code === undefined
      ? []
      : [FINESS.test(code) ? { root: FINESS_ROOT, extension: code } : { root: nameBasedOid('hprim:sender'), extension: code }];
  if (ids.length === 0) warn(r, 'hprim.sender', 1, 'the sender gives itself no code: its numbers identify nothing outside this file');
  return { ids, ...(name !== undefined && { name }) };
}

/** Of the lines with their ends, without making one text of them. */
function digestOf(lines: readonly string[]): string {
  const digest = createHash('sha256');
  lines.forEach((line, n) => digest.update(n === 0 ? line : `\n${line}`));
  return digest.digest('hex');
}

/** HPRIM counts no versions, and gives a day, not an hour: what is sent again under the number of a dossier comes after by what its results say they are. */
const STAGES = ['partial', 'final', 'corrected', 'cancelled'] as const;

function stageOf(statuses: readonly string[], isCorrection: boolean): (typeof STAGES)[number] {
  if (statuses.length > 0 && statuses.every((status) => status === 'aborted')) return 'cancelled';
  if (statuses.includes('active')) return 'partial';
  return isCorrection ? 'corrected' : 'final';
}

/**
 * Do the results of a report correct others that were sent (status C of HPRIM)? A report that came in HPRIM says so by its results; another by the document
 * that it replaces, which may have been in part only: whoever knows that says so.
 */
export const isCorrected = ({ format, version, replaces }: Pick<LabReport, 'format' | 'version' | 'replaces'>): boolean =>
  format === 'hprim' ? version === UNCOUNTED + STAGES.indexOf('corrected') : replaces.length > 0;

const resultStatuses = (sections: Section[]): string[] => [...resultsOf({ sections })].map(({ result }) => result.status);

/**
 * The report of one dossier. It takes the place of those of the same number and year that were less far (in part, final, corrected, cancelled); two that are as far and differ
 * contradict one another, and a biologist says. The year, since laboratories begin their numbers again. Its identifier is drawn from what was received: HPRIM gives documents none, and a dossier is sent again as it grows. */
export function reportOf(r: HprimReading, parts: HprimParts): LabReport {
  const custodian = custodianOf(r, parts.sender);
  const [setId] = localId(r, parts.date === '' ? 'dossier' : `dossier ${parts.date.slice(0, 4)}`, parts.dossier);
  const { recipient } = parts;
  if (r.unread.length > 0) parts.sections.push(unreadSection(r.unread));
  const isProvisional = parts.sections.some(({ entries }) => entries.some(({ status }) => status === 'active'));
  const statuses = resultStatuses(parts.sections);
  return {
    format: 'hprim',
    modelVersion: parts.modelVersion,
    id: { root: nameBasedOid(`hprim:${r.senderCode ?? ''}:document:${digestOf(parts.source)}`) },
    ...(setId && { setId }),
    version: UNCOUNTED + STAGES.indexOf(stageOf(statuses, r.isCorrection === true)),
    replaces: [],
    code: { code: REPORT_CODE, system: LOINC, display: "CR d'examens biologiques" },
    title: "Compte rendu d'examens biologiques",
    createdAt: parts.date,
    confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    patient: parts.patient,
    authors: [{ ids: [], organization: custodian }],
    custodian,
    ...(recipient && {
      recipients: [
        { ids: localId(r, 'recipient', recipient.code), ...(recipient.name !== undefined && { name: { family: recipient.name } }) },
      ],
    }),
    validators: [],
    participants: [],
    orders: parts.orders ?? [],
    events: [{ status: isProvisional ? 'active' : 'completed' }],
    sections: parts.sections,
    warnings: r.warnings,
  };
}

const unreadSection = (lines: readonly string[]): Section => ({
  kind: 'comment',
  title: 'Lignes non comprises',
  narrative: narrativeOf(lines),
  entries: [],
  sections: [],
});

/** Lines of text as narrative: line ends and the blanks that make columns stay. */
export function narrativeOf(lines: readonly string[]): string {
  return lines.map((line) => escapeText(line.trimEnd()).replace(/^ | {2,}/g, (blanks) => '\u00a0'.repeat(blanks.length))).join('<br/>');
}
