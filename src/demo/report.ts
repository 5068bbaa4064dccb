import type { Battery, Entry, Identifier, Item, LabReport, Organization, Participant, PrintedPatient, Result, Section } from '#formats';
import { ANALYTES, type Analyte, type AnalyteKey } from './analytes.ts';
import { CHAPTERS } from './panels.ts';
import { hl7Date, hl7Time, type Day } from './clock.ts';
import { DEMO_OID, PROFESSIONAL_OID, STRUCTURE_OID } from './ids.ts';
import { asPrevious, localCodes, LOINC_OID, printResults, specimenType, type Measured, type Printing } from './printing.ts';
import { registerName } from './names.ts';
import type { Person } from './people.ts';
import type { Laboratory, Professional, Structure } from './region.ts';

/** Assembles a report as the laboratory's system would: who, when, then chapters, panels and results. */

const PROFESSION_OID = '1.2.250.1.213.1.1.4.5';
const INDUSTRY_OID = '1.2.250.1.213.1.1.4.9';
const FACILITY_OID = '1.2.250.1.71.4.2.4';
const ACT_OID = '2.16.840.1.113883.5.4';
const CONFIDENTIALITY_OID = '2.16.840.1.113883.5.25';

export type ChapterName = keyof typeof CHAPTERS;

/** A sampling: where, when, and what was found. */
export interface Sampling {
  laboratory: Laboratory;
  day: Day;
  /** Minutes since midnight of the sampling, and how long until the report. */
  minute: number;
  turnaround: number;
  prescriber: Professional;
  /** In hospital: the stay's structure. */
  stay?: { structure: Structure; from: Day };
  measured: ReadonlyMap<AnalyteKey, Measured>;
  /** Chapters made by hand: cultures, blood group, strips. */
  extra?: readonly { chapter: ChapterName; items: readonly Item[] }[];
  /** Not done, with the reason: printed as cancelled. */
  notDone?: ReadonlyMap<AnalyteKey, string>;
  /** Asked, result to come: the report is preliminary. */
  pending?: readonly AnalyteKey[];
  comments?: ReadonlyMap<AnalyteKey, string>;
  /** A remark on the whole report. */
  remark?: string;
}

/** Which version this is of which report. */
export interface Edition {
  id: string;
  setId: string;
  version: number;
  replaces: readonly string[];
  /** Minutes after the sampling's own report. */
  later: number;
}

export type PreviousOf = (key: string) => Result | undefined;

export interface ReportInput {
  sampling: Sampling;
  edition: Edition;
  person: Pick<Person, 'sex'>;
  patient: PrintedPatient;
  newFerritin: boolean;
  previousOf?: PreviousOf;
}

export function makeReport({ sampling, edition, person, patient, newFerritin, previousOf }: ReportInput): LabReport {
  const { laboratory, day, minute } = sampling;
  const sampledAt = hl7Time(day, minute);
  const issuedAt = hl7Time(day, minute + sampling.turnaround + edition.later);
  const printing: Printing = { laboratory, sex: person.sex, at: sampledAt, newFerritin };
  const biologist = participant(laboratory.biologists[0]!, issuedAt);
  const sections = chapters(sampling, printing, biologist, previousOf);
  const isPartial = (sampling.pending?.length ?? 0) > 0;
  const events = sections
    .filter(({ kind }) => kind === 'chapter')
    .map(({ code }, i) => ({
      code: code!,
      ...(i === 0 && {
        ids: [{ root: `${DEMO_OID}.4.${laboratory.number}`, extension: `D${day}${String(minute).padStart(4, '0')}` }],
        status: isPartial ? 'active' : 'completed',
        start: sampledAt,
        end: issuedAt,
        performer: { ...biologist, time: issuedAt, organization: { ...organization(laboratory), industry: industryOf(laboratory) } },
      }),
    }));
  return {
    format: 'cda-cr-bio',
    modelVersion: '2024.01',
    realm: 'FR',
    id: { root: edition.id },
    setId: { root: edition.setId },
    version: edition.version,
    replaces: edition.replaces.map((root) => ({ root })),
    code: { code: '11502-2', system: LOINC_OID, systemName: 'LOINC', display: "CR d'examens biologiques" },
    title: "Compte rendu d'examens biologiques",
    createdAt: issuedAt,
    confidentiality: { code: 'N', system: CONFIDENTIALITY_OID, display: 'Normal' },
    language: 'fr-FR',
    patient,
    authors: [{ ...biologist, organization: organization(laboratory) }],
    custodian: organization(laboratory),
    legalAuthenticator: biologist,
    validators: [biologist],
    participants: [{ ...participant(sampling.prescriber, hl7Date(day)), type: 'REF' }],
    orders: [],
    events,
    encounter: encounterOf(sampling, sampledAt, biologist),
    sections,
    warnings: [],
  };
}

function encounterOf({ laboratory, stay }: Sampling, sampledAt: string, responsible: Participant): NonNullable<LabReport['encounter']> {
  const code = stay
    ? { code: 'IMP', display: 'Hospitalisation (établissement, y compris HAD)' }
    : { code: 'AMB', display: 'Ambulatoire (hors établissement)' };
  return {
    code: { ...code, system: ACT_OID },
    start: stay ? hl7Date(stay.from) : sampledAt,
    responsible,
    facility: {
      code: stay
        ? { code: 'SA01', system: FACILITY_OID, display: 'Etablissement public de santé' }
        : { code: 'SA25', system: FACILITY_OID, display: 'Laboratoire de biologie médicale' },
      name: (stay?.structure ?? laboratory).name,
    },
  };
}

const industryOf = ({ group }: Laboratory) =>
  group.key === 'hospital'
    ? { code: 'ETABLISSEMENT', system: INDUSTRY_OID, display: 'Etablissement de santé' }
    : { code: 'AMBULATOIRE', system: INDUSTRY_OID, display: 'Ambulatoire' };

/** Structures and people come back in every report: made once. */
const organizations = new WeakMap<Structure, Organization>();
export function organization(structure: Structure): Organization {
  let made = organizations.get(structure);
  if (!made) {
    made = {
      ids: [{ root: STRUCTURE_OID, extension: `1${structure.finess}` }],
      name: structure.name,
      telecoms: [{ value: structure.phone, use: 'WP' }],
      address: { lines: ['1 place du Test', `99000 ${structure.city.toUpperCase()}`] },
    };
    organizations.set(structure, made);
  }
  return made;
}

export function participant({ rpps, given, family, title, code, structure }: Professional, time: string): Participant {
  return {
    ids: [{ root: PROFESSIONAL_OID, extension: rpps }],
    name: { given, family, ...(title && { suffix: title }) },
    code: { code: code.code, system: PROFESSION_OID, display: code.display },
    time,
    telecoms: [{ value: structure.phone, use: 'WP' }],
    address: { nullFlavor: 'NAV' },
  };
}

function chapters(sampling: Sampling, printing: Printing, biologist: Participant, previousOf?: PreviousOf): Section[] {
  const items = new Map<ChapterName, Item[]>();
  for (const [key, panel] of panelsFound(sampling)) {
    const { chapter }: Analyte = ANALYTES[key];
    const battery = makeBattery(panel, sampling, printing, previousOf);
    items.set(chapter, [...(items.get(chapter) ?? []), battery]);
  }
  for (const { chapter, items: more } of sampling.extra ?? []) items.set(chapter, [...(items.get(chapter) ?? []), ...more]);
  const sections = [...items].map(([chapter, of]) => makeChapter(chapter, of, sampling, printing, biologist));
  return sampling.remark ? [...sections, remarkSection(sampling.remark)] : sections;
}

/** Analytes of the sampling by panel, in printed order: the first analyte of each panel and its panel's analytes. */
function panelsFound({ measured, notDone, pending }: Sampling): [AnalyteKey, AnalyteKey[]][] {
  const asked = new Set([...measured.keys(), ...(notDone?.keys() ?? []), ...(pending ?? [])]);
  const panels = new Map<string, AnalyteKey[]>();
  for (const key of KEYS) {
    if (!asked.has(key)) continue;
    const { panel } = ANALYTES[key];
    const list = panels.get(panel);
    if (list) list.push(key);
    else panels.set(panel, [key]);
  }
  return [...panels.values()].map((keys) => [keys[0]!, keys]);
}
const KEYS = Object.keys(ANALYTES) as AnalyteKey[];

function makeBattery(keys: readonly AnalyteKey[], sampling: Sampling, printing: Printing, previousOf?: PreviousOf): Battery {
  const label = ANALYTES[keys[0]!].panel;
  const isPending = keys.some((key) => sampling.pending?.includes(key));
  return {
    kind: 'battery',
    code: { originalText: label, translations: [{ code: panelCode(label), system: localCodes(printing.laboratory), display: label }] },
    status: isPending ? 'active' : 'completed',
    items: keys.flatMap((key) => resultsOfKey(key, sampling, printing, previousOf)),
  };
}

const panelCode = (label: string) =>
  label
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .slice(0, 8)
    .toUpperCase();

function resultsOfKey(key: AnalyteKey, sampling: Sampling, printing: Printing, previousOf?: PreviousOf): Result[] {
  const reason = sampling.notDone?.get(key);
  const value = sampling.measured.get(key);
  const [shape, ...others] = printResults(key, value ?? 0, printing);
  const { value: _value, interpretations: _flags, ...bare } = shape!;
  if (reason !== undefined) return [{ ...bare, status: 'aborted', comments: [reason] }];
  if (value === undefined) return [{ ...bare, value: { type: 'absent', nullFlavor: 'NAV' } }];
  const comment = sampling.comments?.get(key);
  return [shape!, ...others].map((result) => {
    const before = printing.laboratory.group.reprintsPrevious ? previousOf?.(previousKey(result)) : undefined;
    return { ...result, ...(comment && { comments: [comment] }), ...(before && { previous: [asPrevious(before, printing.at)] }) };
  });
}

/** Under which a laboratory finds the last result of the same analyte in the same unit. */
export function previousKey({ code, value }: Result): string {
  return `${code.code ?? code.translations?.[0]?.code} ${value?.type === 'quantity' ? value.unit : ''}`;
}

function makeChapter(name: ChapterName, items: readonly Item[], sampling: Sampling, printing: Printing, biologist: Participant): Section {
  const { code, title } = CHAPTERS[name];
  const coded = { code, system: LOINC_OID, systemName: 'LOINC', display: title };
  const entry: Entry = {
    code: coded,
    status: items.some((item) => item.kind === 'battery' && item.status === 'active') ? 'active' : 'completed',
    validators: [biologist],
    specimens: [{ type: specimenType(name), sampledAt: printing.at, receivedAt: hl7Time(sampling.day, sampling.minute + 40) }],
    items: [...items],
  };
  return { kind: 'chapter', code: coded, title, entries: [entry], sections: [] };
}

function remarkSection(text: string): Section {
  return {
    kind: 'comment',
    code: { code: '55112-7', system: LOINC_OID, systemName: 'LOINC', display: 'Commentaire' },
    title: 'Commentaire',
    narrative: `<paragraph>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</paragraph>`,
    entries: [],
    sections: [],
  };
}

/** The traits as a laboratory prints them; `without` hides what a trap leaves out. */
export function printedPatient(
  person: Person,
  laboratory: Laboratory,
  without: { ins?: boolean; birthPlace?: boolean; usedName?: boolean; birthDay?: boolean } = {},
): PrintedPatient {
  const { ins, usedFamily, usedGiven, sex, birthPlace, phone, address } = person;
  const local: Identifier = { root: localDomain(laboratory), extension: localNumber(person, laboratory) };
  const birth = hl7Date(person.birth);
  // Some systems print the accents that the register leaves out: the comparison of identities must not mind.
  const strict = (name: string) => (laboratory.group.keepsAccents ? name.toUpperCase() : registerName(name));
  return {
    ids: without.ins ? [local] : [{ root: ins.oid, extension: ins.value }, local],
    birthFamily: strict(person.birthFamily),
    birthGivens: strict(person.birthGivens),
    firstBirthGiven: strict(person.firstBirthGiven),
    ...(usedFamily && !without.usedName && { usedFamily: usedFamily.toUpperCase() }),
    ...(usedGiven && { usedGiven: usedGiven.toUpperCase() }),
    prefix: sex === 'F' ? 'MME' : 'M',
    sex,
    birthDate: without.birthDay ? birth.slice(0, 6) : birth,
    ...(!without.birthPlace && { birthPlace }),
    addresses: [{ ...address, country: 'FRANCE' }],
    telecoms: [{ value: phone, use: 'MC' }],
  };
}

/** The identification domain of a laboratory's system: one for a group, one for each hospital. */
export function localDomain({ group, number }: Laboratory): string {
  return group.key === 'hospital' ? `${DEMO_OID}.1.5.${number}` : `${DEMO_OID}.1.${GROUP_DOMAIN[group.key]}`;
}
const GROUP_DOMAIN = { biorives: 1, 'grand-pont': 2, cordelane: 3, 'sources-vives': 4 } as const;

export function localNumber({ k }: Person, { group }: Laboratory): string {
  return `${group.key.slice(0, 2).toUpperCase()}${String(k).padStart(7, '0')}`;
}
