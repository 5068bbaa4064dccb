import { ageAt, type Day } from './clock.ts';
import { ANALYTES, ANALYTE_KEYS, type AnalyteKey } from './analytes.ts';
import { PANELS, type PanelKey } from './panels.ts';
import type { Person } from './people.ts';
import { chance, type Chance } from './random.ts';

/** A value for each analyte, in its usual unit. */
export type Values = Record<AnalyteKey, number>;

/** What is healthy around 45 years old: mean and spread between people, women then men. Derived analytes are computed, not listed. */
const USUAL: Partial<Record<AnalyteKey, readonly [women: number, men: number, spread: number]>> = {
  leucocytes: [6.8, 6.8, 1.1],
  hemoglobin: [13.4, 15, 0.6],
  mcv: [89, 90, 3],
  mchc: [33.8, 34.2, 0.4],
  rdw: [13, 13, 0.4],
  platelets: [265, 240, 38],
  neutrophilsPct: [58, 57, 5],
  monocytesPct: [7, 7.5, 1.2],
  eosinophilsPct: [2.4, 2.6, 0.8],
  basophilsPct: [0.6, 0.6, 0.15],
  sodium: [140, 140, 1],
  potassium: [4.2, 4.3, 0.2],
  bicarbonate: [25.5, 26, 0.8],
  protein: [72, 72, 2.5],
  albumin: [43, 44, 2],
  urea: [4.9, 5.6, 0.8],
  urate: [265, 335, 38],
  glucose: [5, 5.1, 0.25],
  hba1c: [5.4, 5.4, 0.16],
  cholesterol: [5.2, 5.2, 0.7],
  hdl: [1.6, 1.3, 0.2],
  triglycerides: [1, 1.2, 0.25],
  ast: [21, 25, 3],
  alt: [19, 26, 5],
  ggt: [19, 29, 6],
  alp: [66, 70, 11],
  bilirubin: [8, 10, 2.4],
  ldh: [178, 178, 20],
  ferritin: [68, 150, 28],
  iron: [16, 18, 3],
  transferrin: [2.7, 2.6, 0.2],
  ntProBnp: [55, 40, 14],
  troponin: [4, 6, 1],
  calcium: [2.38, 2.38, 0.04],
  phosphate: [1.12, 1.06, 0.09],
  magnesium: [0.84, 0.85, 0.04],
  pth: [38, 38, 8],
  crp: [1.2, 1.2, 0.6],
  tsh: [1.8, 1.7, 0.5],
  ft4: [15.8, 16.2, 1.2],
  inr: [1, 1, 0.03],
  apttRatio: [1, 1, 0.04],
  fibrinogen: [3, 2.9, 0.3],
  vitaminD: [27, 27, 7],
  vitaminB12: [340, 330, 70],
  folate: [18, 16, 4],
  psa: [0.02, 1.1, 0.4],
  cea: [1.5, 1.8, 0.5],
  ca153: [15, 14, 3],
  hcg: [0.6, 0.5, 0.1],
  toxoIgg: [1, 1, 0.2],
  rubellaIgg: [60, 60, 20],
  albuminCreatinineRatio: [0.8, 0.7, 0.25],
};

/** Filtration of the healthy, in mL/min/1.73 m², falls with age. */
function usualFiltration(age: number, spread: number): number {
  return Math.min(118, Math.max(62, 108 - 0.75 * Math.max(0, age - 35) + spread));
}

/** The set points of a person when nothing is wrong, at the demo's day; `filtration` comes beside, since creatinine follows it. */
export function healthyValues(person: Person, today: Day, seed: number): { values: Values; filtration: number } {
  const dice = chance(seed, 'healthy', person.k);
  const values = Object.fromEntries(ANALYTE_KEYS.map((key) => [key, 0])) as Values;
  for (const [key, [women, men, spread]] of Object.entries(USUAL) as [AnalyteKey, readonly [number, number, number]][]) {
    const mean = person.sex === 'F' ? women : men;
    values[key] = Math.max(mean * 0.4, mean + spread * Math.max(-2, Math.min(2, dice.normal())));
  }
  const age = ageAt(person.birth, today);
  values.ntProBnp *= Math.max(1, age / 50) ** 1.5;
  if (person.sex === 'M') values.psa *= Math.max(1, age / 55);
  if (dice.yes(0.4)) values.toxoIgg = 60 + dice.next() * 120;
  return { values, filtration: usualFiltration(age, 7 * dice.normal()) };
}

/**
 * CKD-EPI 2009 (Levey et al., Ann Intern Med 2009), without the ethnicity factor, as French laboratories print it.
 * @param creatinine µmol/L
 * @returns mL/min/1.73 m²
 */
export function filtrationOf(creatinine: number, sex: 'F' | 'M', age: number): number {
  const [kappa, alpha, factor] = sex === 'F' ? [0.7, -0.329, 1.018] : [0.9, -0.411, 1];
  const ratio = creatinine / 88.4 / kappa;
  return 141 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.209 * 0.993 ** age * factor;
}

/** The creatinine (µmol/L) that gives a filtration: the inverse of `filtrationOf`. */
export function creatinineFor(filtration: number, sex: 'F' | 'M', age: number): number {
  const [kappa, alpha, factor] = sex === 'F' ? [0.7, -0.329, 1.018] : [0.9, -0.411, 1];
  const share = filtration / (141 * factor * 0.993 ** age);
  const ratio = share >= 1 ? share ** (1 / alpha) : share ** (1 / -1.209);
  return ratio * kappa * 88.4;
}

const round = (value: number, decimals: number) => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** A sampling and its measure: set points, then the day (biological variation), then the machine (analytical variation). */
export function measure(means: Values, panels: readonly PanelKey[], person: Person, age: number, dice: Chance): Map<AnalyteKey, number> {
  const measured = new Map<AnalyteKey, number>();
  // More or less water in the blood moves cells and proteins together.
  const water = 1 + 0.012 * dice.normal();
  const noisy = (key: AnalyteKey) => {
    const { cvi, cva } = ANALYTES[key];
    const spread = 1 + (cvi / 100) * dice.normal() + (cva / 100) * dice.normal();
    return Math.max(means[key] * 0.15, means[key] * spread);
  };
  for (const panel of panels) {
    if (panel === 'nfs') bloodCount(noisy, water, measured);
    else for (const key of PANELS[panel]) if (!DERIVED.has(key)) measured.set(key, noisy(key) * (WATERED.has(key) ? water : 1));
  }
  derive(measured, means, person, age, dice);
  return measured;
}

const DERIVED: ReadonlySet<AnalyteKey> = new Set(['egfr', 'ldl', 'transferrinSaturation', 'prothrombin', 'chloride']);
const WATERED: ReadonlySet<AnalyteKey> = new Set(['protein', 'albumin', 'calcium']);

function derive(measured: Map<AnalyteKey, number>, means: Values, person: Person, age: number, dice: Chance): void {
  const of = (key: AnalyteKey) => measured.get(key) ?? means[key];
  if (measured.has('sodium')) measured.set('chloride', of('sodium') - of('bicarbonate') - 12 + 0.7 * dice.normal());
  if (measured.has('creatinine')) {
    const printed = round(of('creatinine'), 0);
    measured.set('egfr', filtrationOf(printed, person.sex, age));
  }
  // Friedewald, mmol/L.
  if (measured.has('cholesterol')) measured.set('ldl', Math.max(0.3, of('cholesterol') - of('hdl') - of('triglycerides') / 2.2));
  // One gram of transferrin binds 25.1 µmol of iron.
  if (measured.has('transferrin')) measured.set('transferrinSaturation', (100 * of('iron')) / (of('transferrin') * 25.1));
  if (measured.has('inr') || measured.has('apttRatio')) measured.set('prothrombin', Math.min(100, 100 / (1 + 1.6 * (of('inr') - 1))));
}

/** A blood count that holds together: indices from the printed figures, and five percentages that make exactly 100. */
export function bloodCount(noisy: (key: AnalyteKey) => number, water: number, measured: Map<AnalyteKey, number>): void {
  const hb = round(noisy('hemoglobin') * water, 1);
  const hematocrit = round((100 * hb) / noisy('mchc'), 1);
  const erythrocytes = round((10 * hematocrit) / noisy('mcv'), 2);
  const leucocytes = round(noisy('leucocytes'), 1);
  measured.set('leucocytes', leucocytes).set('erythrocytes', erythrocytes).set('hemoglobin', hb).set('hematocrit', hematocrit);
  measured
    .set('mcv', (10 * hematocrit) / erythrocytes)
    .set('mch', (10 * hb) / erythrocytes)
    .set('mchc', (100 * hb) / hematocrit);
  measured.set('rdw', noisy('rdw')).set('platelets', noisy('platelets'));
  const tenths = {
    neutrophils: Math.round(10 * Math.min(94, Math.max(1, noisy('neutrophilsPct')))),
    monocytes: Math.round(10 * noisy('monocytesPct')),
    eosinophils: Math.round(10 * noisy('eosinophilsPct')),
    basophils: Math.round(10 * noisy('basophilsPct')),
  };
  const others = tenths.monocytes + tenths.eosinophils + tenths.basophils;
  tenths.neutrophils = Math.min(tenths.neutrophils, 1000 - others - 20);
  const shares = { ...tenths, lymphocytes: 1000 - others - tenths.neutrophils };
  for (const [cell, share] of Object.entries(shares) as [keyof typeof shares, number][]) {
    measured.set(`${cell}Pct`, share / 10).set(cell, round((leucocytes * share) / 1000, 2));
  }
}
