/** The formulas of derived values: inputs with their unit, source, limits. Each is checked on a published example in its test. */
import type { DerivationRefusal, DerivedInput, Subject } from './derivation.ts';

export const FORMULA_IDS = [
  'egfr-ckdepi-2009',
  'egfr-ckdepi-2021',
  'egfr-ekfc',
  'egfr-schwartz',
  'ldl-friedewald',
  'ldl-sampson',
  'non-hdl',
  'anion-gap',
  'calcium-corrected',
  'transferrin-saturation',
  'homa-ir',
  'fib-4',
] as const;
export type FormulaId = (typeof FORMULA_IDS)[number];

export interface Formula {
  /** What is shown as its name. */
  label: string;
  labelEn: string;
  inputs: readonly { row: string; unit: string }[];
  unit: string;
  decimals: number;
  /** Inputs sampled further apart than this are not of one state of the person. */
  hoursApart: number;
  /** Rows in which a laboratory reports the same quantity. */
  sameAs: readonly string[];
  isPositive: boolean;
  /** Message keys. */
  cautions: readonly string[];
  source: string;
  forbids?: (subject: Subject, inputs: readonly DerivedInput[]) => DerivationRefusal | undefined;
  compute: (values: readonly number[], subject: Subject) => number | DerivationRefusal;
}

const CREATININE = { row: 'creatinine.serum', unit: 'umol/L' };
const LIPIDS = [
  { row: 'cholesterol.serum', unit: 'mmol/L' },
  { row: 'hdl.serum', unit: 'mmol/L' },
  { row: 'triglycerides.serum', unit: 'mmol/L' },
];
const UMOL_PER_MG_DL = 88.4;
const CHOLESTEROL_MG_DL_PER_MMOL = 38.665;
const TRIGLYCERIDES_MG_DL_PER_MMOL = 88.57;

const ADULT_EGFR = {
  inputs: [CREATININE],
  unit: 'mL/min/{1.73_m2}',
  decimals: 0,
  hoursApart: 0,
  sameAs: ['egfr_ckdepi2009.serum', 'egfr_ckdepi2021.serum', 'egfr_mdrd.serum'],
  isPositive: true,
  cautions: ['stable-kidney-function', 'not-in-pregnancy', 'extreme-muscle-mass'],
  forbids: (subject: Subject) => notForAdultEgfr(subject),
} as const;

function notForAdultEgfr({ ageYears, sex, isPregnant, isKidneyUnstable }: Subject): DerivationRefusal | undefined {
  if (ageYears === undefined) return 'age-unknown';
  if (ageYears < 18 || ageYears > 120) return 'age-out-of-range';
  if (sex === undefined) return 'sex-unknown';
  if (isPregnant) return 'pregnancy';
  return isKidneyUnstable ? 'acute-kidney-injury' : undefined;
}

interface CkdEpi {
  factor: number;
  low: { M: number; F: number };
  high: number;
  perYear: number;
  female: number;
}

function ckdEpi(umolPerL: number, { ageYears = Number.NaN, sex = 'M' }: Subject, by: CkdEpi): number {
  const ratio = umolPerL / UMOL_PER_MG_DL / (sex === 'F' ? 0.7 : 0.9);
  const shape = Math.min(ratio, 1) ** by.low[sex] * Math.max(ratio, 1) ** by.high;
  return by.factor * shape * by.perYear ** ageYears * (sex === 'F' ? by.female : 1);
}

/** µmol/L: the median creatinine of healthy people of this age and sex. */
function ekfcQ(ageYears: number, sex: 'M' | 'F'): number {
  if (ageYears > 25) return sex === 'F' ? 62 : 80;
  const [a, b, c, d, e] = sex === 'F' ? [3.08, 0.177, 0.223, 0.005_96, 0.000_068_6] : [3.2, 0.259, 0.543, 0.007_63, 0.000_079];
  return Math.exp(a + b * ageYears - c * Math.log(ageYears) - d * ageYears ** 2 + e * ageYears ** 3);
}

function ekfc(umolPerL: number, { ageYears = Number.NaN, sex = 'M' }: Subject): number {
  const ratio = umolPerL / ekfcQ(ageYears, sex);
  return 107.3 * ratio ** (ratio < 1 ? -0.322 : -1.132) * (ageYears > 40 ? 0.99 ** (ageYears - 40) : 1);
}

function sampson(cholesterol: number, hdl: number, triglycerides: number): number {
  const [tc, h, tg] = [
    cholesterol * CHOLESTEROL_MG_DL_PER_MMOL,
    hdl * CHOLESTEROL_MG_DL_PER_MMOL,
    triglycerides * TRIGLYCERIDES_MG_DL_PER_MMOL,
  ];
  const mgPerDl = tc / 0.948 - h / 0.971 - (tg / 8.56 + (tg * (tc - h)) / 2140 - tg ** 2 / 16_100) - 9.44;
  return mgPerDl / CHOLESTEROL_MG_DL_PER_MMOL;
}

const at = (values: readonly number[], index: number) => values[index] ?? Number.NaN;

export const FORMULAS: Readonly<Record<FormulaId, Formula>> = {
  'egfr-ckdepi-2009': {
    label: 'DFG estimé (CKD-EPI 2009)',
    labelEn: 'Estimated GFR (CKD-EPI 2009)',
    ...ADULT_EGFR,
    source: 'Levey et al., Ann Intern Med 2009; without the ethnic factor, as in French practice',
    compute: ([creatinine = Number.NaN], subject) =>
      ckdEpi(creatinine, subject, { factor: 141, low: { M: -0.411, F: -0.329 }, high: -1.209, perYear: 0.993, female: 1.018 }),
  },
  'egfr-ckdepi-2021': {
    label: 'DFG estimé (CKD-EPI 2021)',
    labelEn: 'Estimated GFR (CKD-EPI 2021)',
    ...ADULT_EGFR,
    source: 'Inker et al., N Engl J Med 2021',
    compute: ([creatinine = Number.NaN], subject) =>
      ckdEpi(creatinine, subject, { factor: 142, low: { M: -0.302, F: -0.241 }, high: -1.2, perYear: 0.9938, female: 1.012 }),
  },
  'egfr-ekfc': {
    label: 'DFG estimé (EKFC)',
    labelEn: 'Estimated GFR (EKFC)',
    ...ADULT_EGFR,
    source: 'Pottel et al., Ann Intern Med 2021',
    compute: ([creatinine = Number.NaN], subject) => ekfc(creatinine, subject),
  },
  'egfr-schwartz': {
    label: 'DFG estimé de l’enfant (Schwartz)',
    labelEn: 'Estimated GFR of a child (Schwartz)',
    ...ADULT_EGFR,
    cautions: ['stable-kidney-function', 'enzymatic-creatinine'],
    source: 'Schwartz et al., J Am Soc Nephrol 2009 (bedside, 0.413 × height in cm / creatinine in mg/dL)',
    forbids: ({ ageYears, heightCm, isKidneyUnstable }) => {
      if (ageYears === undefined) return 'age-unknown';
      if (ageYears < 1 || ageYears >= 18) return 'age-out-of-range';
      if (heightCm === undefined || heightCm < 40 || heightCm > 220) return 'height-unknown';
      return isKidneyUnstable ? 'acute-kidney-injury' : undefined;
    },
    compute: ([creatinine = Number.NaN], { heightCm = Number.NaN }) => (0.413 * heightCm * UMOL_PER_MG_DL) / creatinine,
  },
  'ldl-friedewald': {
    label: 'LDL (Friedewald)',
    labelEn: 'LDL (Friedewald)',
    inputs: LIPIDS,
    unit: 'mmol/L',
    decimals: 2,
    hoursApart: 1,
    sameAs: ['ldl.serum', 'ldl_calc.serum', 'ldl_direct.serum'],
    isPositive: true,
    cautions: ['fasting-sample'],
    source: 'Friedewald et al., Clin Chem 1972; not above 3.9 mmol/L of triglycerides',
    compute: (values) => (at(values, 2) > 3.9 ? 'triglycerides-too-high' : at(values, 0) - at(values, 1) - at(values, 2) / 2.2),
  },
  'ldl-sampson': {
    label: 'LDL (Sampson)',
    labelEn: 'LDL (Sampson)',
    inputs: LIPIDS,
    unit: 'mmol/L',
    decimals: 2,
    hoursApart: 1,
    sameAs: ['ldl.serum', 'ldl_calc.serum', 'ldl_direct.serum'],
    isPositive: true,
    cautions: [],
    source: 'Sampson et al., JAMA Cardiol 2020 (NIH equation 2); not above 9 mmol/L of triglycerides',
    compute: (values) => (at(values, 2) > 9 ? 'triglycerides-too-high' : sampson(at(values, 0), at(values, 1), at(values, 2))),
  },
  'non-hdl': {
    label: 'Cholestérol non-HDL',
    labelEn: 'Non-HDL cholesterol',
    inputs: LIPIDS.slice(0, 2),
    unit: 'mmol/L',
    decimals: 2,
    hoursApart: 1,
    sameAs: ['non_hdl.serum'],
    isPositive: true,
    cautions: [],
    source: 'definition: total cholesterol less HDL cholesterol',
    compute: (values) => at(values, 0) - at(values, 1),
  },
  'anion-gap': {
    label: 'Trou anionique',
    labelEn: 'Anion gap',
    inputs: [
      { row: 'sodium.serum', unit: 'mmol/L' },
      { row: 'chloride.serum', unit: 'mmol/L' },
      { row: 'bicarbonate.serum', unit: 'mmol/L' },
    ],
    unit: 'mmol/L',
    decimals: 0,
    hoursApart: 1,
    sameAs: ['anion_gap.serum', 'anion_gap_k.serum'],
    isPositive: false,
    cautions: ['low-albumin-hides-gap'],
    source: 'definition without potassium: Na − (Cl + HCO3)',
    compute: (values) => at(values, 0) - at(values, 1) - at(values, 2),
  },
  'calcium-corrected': {
    label: 'Calcium corrigé par l’albumine',
    labelEn: 'Calcium corrected for albumin',
    inputs: [
      { row: 'calcium.serum', unit: 'mmol/L' },
      { row: 'albumin.serum', unit: 'g/L' },
    ],
    unit: 'mmol/L',
    decimals: 2,
    hoursApart: 24,
    // an ionised calcium says it better
    sameAs: ['calcium_corrected.serum', 'calcium_ionized.serum', 'calcium_ionized.blood'],
    isPositive: true,
    cautions: ['weak-estimate-prefer-ionised-calcium'],
    source: 'Payne et al., BMJ 1973, in its usual form: calcium + 0.02 × (40 − albumin)',
    compute: (values) => at(values, 0) + 0.02 * (40 - at(values, 1)),
  },
  'transferrin-saturation': {
    label: 'Saturation de la transferrine',
    labelEn: 'Transferrin saturation',
    inputs: [
      { row: 'iron.serum', unit: 'umol/L' },
      { row: 'transferrin.serum', unit: 'g/L' },
    ],
    unit: '%',
    decimals: 0,
    hoursApart: 1,
    sameAs: ['transferrin_saturation.serum'],
    isPositive: true,
    cautions: [],
    source: 'iron / (25 × transferrin): binding capacity of 25 µmol per gram of transferrin, the French usage',
    compute: (values) => (100 * at(values, 0)) / (25 * at(values, 1)),
  },
  'homa-ir': {
    label: 'HOMA-IR',
    labelEn: 'HOMA-IR',
    inputs: [
      { row: 'glucose_fasting.serum', unit: 'mmol/L' },
      { row: 'insulin_iu.serum', unit: 'm[IU]/L' },
    ],
    unit: '{index}',
    decimals: 1,
    hoursApart: 1,
    sameAs: [],
    isPositive: true,
    cautions: ['not-under-insulin', 'insulin-method-matters'],
    source: 'Matthews et al., Diabetologia 1985: fasting glucose × fasting insulin / 22.5',
    compute: (values) => (at(values, 0) * at(values, 1)) / 22.5,
  },
  'fib-4': {
    label: 'FIB-4',
    labelEn: 'FIB-4',
    inputs: [
      { row: 'ast.serum', unit: 'U/L' },
      { row: 'alt.serum', unit: 'U/L' },
      { row: 'platelets.blood', unit: '10*9/L' },
    ],
    unit: '{index}',
    decimals: 2,
    hoursApart: 24,
    sameAs: [],
    isPositive: true,
    cautions: ['not-in-acute-hepatitis', 'age-35-to-65'],
    source: 'Sterling et al., Hepatology 2006: age × AST / (platelets × √ALT)',
    forbids: ({ ageYears }) => (ageYears === undefined ? 'age-unknown' : ageYears < 18 ? 'age-out-of-range' : undefined),
    compute: (values, { ageYears = Number.NaN }) => (ageYears * at(values, 0)) / (at(values, 2) * Math.sqrt(at(values, 1))),
  },
};
