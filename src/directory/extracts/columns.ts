import { Refusal } from '#kernel';

/**
 * The public extracts of the French health directory (Annuaire Santé, « PS_LibreAcces_Personne_activite » and « Extraction_Correspondance_MSSante »:
 * fields between bars, names of columns first) and of the FINESS register (« etalab-cs1100502 »: fields between semicolons, kind of line first).
 * Columns are found by their names, since their order and their spelling (accents, capitals, apostrophes) move from one release to the next.
 */
export const EXTRACT_KINDS = ['practice', 'mailbox', 'structure'] as const;
export type ExtractKind = (typeof EXTRACT_KINDS)[number];

/** How to cut one line of a file, and which fields to keep. */
export interface Layout {
  kind: ExtractKind;
  separator: '|' | ';';
  /** Index in the line of each kept field, in the order of FIELDS; -1 for one that this release does not have. */
  indexes: readonly number[];
  /** Fewer fields than this: the line is broken. */
  least: number;
  /** Is the first line names, and no data? */
  hasHeader: boolean;
  /** Of the FINESS register: only the places whose number begins with one of these; all when there is none. */
  departments?: readonly string[];
}

interface Field {
  /** Accepted names, plain (see `plainName`). */
  names: readonly string[];
  required?: true;
}

const field = (...names: string[]): Field => ({ names });
const required = (...names: string[]): Field => ({ names, required: true });

/** Kept fields, in the order in which store-extracts.ts reads them. */
const FIELDS = {
  practice: {
    rpps: required('identification nationale pp'),
    title: field('code civilite exercice'),
    family: required('nom exercice'),
    given: required('prenom exercice'),
    profession: required('code profession'),
    professionLabel: required('libelle profession'),
    speciality: required('code savoir faire'),
    specialityLabel: required('libelle savoir faire'),
    siret: field('numero siret site'),
    finess: required('numero finess site'),
    siteId: required('identifiant technique de la structure'),
    siteName: required('raison sociale site'),
    siteBrand: field('enseigne commerciale site'),
    streetNumber: field('numero voie coord structure'),
    streetKind: field('libelle type de voie coord structure'),
    street: field('libelle voie coord structure'),
    postalCode: required('code postal coord structure'),
    city: required('libelle commune coord structure'),
    department: field('code departement structure', 'code departement coord structure'),
    phone: field('telephone coord structure'),
  },
  mailbox: {
    kind: required('type de bal'),
    address: required('adresse bal'),
    rpps: required('identification nationale pp'),
    structureKind: field('type identifiant structure'),
    structure: required('identification structure', 'identifiant structure'),
    service: field('service de rattachement'),
    paperless: field('dematerialisation'),
    label: field('raison sociale structure bal'),
  },
} satisfies Record<string, Record<string, Field>>;

/** Order of the columns of a « structureet » line, of which the register publishes no header. */
const STRUCTURE_INDEXES = { finess: 1, name: 3, longName: 4, line: 15, phone: 16, category: 18, group: 20, siret: 22 };
const STRUCTURE_LEAST = 23;

/** `Numéro FINESS site` → `numero finess site`. An elided `d'` says nothing: releases have it or not. */
function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\b[dl]['’ ](?=\w{2})/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/**
 * Reads the first line of a file.
 * @throws Refusal `directory.not-an-extract` when it is none of the three, or when a column that is needed is missing (named in `at`)
 */
export function layoutOf(firstLine: string): Layout {
  if (/^"?(finess;etalab|structureet;)/i.test(firstLine)) return structureLayout(firstLine);
  const names = firstLine
    .replace(/^\uFEFF/, '')
    .split('|')
    .map(plainName);
  const kind = names.includes('adresse bal') ? 'mailbox' : names.includes('identification nationale pp') ? 'practice' : undefined;
  if (!kind)
    throw new Refusal('directory.not-an-extract', 'the first line names no column of an extract of the health directory', { at: 'line 1' });
  const indexes = Object.values<Field>(FIELDS[kind]).map((wanted) => indexOf(names, wanted));
  return { kind, separator: '|', indexes, least: 1 + Math.max(...indexes), hasHeader: true };
}

function indexOf(names: readonly string[], { names: accepted, required: isRequired }: Field): number {
  const index = names.findIndex((name) => accepted.includes(name));
  if (index < 0 && isRequired) throw new Refusal('directory.not-an-extract', 'a column is missing', { at: accepted[0]! });
  return index;
}

function structureLayout(firstLine: string): Layout {
  const hasHeader = /^"?finess;etalab/i.test(firstLine);
  return { kind: 'structure', separator: ';', indexes: Object.values(STRUCTURE_INDEXES), least: STRUCTURE_LEAST, hasHeader };
}
