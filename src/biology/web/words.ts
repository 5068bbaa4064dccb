/** Words of a row and of its laboratory that every part of the viewer shares. */
import { createContext, useContext } from 'react';
import { type Language, type Text, useLanguage, useText } from '#ui';
import type { Catalogue } from '../contract.ts';
import type { Row, RowGroup } from '../grid.ts';

/** Short codes of the laboratories of this patient, by FINESS. */
export const LaboratoryCodes = createContext<ReadonlyMap<string, string>>(new Map());
export const useLaboratoryCode = () => {
  const codes = useContext(LaboratoryCodes);
  return (finess: string) => codes.get(finess) ?? '?';
};

const SPECIMENS: ReadonlySet<string> = new Set([
  'serum',
  'plasma',
  'blood',
  'blood_arterial',
  'blood_venous',
  'blood_capillary',
  'urine',
  'urine24h',
  'urine_strip',
  'rbc',
  'csf',
  'stool',
  'semen',
  'isolate',
  'fetus',
]);

/** Specimen in words: from the key of a catalogue row (`creatinine.serum`), as printed outside the catalogue. */
export function specimenWords(row: Pick<Row, 'info' | 'specimen'>, t: Text): string {
  if (!row.info) return row.specimen ?? '';
  const specimen = row.info.row.split('.').at(-1) ?? '';
  return SPECIMENS.has(specimen) ? t(`biology.specimen.${specimen}`) : '';
}

export const rowName = (row: Row, language: Language): string => (language === 'en' && row.info ? row.info.labelEn : row.label);

/** `Potassium, sérum`. */
export function useRowTitle(): (row: Row) => string {
  const t = useText();
  const language = useLanguage();
  return (row) => [rowName(row, language), specimenWords(row, t)].filter(Boolean).join(', ');
}

/** `Biochimie · ionogramme`, or the sentence for what no catalogue knows. */
export function groupTitle(group: RowGroup, catalogue: Catalogue, language: Language, t: Text): string {
  if (group.isUnclassified) return t('biology.unclassified');
  const chapter = catalogue.chapters.find((known) => known.chapter === group.chapter);
  const title = chapter ? (language === 'en' ? chapter.labelEn : chapter.label) : group.chapter;
  return group.panel && group.panel.toLowerCase() !== title.toLowerCase() ? `${title} · ${group.panel}` : title;
}
