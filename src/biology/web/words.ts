/** Words of a row and of its laboratory that every part of the viewer shares. */
import { createContext, useContext } from 'react';
import { type Language, type Text, useLanguage } from '#ui';
import type { Row, RowGroup } from '../grid.ts';

/** Short codes of the laboratories of this patient, by FINESS. */
export const LaboratoryCodes = createContext<ReadonlyMap<string, string>>(new Map());
export const useLaboratoryCode = () => {
  const codes = useContext(LaboratoryCodes);
  return (finess: string) => codes.get(finess) ?? '?';
};

/** Codes of specimen types (JDV_HL7_SpecimenType, from HL7 v2 table 0487) that laboratories send without words. */
const SPECIMEN_CODES: Readonly<Record<string, Record<Language, string>>> = {
  UR: { fr: 'urines', en: 'urine' },
  BLD: { fr: 'sang', en: 'blood' },
  SER: { fr: 'sérum', en: 'serum' },
  PLAS: { fr: 'plasma', en: 'plasma' },
  CSF: { fr: 'LCR', en: 'CSF' },
  STL: { fr: 'selles', en: 'stool' },
  SPT: { fr: 'expectoration', en: 'sputum' },
};

/** A specimen as sent: its code in words when it is only a code. */
export const sentSpecimen = (specimen: string, language: Language): string => SPECIMEN_CODES[specimen.trim()]?.[language] ?? specimen;

/** Specimen in words; as printed outside the catalogue. */
export function specimenWords(row: Pick<Row, 'info' | 'specimen'>, language: Language): string {
  const words = (language === 'en' ? row.info?.specimenEn : row.info?.specimen) ?? sentSpecimen(row.specimen ?? '', language);
  const short = /\((.+)\)$/.exec(words)?.[1] ?? words;
  /* Beside a name, in the middle of a line: `Potassium sérum`; an abbreviation (`LCR`) keeps its capitals. */
  return /^\p{Lu}\p{Ll}/u.test(short) ? short[0]!.toLowerCase() + short.slice(1) : short;
}

export const rowName = (row: Row, language: Language): string => (language === 'en' && row.info ? row.info.labelEn : row.label);

/** Where the column of names is narrow: the same, said shorter when it would be cut. */
export const shortName = (row: Row, language: Language): string =>
  (language === 'en' ? row.info?.shortEn : row.info?.short) ?? rowName(row, language);

/** `Potassium, sérum`. */
export function useRowTitle(): (row: Row) => string {
  const language = useLanguage();
  return (row) => [rowName(row, language), specimenWords(row, language)].filter(Boolean).join(', ');
}

/** `Biochimie · Ionogramme`, or the sentence for what no catalogue knows. */
export function groupTitle(group: RowGroup, language: Language, t: Text): string {
  if (group.isUnclassified) return t('biology.unclassified');
  if (group.chapter === '') return t('biology.arrange.name');
  const title = language === 'en' ? group.chapterEn : group.chapter;
  return group.panel && group.panel.toLowerCase() !== title.toLowerCase() ? `${title} · ${group.panel}` : title;
}
