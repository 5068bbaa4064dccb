import type { BannerPatient } from './identity-banner.tsx';

/**
 * What the address of a patient page holds beside the patient: everything needed to see the same view again, and nothing that
 * names a person. Each page reads the parts it knows.
 */
export interface PatientSearch {
  /** Layout: `grid`, `curve`, `cross`, `heat`, `panels`, `report`… */
  view?: string;
  /** Rows of the grid concerned by the view: keys of the catalogue. */
  rows?: string[];
  /** `6m`, `1y`, `2y`, `3y`, `all`. */
  period?: string;
  /** Samplings from this day to that one, `YYYY-MM-DD`, instead of a period. */
  since?: string;
  until?: string;
  /** How rows are grouped: `chapter`, `panel`, `loinc`, `name`. */
  group?: string;
  /** `oldest`: the oldest sampling first. */
  order?: string;
  /** Filters switched on: `new`, `abnormal`, `changed`, `corrected`. */
  filter?: string[];
  /** Preset of rows: `kidney`, `heart`… */
  preset?: string;
  /** Document opened. */
  report?: string;
  /** Result aimed at in the document or on the curve: its number in the report. */
  result?: number;
  /** Sampling shown to the patient: day, moment and laboratory. */
  sampling?: string;
  /** Whose documents: FINESS of a structure, or `me`. */
  author?: string;
  /** Words looked for in the page. */
  find?: string;
}

/** What the shell gives to the page of a module inside a patient's record. */
export interface PatientPageProps {
  patientId: string;
  patient: BannerPatient;
  /** The person is reading their own record: plain words. */
  isOwnRecord: boolean;
  search: PatientSearch;
  /** Changes the address; the parts left out stay. `replace` when the step does not deserve a return. */
  go: (change: Partial<{ [Key in keyof PatientSearch]: PatientSearch[Key] | undefined }>, options?: { replace?: boolean }) => void;
  /** Address where the reader says what a code of their own laboratory means; undefined for the codes of others. */
  mappingOf?: (finess: string, code: string) => string | undefined;
  /** Opens a document of the record, of any kind, where it is read. */
  openDocument: (documentId: string) => void;
}

/** The address's words into a search of known shape; what is not understood is dropped. */
export function readPatientSearch(raw: Record<string, unknown>): PatientSearch {
  const word = (key: string) => (typeof raw[key] === 'string' && raw[key] !== '' ? { [key]: raw[key] } : {});
  const words = (key: string) => {
    const value = raw[key];
    const list = (Array.isArray(value) ? value : typeof value === 'string' ? [value] : []).filter(
      (item): item is string => typeof item === 'string' && item !== '',
    );
    return list.length > 0 ? { [key]: list } : {};
  };
  const number = Number(raw['result']);
  return {
    ...word('view'),
    ...words('rows'),
    ...word('period'),
    ...word('since'),
    ...word('until'),
    ...word('group'),
    ...word('order'),
    ...words('filter'),
    ...word('preset'),
    ...word('report'),
    ...word('sampling'),
    ...word('author'),
    ...(raw['result'] !== undefined && Number.isInteger(number) && number >= 0 ? { result: number } : {}),
    ...word('find'),
  };
}
