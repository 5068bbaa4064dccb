import { ANALYTE_KEYS, ANALYTES, type AnalyteKey } from './analytes.ts';

/** Words for the chapters; codes of the LOINC disciplines used by the French model (CR-BIO). */
export const CHAPTERS = {
  haematology: { code: '18723-7', title: 'Hématologie', specimen: 'BLD' },
  chemistry: { code: '18719-5', title: 'Biochimie', specimen: 'SER' },
  haemostasis: { code: '18720-3', title: 'Hémostase', specimen: 'PLAS' },
  markers: { code: '18718-7', title: 'Protéines, marqueurs tumoraux, vitamines', specimen: 'SER' },
  serology: { code: '18727-8', title: 'Sérologie', specimen: 'SER' },
  urine: { code: '18729-4', title: 'Urines', specimen: 'UR' },
  microbiology: { code: '18725-2', title: 'Microbiologie', specimen: 'UR' },
  immunohaematology: { code: '18717-9', title: 'Immuno-hématologie', specimen: 'BLD' },
} as const;
export const SPECIMENS = { BLD: 'Sang', SER: 'Sérum', PLAS: 'Plasma', UR: 'Urine' } as const;

/** Groups of analytes that are ordered together. */
export const PANELS = {
  nfs: ANALYTE_KEYS.filter((key) => ANALYTES[key].panel === 'Hémogramme'),
  electrolytes: ['sodium', 'potassium', 'chloride', 'bicarbonate', 'protein'],
  kidney: ['urea', 'creatinine', 'egfr'],
  urate: ['urate'],
  glucose: ['glucose'],
  hba1c: ['hba1c'],
  lipids: ['cholesterol', 'hdl', 'triglycerides', 'ldl'],
  liver: ['ast', 'alt', 'ggt', 'alp', 'bilirubin'],
  albumin: ['albumin'],
  ldh: ['ldh'],
  iron: ['ferritin', 'iron', 'transferrin', 'transferrinSaturation'],
  ferritin: ['ferritin'],
  bnp: ['ntProBnp'],
  troponin: ['troponin'],
  bone: ['calcium', 'phosphate', 'magnesium'],
  pth: ['pth'],
  crp: ['crp'],
  tsh: ['tsh'],
  thyroid: ['tsh', 'ft4'],
  inr: ['inr', 'prothrombin'],
  clotting: ['prothrombin', 'apttRatio', 'fibrinogen'],
  vitaminD: ['vitaminD'],
  b12: ['vitaminB12', 'folate'],
  psa: ['psa'],
  tumour: ['cea', 'ca153'],
  hcg: ['hcg'],
  pregnancy: ['toxoIgg', 'rubellaIgg'],
  microalbumin: ['albuminCreatinineRatio'],
} as const satisfies Record<string, readonly AnalyteKey[]>;
export type PanelKey = keyof typeof PANELS;
