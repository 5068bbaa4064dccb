import type { DocumentKind } from './clinical-document.ts';

/** Kinds by type code. Source: CI-SIS value set JDV_J07 (LOINC, and TRE_A05 for SYNTH, PRESC-BIO and REMB). */
const KINDS: Readonly<Record<string, DocumentKind>> = {
  '11490-0': 'discharge-letter',
  '83981-1': 'discharge-letter',
  '18761-7': 'admission-letter',
  '96349-6': 'referral-letter',
  SYNTH: 'medical-summary',
  '60591-5': 'medical-summary',
  '34112-3': 'hospital-report',
  '34133-9': 'hospital-report',
  '34874-8': 'operative-report',
  '15507-7': 'emergency-report',
  '11488-4': 'consultation-report',
  '85208-7': 'consultation-report',
  '18748-4': 'imaging-report',
  '55115-0': 'imaging-request',
  '11502-2': 'laboratory-report',
  'PRESC-BIO': 'laboratory-prescription',
  '96173-0': 'rapid-test',
  '60568-3': 'pathology-report',
  '51969-4': 'genetics-report',
  '34794-8': 'tumour-board',
  '18776-5': 'care-plan',
  '11369-6': 'vaccinations',
  '87273-9': 'vaccinations',
  '57833-6': 'prescription',
  '60593-1': 'dispensation',
  '74207-2': 'emergency-file',
  '78341-5': 'emergency-file',
  '60280-5': 'emergency-file',
  '34749-2': 'anaesthesia-report',
  '77436-4': 'anaesthesia-report',
  REMB: 'reimbursements',
};

/** @param code the type code of the document, as received */
export const kindOfDocument = (code: string | undefined): DocumentKind => KINDS[code ?? ''] ?? 'other';
