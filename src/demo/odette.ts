import { chance } from './random.ts';
import { bloodGroup, hepatitisB, urineCulture, urineStrip } from './special.ts';
import { near, type Written } from './stories.ts';

/**
 * Odette ESSAI-MARCHAND: heart, kidney and diabetes; two town laboratories and the hospital's; a stay that began 20 days ago; a creatinine
 * corrected from 191 to 196; a ferritin whose method changed; a potassium of 5.6 this morning, a TSH still to come.
 */
const AWAY = [
  // ago, at, place, Hb, GB, PLT, Na, K, HCO3, urea, creatinine, NT-proBNP, CRP, HbA1c, glucose, ferritin, INR, TSH
  [78, '08:05', 'BR', 11.6, 7.1, 244, 139, 4.9, 0, 9.6, 118, 890, '<5.0', 7.4, 7.6, 29, 2.4, 2.45],
  [168, '07:50', 'GP', 12.0, 6.9, 238, 140, 4.8, 24, 8.9, 112, 812, '<0.5', 7.3, 7.4, 35, 2.5, 0],
  [259, '08:10', 'BR', 12.1, 7.2, 251, 139, 4.7, 0, 8.4, 108, 0, '<5.0', 7.2, 7.1, 44, 2.6, 2.2],
  [351, '07:58', 'BR', 12.4, 6.8, 247, 140, 4.6, 0, 8.0, 104, 764, 1.2, 7.4, 7.5, 31, 2.3, 0],
  [443, '08:20', 'GP', 12.3, 7.0, 239, 141, 4.6, 25, 7.6, 98, 0, '<0.5', 7.1, 7.0, 38, 2.7, 0],
  [534, '08:00', 'GP', 12.6, 6.6, 255, 140, 4.5, 25, 7.4, 96, 702, '<0.5', 7.0, 6.9, 27, 2.4, 2.31],
  [623, '07:45', 'BR', 12.7, 7.3, 242, 139, 4.4, 25, 7.2, 92, 0, 1.4, 6.9, 6.8, '<8', 2.5, 0],
  [666, '08:12', 'BR', 12.8, 7.0, 249, 140, 4.4, 25, 7.0, 91, 0, 1.1, 6.9, 6.9, 21, 2.6, 0],
  [799, '07:55', 'BR', 12.9, 6.7, 252, 141, 4.3, 26, 6.9, 90, 655, 1.6, 6.8, 6.7, 39, 2.4, 2.2],
  [918, '08:30', 'GP', 13.0, 6.9, 246, 140, 4.4, 25, 6.8, 88, 0, '<0.5', 6.9, 6.8, 48, 2.5, 0],
  [1037, '08:15', 'GP', 13.1, 7.1, 258, 140, 4.3, 26, 6.6, 87, 610, 1.0, 6.7, 6.6, 62, 2.3, 1.98],
] as const;

function away([
  ago,
  at,
  place,
  hemoglobin,
  leucocytes,
  platelets,
  sodium,
  potassium,
  bicarbonate,
  urea,
  creatinine,
  bnp,
  crp,
  hba1c,
  glucose,
  ferritin,
  inr,
  tsh,
]: (typeof AWAY)[number]): Written {
  return {
    ago,
    at,
    place,
    values: {
      hemoglobin,
      leucocytes,
      platelets,
      sodium,
      potassium,
      urea,
      creatinine,
      crp,
      hba1c,
      glucose,
      ferritin,
      inr,
      ...(bicarbonate && { bicarbonate }),
      ...(bnp && { ntProBnp: bnp }),
      ...(tsh && { tsh }),
    },
  };
}

const STAY = { place: 'CH', stayFrom: 20 } as const;

const LATELY: readonly Written[] = [
  {
    ago: 0,
    at: '07:42',
    place: 'BR',
    values: {
      hemoglobin: 10.9,
      leucocytes: 7.8,
      platelets: 268,
      sodium: 138,
      potassium: 5.6,
      bicarbonate: 21,
      urea: 12.4,
      creatinine: 142,
      ntProBnp: 2140,
      crp: 4.1,
      hba1c: 7.8,
      glucose: 8.2,
      ferritin: 164,
      inr: 2.6,
    },
    extra: (at) => [{ chapter: 'urine', items: [urineStrip(at, '++')] }],
  },
  // The same tube went to another site for TSH: a preliminary report of its own, still without a value.
  { ago: 0, at: '07:42', place: 'BR', values: {}, pending: ['tsh'] },
  {
    ...STAY,
    ago: 16,
    at: '09:15',
    values: {
      hemoglobin: 10.4,
      leucocytes: 9.6,
      platelets: 251,
      sodium: 134,
      potassium: 4.4,
      bicarbonate: 23,
      urea: 15.8,
      creatinine: 168,
      ntProBnp: 3980,
      troponin: 22,
      crp: 22,
      glucose: 9.4,
      ferritin: 118,
      inr: 3.1,
    },
  },
  {
    ...STAY,
    ago: 18,
    at: '11:20',
    values: {},
    extra: (at) => [{ chapter: 'microbiology', items: urineCulture(at, chance(18, 'odette')).items }],
  },
  {
    ...STAY,
    ago: 19,
    at: '06:50',
    values: {
      hemoglobin: 10.1,
      leucocytes: 12.9,
      platelets: 240,
      sodium: 131,
      bicarbonate: 20,
      urea: 19.1,
      creatinine: 196,
      ntProBnp: 6720,
      troponin: 31,
      crp: 48,
      glucose: 11.6,
      ferritin: 26,
      inr: 4.1,
    },
    notDone: { potassium: 'Prélèvement hémolysé : potassium non rendu.' },
    first: { creatinine: 191 },
    comments: { creatinine: 'Résultat corrigé : 196 au lieu de 191 µmol/L, dilution vérifiée.' },
  },
  {
    ...STAY,
    ago: 20,
    at: '22:14',
    values: {
      hemoglobin: 10.2,
      leucocytes: 13.4,
      platelets: 262,
      sodium: 129,
      potassium: 5.9,
      bicarbonate: 19,
      urea: 18.2,
      creatinine: 188,
      ntProBnp: 7410,
      troponin: 28,
      crp: 61,
      hba1c: 8.1,
      glucose: 12.8,
      inr: 4.8,
      tsh: 3.1,
    },
    extra: (at) => [
      { chapter: 'urine', items: [urineStrip(at, '+++')] },
      { chapter: 'immunohaematology', items: [bloodGroup(at, 0.23)] },
    ],
  },
];

/** What three of the older reports say besides. */
const ALSO: Record<number, Partial<Written>> = {
  168: {
    values: { cholesterol: 4.32, hdl: 1.29, triglycerides: 1.43 },
    extra: (at) => [{ chapter: 'microbiology', items: urineCulture(at, chance(5, 'odette, in town')).items }],
  },
  259: { extra: (at) => [{ chapter: 'urine', items: [urineStrip(at, 'traces')] }] },
  351: { extra: (at) => [{ chapter: 'serology', items: [hepatitisB(at, true)] }] },
  534: { extra: (at) => [{ chapter: 'urine', items: [urineStrip(at, 'nég.')] }] },
  623: { values: { albuminCreatinineRatio: 6.8 }, extra: (at) => [{ chapter: 'serology', items: [hepatitisB(at, false)] }] },
};

/** Eight earlier years, twice a year, drifting slowly: only their trend matters. */
function long(i: number): Written {
  const ago = 1130 + 181 * i;
  const years = ago / 365;
  return {
    ago,
    at: '08:10',
    place: i % 3 === 1 ? 'GP' : 'BR',
    values: {
      hemoglobin: near(13.2, 0.2, 1, 'hemoglobin', i),
      leucocytes: near(6.9, 0.4, 1, 'leucocytes', i),
      platelets: near(250, 9, 0, 'platelets', i),
      sodium: near(140, 0.8, 0, 'sodium', i),
      potassium: near(4.25, 0.12, 1, 'potassium', i),
      urea: near(6.9 - 0.18 * years, 0.3, 1, 'urea', i),
      creatinine: near(96 - 3 * years, 2, 0, 'creatinine', i),
      hba1c: near(7 - 0.06 * years, 0.1, 1, 'hba1c', i),
      glucose: near(6.9 - 0.06 * years, 0.2, 1, 'glucose', i),
      ferritin: near(66 + 2 * years, 6, 0, 'ferritin', i),
      ...(i % 2 === 0 && { tsh: near(2.1, 0.2, 2, 'tsh', i) }),
    },
  };
}

/** Followed by the same ten lines for years: her doctors ask for a count without formula. */
export const ODETTE: readonly Written[] = [
  ...LATELY,
  ...AWAY.map(away).map((row) => ({ ...row, ...ALSO[row.ago], values: { ...row.values, ...ALSO[row.ago]?.values } })),
  ...Array.from({ length: 13 }, (_, i) => long(i)),
].map((row) => ({ ...row, shortCount: true }));
