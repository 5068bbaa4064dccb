import {
  type Coded,
  conclusionIn,
  type DocumentHeader,
  type Identifier,
  type LabReport,
  type Participant,
  type PersonName,
} from '#formats';
import { Refusal, readHl7Time } from '#kernel';
import type { StoredConcept, StoredReport, StoredResult } from './contract.ts';
import { idText } from './id-text.ts';
import { codesOf } from './printed-results.ts';
import { specimensOf } from './specimens-of.ts';

/** What the record keeps of a report besides its results: the answer's fields that do not depend on other documents. */
export type ReportHead = Omit<StoredReport, 'results' | 'current' | 'conflict' | 'supersededBy'>;

/** National identifier of structures (IdNatStruct): `1` + FINESS, `3` + SIRET… */
const STRUCTURES = '1.2.250.1.71.4.2.2';

/**
 * The structure that answers for a document: FINESS of its custodian, or the whole national identifier when it is another kind.
 * @throws Refusal `report.unreadable` when the custodian carries none (CI-SIS structuration minimale makes it mandatory)
 */
export function structureOf(report: Pick<LabReport, 'custodian'>): { finess: string; name: string } {
  const id = report.custodian.ids.find(({ root }) => root === STRUCTURES)?.extension;
  if (!id)
    throw new Refusal('report.unreadable', 'the custodian has no national structure identifier', { at: 'ClinicalDocument/custodian//id' });
  return { finess: /^1\d[\dAB]\d{7}$/.test(id) ? id.slice(1) : id, name: report.custodian.name ?? id };
}

/** Their documents say the numbers of their versions; the versions of the others are in the order of their times. */
const COUNTING: ReadonlySet<LabReport['format']> = new Set(['cda-cr-bio', 'cda-n1']);
/** A clock that is in another zone than it says is less than a day ahead. */
const MOST_AHEAD_MS = 86_400_000;

/**
 * @param results of the report, already read
 * @throws Refusal `report.unreadable` when the date of the document cannot be read, or has not come where versions are ordered by it
 */
export function reportHead(
  report: LabReport,
  results: readonly StoredResult[],
  kept: { documentId: string; receivedAt: string; joinedBy: string; zone: string },
): ReportHead {
  const issuedAt = isoOf(report.createdAt, kept.zone);
  if (!issuedAt) throw new Refusal('report.unreadable', 'the date of the document is not a date', { at: 'ClinicalDocument/effectiveTime' });
  // What is ordered by its time alone would stay before all that comes after it.
  if (!COUNTING.has(report.format) && Date.parse(issuedAt) > Date.parse(kept.receivedAt) + MOST_AHEAD_MS)
    throw new Refusal('report.unreadable', 'the report is issued in the future: no version of it could come after', {
      at: 'ClinicalDocument/effectiveTime',
    });
  const sampledAt = results.reduce<string | undefined>((first, { at }) => (at && (!first || at < first) ? at : first), undefined);
  const answering = [...(report.legalAuthenticator ? [report.legalAuthenticator] : []), ...report.validators];
  // A structure that signs has no name of a person: whoever validated does.
  const validator = answering.find((one) => one.name ?? idField(one).validatorId) ?? answering[0];
  const { code: confidentiality } = report.confidentiality;
  const prescriber = report.participants.find(({ type }) => type === 'REF');
  return {
    documentId: kept.documentId,
    uniqueId: idText(report.id),
    setId: idText(report.setId ?? report.id),
    version: report.version,
    ...(report.isCorrection && { isCorrection: true as const }),
    ...(report.state && { state: report.state }),
    replaces: report.replaces.map(idText),
    status: reportStatus(report, results),
    issuedAt,
    receivedAt: kept.receivedAt,
    sampledAt: sampledAt ?? report.events.map(({ start }) => start && isoOf(start, kept.zone)).find(Boolean) ?? issuedAt,
    laboratory: structureOf(report),
    ...nameField('validator', validator),
    ...idField(validator),
    ...(confidentiality === 'R' || confidentiality === 'V' ? { confidentiality } : {}),
    ...nameField('prescriber', prescriber),
    chapters: chaptersOf(report),
    ...conclusionField(report),
    ...specimensOf(report, results, kept.zone),
    hasPdf: report.pdf !== undefined,
    joinedBy: kept.joinedBy,
  };
}

function reportStatus(report: LabReport, results: readonly StoredResult[]): StoredReport['status'] {
  const statuses = report.events.map(({ status }) => status);
  const allCancelled = results.every(({ status }) => status === 'cancelled' || status === 'not-done');
  if (statuses.includes('aborted') && allCancelled) return 'cancelled';
  return statuses.includes('active') ? 'preliminary' : 'final';
}

function chaptersOf(report: LabReport): string[] {
  const kinds = new Set(['chapter', 'second-intention']);
  const titles = report.sections.filter(({ kind }) => kinds.has(kind)).map(({ title, code }) => title ?? code?.display ?? code?.code);
  return titles.filter((title) => title !== undefined);
}

function conclusionField(report: LabReport): Pick<StoredReport, 'conclusion'> {
  const { text, codes } = conclusionIn(report) ?? {};
  if (text === undefined && codes === undefined) return {};
  return { conclusion: { ...(text !== undefined && { text }), ...(codes && { codes: codes.map(codingsOf) }) } };
}

function codingsOf(concept: Coded): StoredConcept {
  const { originalText: text } = concept;
  return { codes: codesOf(concept), ...(text !== undefined && { text }) };
}

function isoOf(time: string, zone: string): string | undefined {
  const read = readHl7Time(time, zone);
  return read && new Date(read.epochMs).toISOString();
}

function nameField<Key extends string>(key: Key, person: Participant | undefined): { [K in Key]?: string } {
  const name = person?.name && personName(person.name);
  return (name ? { [key]: name } : {}) as { [K in Key]?: string };
}

function idField(person: Participant | undefined): { validatorId?: string } {
  const validatorId = person?.ids.map(principalOf).find(Boolean);
  return validatorId === undefined ? {} : { validatorId };
}

/** National identifiers of professionals (IDNPS, `8` + RPPS). */
const PROFESSIONALS = '1.2.250.1.71.4.2.1';

/** The principal id of a professional: `rpps:` and the national identifier, type digit included. */
export function principalOf(id: Identifier | undefined): string | undefined {
  return id?.root === PROFESSIONALS && id.extension !== undefined ? `rpps:${id.extension}` : undefined;
}

/** `Dr Ada BIOLOGISTE`, as printed: title, given name, family name. */
export function personName({ suffix, given, family }: PersonName): string {
  const title = suffix === 'DR' ? 'Dr' : suffix === 'PR' ? 'Pr' : suffix;
  return [title, given, family].filter(Boolean).join(' ');
}

/** Who ordered it, else who wrote it: whom a document that comes hidden from its patient waits for. */
export function announcerOf({
  participants,
  legalAuthenticator,
  authors,
}: DocumentHeader): { owner: string; ownerName: string } | undefined {
  const people = [...participants.filter(({ type }) => type === 'REF'), ...authors, ...(legalAuthenticator ? [legalAuthenticator] : [])];
  for (const { ids, name } of people) {
    const owner = ids.map(principalOf).find(Boolean);
    if (owner !== undefined) return { owner, ownerName: name ? personName(name) : owner };
  }
  return undefined;
}
