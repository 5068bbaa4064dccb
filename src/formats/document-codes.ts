/**
 * Codes that describe a document, from the national value sets. Facts of the nomenclature only: another list may replace them.
 *
 * Sources and versions: ASS_X04 20250415 and ASS_X16 20240223 (type → class), ASS_A11 5.0.0 (template → format), JDV_J57 20230922
 * (classes), JDV_J07 2024-09-27 (types), JDV_J02 2024-12-13 (facilities), JDV_J04 2024-09-27 (settings), JDV_J08 2020-04-24.
 */
import type { Coded } from './lab-report.ts';

const CLASS_SYSTEM = '1.2.250.1.213.1.1.4.1';
export const FACILITY_SYSTEM = '1.2.250.1.71.4.2.4';
export const SETTING_SYSTEM = '1.2.250.1.213.1.1.4.9';
export const VISIBILITY_SYSTEM = '1.2.250.1.213.1.1.4.13';
export const CONFIDENTIALITY_SYSTEM = '2.16.840.1.113883.5.25';
/** TRE_A06 and TRE_A11: formats named in France, and those of IHE. */
const FRENCH_FORMATS = '1.2.250.1.213.1.1.4.2.282';
const IHE_FORMATS = '1.3.6.1.4.1.19376.1.2.3';

const CLASSES: Readonly<Record<string, string>> = {
  '10': 'Compte rendu',
  '11': 'Synthèse',
  '31': 'Imagerie médicale',
  '42': 'Prescription',
  '43': 'Dispensation',
  '44': 'Plan de soins, protocole de soins',
  '45': 'Traitement administré',
  '52': 'Certificat, déclaration',
  '60': 'Données de remboursement',
  '90': 'Autres documents déposés par le patient',
  '95': 'Document de gestion',
};

/** Types of each class. */
const TYPES: Readonly<Record<string, string>> = {
  '10':
    '11488-4 11490-0 11502-2 11505-5 11506-3 11526-1 15507-7 15508-5 28653-4 29274-8 34112-3 34749-2 34794-8 34874-8 34875-5 47420-5 ' +
    '51969-4 59283-2 60568-3 67851-6 70004-7 75482-0 75492-9 75496-0 77436-4 78513-9 78601-2 83981-1 85208-7 93024-8 96349-6 BIL_AUTO ' +
    'DOCPAT03 DOCPAT05 DOCPAT06 10213-7 11493-4 11528-7 24611-6 27899-4 28617-9 29554-3 34120-6 34876-3 39256-3 46241-6 68814-3 ' +
    '75497-8 89233-1',
  '11':
    '18761-7 34133-9 34842-5 56445-0 57057-2 57055-6 57075-4 60591-5 68599-0 68817-6 74207-2 78489-2 80820-4 83901-9 83836-7 88348-8 ' +
    '89235-6 DOCPAT01 DOCPAT08 SYNTH 60280-5 78341-5 EXPORT_DUI',
  '31': '18748-4 52040-3 IMG-KOS DOCPAT04',
  '42':
    '55115-0 57828-6 57832-8 57833-6 61357-0 75468-9 PRESC-AAT PRESC-BIO PRESC-KINE PRESC-INF PRESC-PEDI PRESC-ORTHOPHO ' +
    'PRESC-ORTHOPTIE DOCPAT02 29551-9 52063-5 52521-2',
  '43': '60593-1 DISP_AUT 29550-1',
  '44': '18776-5 77604-7 80771-9 80788-3 83869-8 PROT_ALD',
  '45': '80565-5',
  '52': '11369-6 87273-9 89601-9 96173-0 96874-3 CERT_DECL DOCPAT07',
  '60': 'REMB',
  '90': '74465-6 EXPPAT_1 EXPPAT_2 EXPPAT_3',
  '95': '59284-0 86531-1 AUTORIS-SOINS ATTEST-RESID ATTEST-DROITS-AM ATTEST-ASS-COMPL ATTEST-HEBGT DOCPAT09 51851-4 56446-8',
};

/** Types of JDV_J07 that have no class: style sheets, identity papers… */
const UNCLASSED = new Set('PIECE-IDENTITE FEUILLE-DE-STYLE FICHE-CONTACTS 101881-1 E1762'.split(' '));
/** Types that have a class, but are not of JDV_J07: read, never proposed. */
const NOT_EXCHANGED = new Set(
  '11526-1 10213-7 11493-4 11528-7 24611-6 27899-4 29554-3 34876-3 39256-3 46241-6 68814-3 75497-8 29551-9 52063-5 52521-2 29550-1'.split(
    ' ',
  ),
);

/** Format by template; templates of the CI-SIS without their root `1.2.250.1.213.1.1.1.`. */
const FORMATS: Readonly<Record<string, string>> = {
  '5.1': 'urn:asip:ci-sis:cse-cs8:2017',
  '5.2': 'urn:asip:ci-sis:cse-cs9:2017',
  '5.3': 'urn:asip:ci-sis:cse-cs24:2017',
  '5.4': 'urn:ans:ci-sis:cse-mde:2023',
  '8': 'urn:asip:ci-sis:frcp:2011',
  '9': 'urn:asip:ci-sis:idap:2011',
  '10': 'urn:asip:ci-sis:cva:2017',
  '12.1': 'urn:asip:ci-sis:obp-sap:2023',
  '12.2': 'urn:asip:ci-sis:obp-snm:2023',
  '12.3': 'urn:asip:ci-sis:obp-sne:2023',
  '12.4': 'urn:asip:ci-sis:obp-scm:2023',
  '12.5': 'urn:asip:ci-sis:obp-sem:2023',
  '13': 'urn:asip:ci-sis:vsm:2012',
  '15': 'urn:asip:ci-sis:aunv:2013',
  '16': 'urn:asip:ci-sis:eunv:2013',
  '17': 'urn:asip:ci-sis:sunv:2013',
  '18': 'urn:asip:ci-sis:crrtn:2013',
  '2.1.1': 'urn:asip:ci-sis:avk:2009',
  '2.1.2': 'urn:asip:ci-sis:tap:2009',
  '2.1.3': 'urn:asip:ci-sis:dci:2009',
  '2.1.4': 'urn:asip:ci-sis:psc:2009',
  '2.1.5': 'urn:asip:ci-sis:ppv:2009',
  '20': 'urn:asip:ci-sis:pps-paerpa:2017',
  '21': 'urn:asip:ci-sis:ldl-ees:2017',
  '22': 'urn:asip:ci-sis:dlu:2015',
  '23': 'urn:asip:ci-sis:fludt:2017',
  '24': 'urn:asip:ci-sis:fludr:2017',
  '25': 'urn:asip:ci-sis:pavc:2016',
  '26': 'urn:asip:ci-sis:pps-cancer:2017',
  '27': 'urn:asip:ci-sis:d2lm-fin:2017',
  '28': 'urn:asip:ci-sis:d2lm-fidd:2017',
  '29': 'urn:asip:ci-sis:ldl-ses:2017',
  '30': 'urn:asip:ci-sis:sdm-mr:2017',
  '32': 'urn:asip:ci-sis:crgm:2018',
  '36': 'urn:asip:ci-sis:hr:2019',
  '37': 'urn:asip:ci-sis:vac:2019',
  '38': 'urn:asip:ci-sis:tlm-da:2020',
  '39': 'urn:ihe:pharm:pre:2010',
  '40': 'urn:asip:ci-sis:cr-anest:2020',
  '41': 'urn:asip:ci-sis:cr-cpa:2020',
  '42': 'urn:ihe:eyecare:geneyeevalcn:2014',
  '43': 'urn:ihe:eyecare:geneyeevalcn:2014',
  '44': 'urn:ihe:eyecare:geneyeevalcn:2014',
  '45': 'urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013',
  '46': 'urn:asip:ci-sis:vac-note:2021',
  '47': 'urn:ans:ci-sis:img-da:2022',
  '48': 'urn:asip:ci-sis:dlu-dlu-dom:2022',
  '49': 'urn:asip:ci-sis:dlu-fludt-dom:2022',
  '50': 'urn:asip:ci-sis:dlu-fludr-dom:2022',
  '51': 'urn:ihe:pcc:ips:2020',
  '52': 'urn:ans:ci-sis:bio-ep-bio:2022',
  '54': 'urn:ihe:pharm:dis:2010',
  '55': 'urn:ihe:lab:xd-lab:2008',
  '56': 'urn:asip:ci-sis:ppp:2023',
  '57': 'urn:ihe:palm:apsr:2016',
  '58': 'urn:asip:ci-sis:export-dui:2023',
  '1.3.6.1.4.1.19376.1.3.3': 'urn:ihe:lab:xd-lab:2008',
  '1.3.6.1.4.1.19376.1.8.1.1.1': 'urn:ihe:pat:apsr:all:2010',
};

/** Format of an unstructured document, by the type of what it holds. */
const PLAIN_FORMATS: Readonly<Record<string, string>> = {
  'application/pdf': 'urn:ihe:iti:xds-sd:pdf:2008',
  'text/plain': 'urn:ihe:iti:xds-sd:text:2008',
  'image/jpeg': 'urn:ihe:iti-fr:xds-sd:jpeg:2010',
  'text/rtf': 'urn:ihe:iti-fr:xds-sd:rtf:2010',
  'image/tiff': 'urn:ihe:iti-fr:xds-sd:tiff:2010',
};

export const SETTINGS: Readonly<Record<string, string>> = {
  AMBULATOIRE: 'Ambulatoire',
  AMO: "Organisme d'assurance maladie obligatoire",
  DEPISTAGE: 'Dépistage',
  ESSMS: 'Etablissement ou Service Social ou Médico-Social',
  ETABLISSEMENT: 'Etablissement de santé',
  HAD: 'Hospitalisation à domicile',
  MAD: 'Maintien à domicile',
  PALLIATIF: 'Soins palliatifs',
  SAD: 'Soins à domicile',
  SAMU_SMUR: 'SAMU/SMUR',
};

const FRENCH_ROOT = '1.2.250.1.213.1.1.1.';
const UNSTRUCTURED = '1.3.6.1.4.1.19376.1.2.20';

/** SA01 to SA69, without those never given; EXP_PATIENT and SNR are of both lists. */
const FACILITY = /^(?:SA(?:0[1-9]|10|1[2-9]|[2-5]\d|6[01]|6[3-9])|EXP_PATIENT|SNR)$/;

const CLASS_OF = new Map(Object.entries(TYPES).flatMap(([code, types]) => types.split(' ').map((type) => [type, code] as const)));

/** The class of a type of document (JDV_J57), or undefined for a type that the national tables do not know. */
export function classOfType(typeCode: string | undefined): Coded | undefined {
  const code = CLASS_OF.get(typeCode ?? '');
  return code === undefined ? undefined : { code, system: CLASS_SYSTEM, display: CLASSES[code]! };
}

/** Whether documents of this type may be shared and exchanged (JDV_J07). */
export const isExchangedType = (typeCode: string | undefined): boolean =>
  typeCode !== undefined && (UNCLASSED.has(typeCode) || (CLASS_OF.has(typeCode) && !NOT_EXCHANGED.has(typeCode)));

export const isFacilityType = (code: string | undefined): boolean => FACILITY.test(code ?? '');
export const isPracticeSetting = (code: string | undefined): boolean =>
  Object.hasOwn(SETTINGS, code ?? '') || code === 'EXP_PATIENT' || code === 'SNR';
export const isDocumentClass = (code: string | undefined): boolean => Object.hasOwn(CLASSES, code ?? '');

/**
 * The format of a document (JDV_J10), by the last of its templates that names one.
 * @param bodyType media type of what an unstructured document holds, or of the file when it is no CDA
 */
export function formatOf(templates: readonly string[], bodyType: string): Coded {
  const structured = templates.map((oid) => FORMATS[oid.startsWith(FRENCH_ROOT) ? oid.slice(FRENCH_ROOT.length) : oid]);
  const plain = templates.includes(UNSTRUCTURED) ? PLAIN_FORMATS[bodyType] : undefined;
  const code = plain ?? structured.findLast((format) => format !== undefined) ?? 'urn:asipSante:modelesHorsProfils:2011';
  return { code, system: isOfIhe(code) ? IHE_FORMATS : FRENCH_FORMATS };
}

const isOfIhe = (format: string) => format.startsWith('urn:ihe:') && !format.startsWith('urn:ihe:iti-fr:');
