/**
 * What the laboratories of the demo measure, each in the usual unit of the region (`unit`, UCUM), with its printed decimals.
 *
 * LOINC codes: as listed for French laboratories (LOINC, Regenstrief Institute). Reference intervals are ordinary adult ones, only to
 * look right: they come from no single laboratory. `cvi` is the within-person biological variation and `cva` the analytical one, in
 * percent, of the order published by Ricós et al.; they make the noise, nothing is decided from them.
 */

export interface Interval {
  low?: number;
  high?: number;
}

/** The same analyte printed otherwise: value = usual value × factor. */
export interface OtherUnit {
  loinc: string;
  unit: string;
  factor: number;
  decimals: number;
}

export type ChapterKey = 'haematology' | 'chemistry' | 'haemostasis' | 'markers' | 'serology' | 'urine';

export interface Analyte {
  loinc: string;
  label: string;
  /** The code that laboratories give it: `K`, `CREA`. */
  local: string;
  unit: string;
  /** How France spells it, for the systems that send the spelling instead of UCUM; absent: same as `unit`. */
  spelled?: string;
  decimals: number;
  chapter: ChapterKey;
  panel: string;
  women: Interval;
  men: Interval;
  /** Beyond these the laboratory flags LL or HH. */
  alert?: Interval;
  /** Smallest value that can be measured. */
  limit?: number;
  cvi: number;
  cva: number;
  mass?: OtherUnit;
  /** Code and words of the ANSM table of techniques (1.2.250.1.213.2.3.5), or words alone. */
  method?: { code?: string; display: string };
}

type Options = Partial<Pick<Analyte, 'alert' | 'limit' | 'mass' | 'method' | 'spelled'>> & {
  men?: readonly [(number | undefined)?, (number | undefined)?];
  cv?: readonly [number, number];
};

const interval = ([low, high]: readonly [(number | undefined)?, (number | undefined)?]): Interval => ({
  ...(low !== undefined && { low }),
  ...(high !== undefined && { high }),
});

function analyte(
  place: readonly [ChapterKey, string],
  [loinc, local, label]: readonly [string, string, string],
  [unit, decimals]: readonly [string, number],
  women: readonly [(number | undefined)?, (number | undefined)?],
  { men, cv = [5, 3], ...rest }: Options = {},
): Analyte {
  const [chapter, panel] = place;
  return {
    loinc,
    local,
    label,
    unit,
    decimals,
    chapter,
    panel,
    women: interval(women),
    men: interval(men ?? women),
    cvi: cv[0],
    cva: cv[1],
    ...rest,
  };
}

const NFS = ['haematology', 'Hémogramme'] as const;
const IONO = ['chemistry', 'Ionogramme'] as const;
const RENAL = ['chemistry', 'Fonction rénale'] as const;
const SUGAR = ['chemistry', 'Glycémie et diabète'] as const;
const LIPID = ['chemistry', 'Bilan lipidique'] as const;
const LIVER = ['chemistry', 'Bilan hépatique'] as const;
const IRON = ['chemistry', 'Bilan martial'] as const;
const HEART = ['chemistry', 'Marqueurs cardiaques'] as const;
const BONE = ['chemistry', 'Bilan phosphocalcique'] as const;
const THYROID = ['chemistry', 'Bilan thyroïdien'] as const;
const CRP = ['chemistry', 'Inflammation'] as const;
const HAEMO = ['haemostasis', 'Hémostase'] as const;
const MARKER = ['markers', 'Vitamines et marqueurs'] as const;
const SERO = ['serology', 'Sérologies'] as const;
const URINE = ['urine', 'Biochimie urinaire'] as const;

const G_L = { spelled: 'G/L' };
const UI_L = { spelled: 'UI/L' };
const UMOL = { spelled: 'µmol/L' };
const ISE = { code: '9EI', display: 'Potentiométrie indirecte' };
const HEXOKINASE = { code: 'DEH', display: 'Spectrophotométrie enzyme/UV Hexokinase' };
const JAFFE = { code: 'DK3', display: 'Spectrophotométrie JAFFE cinétique standardisé / corrigé' };
const CLOTTING = { code: 'HPX', display: 'Chronométrie - Chronométrie' };
const LUMINESCENCE = { code: 'UCX', display: 'Chimiluminescence' };
const FLOW = { code: 'DC', display: 'Cytométrie en flux' };
const TURBIDIMETRY = { code: 'UTX', display: 'Immunodosages - Turbidimétrie' };

/** Ferritin is the analyte whose method the BioRives and Grand-Pont groups change: values before and after do not compare. */
export const FERRITIN_METHODS = { before: TURBIDIMETRY, after: LUMINESCENCE } as const;

export const ANALYTES = {
  leucocytes: analyte(NFS, ['6690-2', 'GB', 'Leucocytes'], ['10*9/L', 1], [4, 10], {
    ...G_L,
    cv: [11.4, 3.5],
    alert: { low: 1.5, high: 30 },
    method: FLOW,
  }),
  erythrocytes: analyte(NFS, ['789-8', 'GR', 'Hématies'], ['10*12/L', 2], [4, 5.2], { spelled: 'T/L', men: [4.5, 5.9] }),
  hemoglobin: analyte(NFS, ['718-7', 'HB', 'Hémoglobine'], ['g/dL', 1], [11.5, 15], {
    men: [13, 17],
    cv: [2.85, 1.5],
    alert: { low: 8, high: 20 },
  }),
  hematocrit: analyte(NFS, ['4544-3', 'HT', 'Hématocrite'], ['%', 1], [36, 47], { men: [40, 52] }),
  mcv: analyte(NFS, ['787-2', 'VGM', 'VGM'], ['fL', 1], [80, 100], { cv: [0.6, 0.4] }),
  mch: analyte(NFS, ['785-6', 'TCMH', 'TCMH'], ['pg', 1], [27, 32]),
  mchc: analyte(NFS, ['786-4', 'CCMH', 'CCMH'], ['g/dL', 1], [32, 36], { cv: [0.7, 0.5] }),
  rdw: analyte(NFS, ['788-0', 'IDR', 'Indice de distribution érythrocytaire'], ['%', 1], [11.5, 15], { cv: [3.5, 1.5] }),
  platelets: analyte(NFS, ['777-3', 'PLT', 'Plaquettes'], ['10*9/L', 0], [150, 400], {
    ...G_L,
    cv: [9.1, 3.5],
    alert: { low: 50, high: 1000 },
  }),
  neutrophilsPct: analyte(NFS, ['770-8', 'PNNP', 'Polynucléaires neutrophiles %'], ['%', 1], [40, 75], { cv: [8, 2] }),
  neutrophils: analyte(NFS, ['751-8', 'PNN', 'Polynucléaires neutrophiles'], ['10*9/L', 2], [1.8, 7.5], {
    ...G_L,
    alert: { low: 0.5, high: 25 },
  }),
  lymphocytesPct: analyte(NFS, ['736-9', 'LYMP', 'Lymphocytes %'], ['%', 1], [20, 45], { cv: [10, 3] }),
  lymphocytes: analyte(NFS, ['731-0', 'LYM', 'Lymphocytes'], ['10*9/L', 2], [1, 4], G_L),
  monocytesPct: analyte(NFS, ['5905-5', 'MONOP', 'Monocytes %'], ['%', 1], [2, 10], { cv: [14, 5] }),
  monocytes: analyte(NFS, ['742-7', 'MONO', 'Monocytes'], ['10*9/L', 2], [0.2, 1], G_L),
  eosinophilsPct: analyte(NFS, ['713-8', 'PNEP', 'Polynucléaires éosinophiles %'], ['%', 1], [0.5, 6], { cv: [20, 6] }),
  eosinophils: analyte(NFS, ['711-2', 'PNE', 'Polynucléaires éosinophiles'], ['10*9/L', 2], [0.04, 0.5], G_L),
  basophilsPct: analyte(NFS, ['706-2', 'PNBP', 'Polynucléaires basophiles %'], ['%', 1], [0, 1.5], { cv: [20, 10] }),
  basophils: analyte(NFS, ['704-7', 'PNB', 'Polynucléaires basophiles'], ['10*9/L', 2], [0, 0.1], G_L),

  sodium: analyte(IONO, ['2951-2', 'NA', 'Sodium'], ['mmol/L', 0], [136, 145], {
    cv: [0.6, 0.6],
    alert: { low: 130, high: 155 },
    method: ISE,
  }),
  potassium: analyte(IONO, ['2823-3', 'K', 'Potassium'], ['mmol/L', 1], [3.5, 5.1], {
    cv: [4.6, 1.5],
    alert: { low: 2.8, high: 6 },
    method: ISE,
  }),
  chloride: analyte(IONO, ['2075-0', 'CL', 'Chlorures'], ['mmol/L', 0], [98, 107], { cv: [0.7, 0.6], method: ISE }),
  bicarbonate: analyte(IONO, ['1963-8', 'HCO3', 'Bicarbonates'], ['mmol/L', 0], [22, 29], { cv: [4, 3], alert: { low: 15, high: 40 } }),
  protein: analyte(IONO, ['2885-2', 'PROT', 'Protéines totales'], ['g/L', 0], [64, 83], { cv: [2.7, 1.5] }),

  urea: analyte(RENAL, ['22664-7', 'UREE', 'Urée'], ['mmol/L', 1], [2.8, 8.1], {
    cv: [10, 3],
    alert: { high: 18 },
    mass: { loinc: '3091-6', unit: 'g/L', factor: 0.06006, decimals: 2 },
  }),
  creatinine: analyte(RENAL, ['14682-9', 'CREA', 'Créatinine'], ['umol/L', 0], [45, 84], {
    ...UMOL,
    men: [62, 106],
    cv: [4.5, 2],
    alert: { high: 150 },
    method: JAFFE,
    mass: { loinc: '2160-0', unit: 'mg/L', factor: 0.11312, decimals: 1 },
  }),
  egfr: analyte(RENAL, ['62238-1', 'DFG', 'DFG estimé (CKD-EPI 2009)'], ['mL/min/{1.73_m2}', 0], [60], {
    spelled: 'mL/min/1,73m2',
    alert: { low: 30 },
  }),
  urate: analyte(RENAL, ['14933-6', 'AU', 'Acide urique'], ['umol/L', 0], [150, 360], {
    ...UMOL,
    men: [200, 420],
    cv: [8.6, 2.5],
    mass: { loinc: '3084-1', unit: 'mg/L', factor: 0.16811, decimals: 0 },
  }),

  glucose: analyte(SUGAR, ['40193-5', 'GLUJ', 'Glucose à jeun'], ['mmol/L', 1], [3.9, 6.1], {
    cv: [5.6, 2],
    alert: { low: 2.8, high: 11 },
    method: HEXOKINASE,
    mass: { loinc: '53049-3', unit: 'g/L', factor: 0.18016, decimals: 2 },
  }),
  hba1c: analyte(SUGAR, ['4548-4', 'HBA1C', 'HbA1c'], ['%', 1], [4, 6], {
    cv: [1.9, 1.2],
    alert: { high: 10 },
    method: { display: 'CLHP' },
  }),

  cholesterol: analyte(LIPID, ['14647-2', 'CHOL', 'Cholestérol total'], ['mmol/L', 2], [undefined, 5.2], {
    cv: [6, 2.5],
    mass: { loinc: '2093-3', unit: 'g/L', factor: 0.38665, decimals: 2 },
  }),
  hdl: analyte(LIPID, ['14646-4', 'HDL', 'Cholestérol HDL'], ['mmol/L', 2], [1.2], {
    men: [1],
    cv: [7.3, 3],
    mass: { loinc: '2085-9', unit: 'g/L', factor: 0.38665, decimals: 2 },
  }),
  triglycerides: analyte(LIPID, ['14927-8', 'TG', 'Triglycérides'], ['mmol/L', 2], [undefined, 1.7], {
    cv: [20, 3],
    mass: { loinc: '2571-8', unit: 'g/L', factor: 0.8857, decimals: 2 },
  }),
  ldl: analyte(LIPID, ['39469-2', 'LDLC', 'Cholestérol LDL calculé'], ['mmol/L', 2], [undefined, 4.1], {
    mass: { loinc: '13457-7', unit: 'g/L', factor: 0.38665, decimals: 2 },
  }),

  ast: analyte(LIVER, ['1920-8', 'ASAT', 'ASAT'], ['U/L', 0], [undefined, 32], {
    ...UI_L,
    men: [undefined, 40],
    cv: [12.3, 4],
    alert: { high: 200 },
  }),
  alt: analyte(LIVER, ['1742-6', 'ALAT', 'ALAT'], ['U/L', 0], [undefined, 35], {
    ...UI_L,
    men: [undefined, 45],
    cv: [19.4, 4],
    alert: { high: 200 },
  }),
  ggt: analyte(LIVER, ['2324-2', 'GGT', 'Gamma-GT'], ['U/L', 0], [undefined, 40], { ...UI_L, men: [undefined, 60], cv: [13.4, 4] }),
  alp: analyte(LIVER, ['6768-6', 'PAL', 'Phosphatases alcalines'], ['U/L', 0], [35, 105], { ...UI_L, men: [40, 130], cv: [6.4, 3] }),
  bilirubin: analyte(LIVER, ['14631-6', 'BILT', 'Bilirubine totale'], ['umol/L', 0], [undefined, 21], {
    ...UMOL,
    cv: [21.8, 5],
    alert: { high: 100 },
    mass: { loinc: '1975-2', unit: 'mg/L', factor: 0.58466, decimals: 0 },
  }),
  albumin: analyte(LIVER, ['1751-7', 'ALB', 'Albumine'], ['g/L', 0], [35, 50], { cv: [3.1, 2] }),
  ldh: analyte(LIVER, ['2532-0', 'LDH', 'LDH'], ['U/L', 0], [undefined, 250], { ...UI_L, cv: [8.6, 3] }),

  ferritin: analyte(IRON, ['2276-4', 'FERR', 'Ferritine'], ['ug/L', 0], [20, 204], {
    spelled: 'µg/L',
    men: [30, 400],
    cv: [14.2, 4],
    limit: 8,
  }),
  iron: analyte(IRON, ['14798-3', 'FER', 'Fer sérique'], ['umol/L', 1], [9, 30.4], {
    ...UMOL,
    men: [11.6, 31.3],
    cv: [26.5, 3],
    mass: { loinc: '2498-4', unit: 'ug/L', factor: 55.845, decimals: 0 },
  }),
  transferrin: analyte(IRON, ['3034-6', 'TRF', 'Transferrine'], ['g/L', 2], [2, 3.6], { cv: [3, 2] }),
  transferrinSaturation: analyte(IRON, ['2502-3', 'CST', 'Coefficient de saturation'], ['%', 0], [20, 45]),

  ntProBnp: analyte(HEART, ['33762-6', 'NTBNP', 'NT-proBNP'], ['ng/L', 0], [undefined, 125], {
    cv: [20, 4],
    limit: 10,
    alert: { high: 1800 },
    method: LUMINESCENCE,
  }),
  troponin: analyte(HEART, ['67151-1', 'TNT', 'Troponine T hs'], ['ng/L', 0], [undefined, 14], {
    cv: [15, 5],
    limit: 5,
    alert: { high: 52 },
    method: LUMINESCENCE,
  }),

  calcium: analyte(BONE, ['2000-8', 'CA', 'Calcium total'], ['mmol/L', 2], [2.2, 2.6], {
    cv: [2.1, 1.2],
    alert: { low: 1.9, high: 3 },
    mass: { loinc: '17861-6', unit: 'mg/L', factor: 40.08, decimals: 0 },
  }),
  phosphate: analyte(BONE, ['14879-1', 'PHOS', 'Phosphore'], ['mmol/L', 2], [0.8, 1.45], {
    cv: [8.5, 3],
    mass: { loinc: '2777-1', unit: 'mg/L', factor: 30.974, decimals: 0 },
  }),
  magnesium: analyte(BONE, ['2601-3', 'MG', 'Magnésium'], ['mmol/L', 2], [0.66, 1.07], {
    cv: [3.6, 2],
    mass: { loinc: '19123-9', unit: 'mg/L', factor: 24.305, decimals: 1 },
  }),
  pth: analyte(BONE, ['2731-8', 'PTH', 'PTH intacte'], ['ng/L', 0], [15, 65], { spelled: 'pg/mL', cv: [25, 5], method: LUMINESCENCE }),

  crp: analyte(CRP, ['1988-5', 'CRP', 'CRP'], ['mg/L', 1], [undefined, 5], {
    cv: [35, 4],
    limit: 0.5,
    alert: { high: 40 },
    method: TURBIDIMETRY,
  }),

  tsh: analyte(THYROID, ['3016-3', 'TSH', 'TSH'], ['m[IU]/L', 2], [0.4, 4], {
    spelled: 'mUI/L',
    cv: [19.3, 4],
    limit: 0.01,
    alert: { low: 0.05, high: 20 },
    method: LUMINESCENCE,
  }),
  ft4: analyte(THYROID, ['14920-3', 'T4L', 'T4 libre'], ['pmol/L', 1], [12, 22], {
    cv: [5.7, 3],
    method: LUMINESCENCE,
    mass: { loinc: '3024-7', unit: 'ng/L', factor: 0.7769, decimals: 1 },
  }),

  inr: analyte(HAEMO, ['6301-6', 'INR', 'INR'], ['{INR}', 1], [], { cv: [6, 3], alert: { high: 4.5 }, method: CLOTTING }),
  prothrombin: analyte(HAEMO, ['5894-1', 'TP', 'Taux de prothrombine'], ['%', 0], [70], { method: CLOTTING }),
  apttRatio: analyte(HAEMO, ['63561-5', 'TCAR', 'TCA ratio patient/témoin'], ['{ratio}', 2], [0.8, 1.2], { cv: [3, 3], method: CLOTTING }),
  fibrinogen: analyte(HAEMO, ['3255-7', 'FIB', 'Fibrinogène'], ['g/L', 2], [2, 4], {
    cv: [10.7, 4],
    method: { code: 'HPD', display: 'Chronométrie - VON CLAUSS' },
  }),

  vitaminD: analyte(MARKER, ['62292-8', 'VITD', 'Vitamine D (25-OH D2+D3)'], ['ng/mL', 0], [30, 60], {
    cv: [12, 5],
    limit: 4,
    method: LUMINESCENCE,
  }),
  vitaminB12: analyte(MARKER, ['14685-2', 'B12', 'Vitamine B12'], ['pmol/L', 0], [140, 650], {
    cv: [13.5, 4],
    method: LUMINESCENCE,
    mass: { loinc: '2132-9', unit: 'ng/L', factor: 1.3554, decimals: 0 },
  }),
  folate: analyte(MARKER, ['14732-2', 'FOL', 'Folates sériques'], ['nmol/L', 1], [7, 40], {
    cv: [20, 5],
    method: LUMINESCENCE,
    mass: { loinc: '2284-8', unit: 'ug/L', factor: 0.4414, decimals: 1 },
  }),
  psa: analyte(MARKER, ['2857-1', 'PSA', 'PSA total'], ['ng/mL', 2], [undefined, 4], { cv: [15, 4], limit: 0.01, method: LUMINESCENCE }),
  cea: analyte(MARKER, ['2039-6', 'ACE', 'ACE'], ['ug/L', 1], [undefined, 5], {
    spelled: 'ng/mL',
    cv: [12, 4],
    limit: 0.5,
    method: LUMINESCENCE,
  }),
  ca153: analyte(MARKER, ['6875-9', 'CA153', 'CA 15-3'], ["[arb'U]/mL", 0], [undefined, 30], {
    spelled: 'U/mL',
    cv: [6, 4],
    method: LUMINESCENCE,
  }),
  hcg: analyte(MARKER, ['19080-1', 'HCG', 'hCG totale'], ['[IU]/L', 0], [undefined, 5], {
    spelled: 'UI/L',
    cv: [10, 4],
    limit: 2,
    method: LUMINESCENCE,
  }),

  toxoIgg: analyte(SERO, ['5388-4', 'TOXOG', 'Toxoplasmose IgG'], ['[IU]/mL', 0], [], {
    spelled: 'UI/mL',
    cv: [5, 6],
    limit: 3,
    method: LUMINESCENCE,
  }),
  rubellaIgg: analyte(SERO, ['8014-3', 'RUBG', 'Rubéole IgG'], ['[IU]/mL', 0], [10], {
    spelled: 'UI/mL',
    cv: [5, 6],
    limit: 5,
    method: LUMINESCENCE,
  }),

  albuminCreatinineRatio: analyte(URINE, ['32294-1', 'RAC', 'Rapport albumine/créatinine urinaires'], ['mg/mmol', 1], [undefined, 3], {
    cv: [30, 5],
    limit: 0.3,
    alert: { high: 30 },
    mass: { loinc: '9318-7', unit: 'mg/g', factor: 8.84, decimals: 0 },
  }),
} as const satisfies Record<string, Analyte>;

export type AnalyteKey = keyof typeof ANALYTES;
export const ANALYTE_KEYS = Object.keys(ANALYTES) as AnalyteKey[];
