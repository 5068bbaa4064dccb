/** Constructed answers of the record, for tests: one report of one laboratory at a time, every trap by hand. */
import type { StoredReport, StoredResult } from '#record/contract';
import type { Catalogue, CatalogueRow } from './contract.ts';
import { gather, type Gathered } from './gather.ts';

export const NOW = Date.parse('2026-11-19T08:31:00Z');

const row = (
  key: string,
  label: string,
  unit: string | undefined,
  chapter: string,
  panel: string,
  more: Partial<CatalogueRow> = {},
): CatalogueRow => ({
  row: key,
  label,
  labelEn: label,
  specimen: '',
  specimenEn: '',
  ...(unit && { unit, ucum: unit }),
  chapter,
  chapterEn: chapter,
  panel,
  synonyms: [],
  methodSensitive: false,
  ...more,
});

export const CATALOGUE: Catalogue = {
  version: 'test',
  rows: [
    row('leucocytes.blood', 'Leucocytes', 'G/L', 'hématologie', 'NFS', { ucum: '10*9/L', synonyms: ['globules blancs', 'GB'] }),
    row('sodium.serum', 'Sodium', 'mmol/L', 'biochimie', 'Ionogramme', { synonyms: ['Na', 'natrémie'] }),
    row('potassium.serum', 'Potassium', 'mmol/L', 'biochimie', 'Ionogramme', {
      synonyms: ['K', 'kaliémie'],
      variation: { within: 4.6, analytical: 1.5 },
    }),
    row('creatinine.serum', 'Créatinine', 'µmol/L', 'biochimie', 'Fonction rénale', { ucum: 'umol/L' }),
    row('ferritin.serum', 'Ferritine', 'µg/L', 'biochimie', 'Bilan martial', { ucum: 'ug/L', methodSensitive: true }),
    row('inr.plasma', 'INR', undefined, 'hémostase', 'Hémostase'),
    row('abo_rh.blood', 'Groupe sanguin ABO et RH1', undefined, 'immuno-hématologie', 'Immuno-hématologie', { immunoHaematology: true }),
  ],
  presets: [],
};

export type ResultSketch = Partial<Omit<StoredResult, 'normalised'>> & { row: string; value?: number; normalised?: object };

/** `{ row: 'potassium.serum', value: 5.6 }` with the rest usual: mmol/L, final, sampled with its report. */
export function result(sketch: ResultSketch, n: number, at: string): StoredResult {
  const { row: key, value, normalised, ...more } = sketch;
  const info = CATALOGUE.rows.find((known) => known.row === key);
  const text = more.text ?? (value === undefined ? '' : String(value).replace('.', ','));
  return {
    n,
    label: info?.label ?? key,
    at,
    atPrecision: 'minute',
    status: 'final',
    text,
    ...(value !== undefined && { number: { value, decimals: text.split(',')[1]?.length ?? 0 } }),
    ...(info?.unit && value !== undefined && { unit: info.unit }),
    normalised: {
      row: key,
      ...(info?.ucum && value !== undefined && more.unit === undefined && { ucum: info.ucum }),
      rules: 'test',
      ...normalised,
    },
    ...more,
  };
}

let documents = 0;

export function report(at: string, sketches: ResultSketch[], more: Partial<StoredReport> = {}): StoredReport {
  const documentId = more.documentId ?? `document-${++documents}`;
  return {
    documentId,
    uniqueId: `1.2.3^${documentId}`,
    setId: `set-${documentId}`,
    version: 1,
    replaces: [],
    status: 'final',
    issuedAt: at,
    receivedAt: at,
    sampledAt: at,
    laboratory: { finess: '990000001', name: 'BioRives FICTIF' },
    chapters: [],
    hasPdf: false,
    joinedBy: 'ins',
    current: true,
    conflict: false,
    results: sketches.map((sketch, index) => result(sketch, index, at)),
    ...more,
  };
}

export const gathered = (reports: StoredReport[], options: { lastVisit?: string; birthDate?: string } = {}): Gathered =>
  gather(reports, CATALOGUE, { now: NOW, ...options });
