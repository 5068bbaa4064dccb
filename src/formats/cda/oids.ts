/** Object identifiers of the French laboratory report: CI-SIS, IHE XD-LAB and PCC, HL7. */

export const LOINC = '2.16.840.1.113883.6.1';
export const UCUM = '2.16.840.1.113883.6.8';
export const INTERPRETATION = '2.16.840.1.113883.5.83';
export const GENDER = '2.16.840.1.113883.5.1';
export const FINESS_ROOT = '1.2.250.1.71.4.2.2';

/** National identity (INS): NIR, NIA, and their test and demonstration roots. */
export const INS_ROOTS: readonly string[] = ['8', '9', '10', '11'].map((n) => `1.2.250.1.213.1.4.${n}`);

export const TEMPLATE = {
  hl7France: '2.16.840.1.113883.2.8.2.1',
  minimalStructure: '1.2.250.1.213.1.1.1.1',
  xdLab: '1.3.6.1.4.1.19376.1.3.3',
  crBio: '1.2.250.1.213.1.1.1.55',
  unstructured: '1.3.6.1.4.1.19376.1.2.20',
  validator: '1.3.6.1.4.1.19376.1.3.3.1.5',
  prescriber: '1.3.6.1.4.1.19376.1.3.3.1.6',
  performer: '1.3.6.1.4.1.19376.1.3.3.1.7',
  chapter: '1.3.6.1.4.1.19376.1.3.3.2.1',
  chapterFr: '1.2.250.1.213.1.1.2.70',
  subChapter: '1.3.6.1.4.1.19376.1.3.3.2.2',
  subChapterFr: '1.2.250.1.213.1.1.2.71',
  secondIntention: '1.2.250.1.213.1.1.2.60',
  commentSection: '1.2.250.1.213.1.1.2.73',
  reason: '1.2.250.1.213.1.1.2.128',
  vaccinations: '1.2.250.1.213.1.1.2.147',
  pdfCopy: '1.2.250.1.213.1.1.2.243',
  attached: '1.2.250.1.213.1.1.3.18',
  isolate: '1.3.6.1.4.1.19376.1.3.1.5',
} as const;

/** LOINC codes of the model. */
export const REPORT_CODE = '11502-2';
export const PDF_COPY_CODE = '55108-5';
export const RECEIVED_CODE = 'SPRECEIVE';
