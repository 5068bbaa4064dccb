import { bloodGroup } from './special.ts';
import { near, type Written } from './stories.ts';

/**
 * Marie-Claire FICTIF: six cycles of chemotherapy, one every 21 days, the last one three weeks ago. Neutrophils fall around the tenth day of
 * each; the fifth time below 0.5 G/L, with fever. The marker comes down.
 */

/** Days ago, neutrophils %, leucocytes, Hb, platelets, CA 15-3 (0: not asked), CRP. Day 1 of a cycle in hospital, day 10 in town. */
const CYCLES: readonly (readonly [
  ago: number,
  neutrophilsPct: number,
  leucocytes: number,
  hemoglobin: number,
  platelets: number,
  ca153: number,
  crp: number,
])[] = [
  [126, 64, 6.6, 13.1, 262, 148, 3.1],
  [116, 38, 2.4, 12.7, 171, 0, 6.2],
  [105, 61, 5.9, 12.4, 255, 122, 2.4],
  [95, 33, 2.1, 12.0, 148, 0, 7.9],
  [84, 59, 5.2, 11.8, 247, 96, 2.8],
  [74, 31, 1.9, 11.4, 131, 0, 9.4],
  [63, 57, 4.7, 11.2, 239, 74, 3.6],
  [53, 29, 1.7, 10.9, 118, 0, 11.2],
  [42, 56, 4.3, 10.7, 231, 55, 4.1],
  [32, 26, 1.5, 10.1, 96, 0, 68],
  [21, 54, 3.9, 10.3, 214, 41, 4.8],
  [11, 36, 2.2, 10.0, 112, 0, 8.3],
  [0, 53, 3.6, 10.4, 208, 33, 3.9],
];

function cycle([ago, neutrophilsPct, leucocytes, hemoglobin, platelets, ca153, crp]: (typeof CYCLES)[number], i: number): Written {
  const dayOne = i % 2 === 0;
  const inHospital = dayOne && ago > 0;
  return {
    ago,
    at: inHospital ? '08:20' : '07:35',
    place: inHospital ? 'CH' : 'BR',
    ...(inHospital && { stayFrom: ago }),
    values: {
      neutrophilsPct,
      leucocytes,
      hemoglobin,
      platelets,
      crp,
      ...(dayOne && {
        sodium: near(140, 0.9, 0, 'sodium', ago),
        potassium: near(4.1, 0.15, 1, 'potassium', ago),
        urea: near(5.2, 0.4, 1, 'urea', ago),
        creatinine: near(68, 3, 0, 'creatinine', ago),
        ast: near(31, 3, 0, 'ast', ago),
        alt: near(38, 4, 0, 'alt', ago),
        ggt: near(44, 5, 0, 'ggt', ago),
        alp: near(88, 5, 0, 'alp', ago),
        bilirubin: near(9, 1.5, 0, 'bilirubin', ago),
        albumin: near(39, 1, 0, 'albumin', ago),
        ldh: near(232, 14, 0, 'ldh', ago),
      }),
      ...(ca153 && { ca153, cea: Number((1.8 + ca153 / 20).toFixed(1)) }),
    },
    ...(i === 0 && { extra: (at: string) => [{ chapter: 'immunohaematology' as const, items: [bloodGroup(at, 0.47)] }] }),
  };
}

const BEFORE: readonly Written[] = [150, 340, 700, 1080, 1450, 1810, 2190].map((ago, i) => ({
  ago,
  at: '08:25',
  place: i % 2 ? 'GP' : 'BR',
  values: {
    hemoglobin: 13.2 + 0.1 * (i % 3),
    leucocytes: 6.5 + 0.2 * (i % 2),
    platelets: 258 + 3 * i,
    glucose: near(5.1, 0.15, 1, 'glucose', ago),
    creatinine: near(66, 2.5, 0, 'creatinine', ago),
    urea: near(5, 0.4, 1, 'urea', ago),
    sodium: near(140, 0.9, 0, 'sodium', ago),
    potassium: near(4.2, 0.15, 1, 'potassium', ago),
    cholesterol: near(5.4, 0.25, 2, 'cholesterol', ago),
    hdl: near(1.6, 0.08, 2, 'hdl', ago),
    triglycerides: near(1.1, 0.15, 2, 'triglycerides', ago),
    tsh: near(1.9, 0.25, 2, 'tsh', ago),
    ...(ago === 150 && { ca153: 151, cea: 9.6, ldh: 268, alt: 24, ggt: 29 }),
  },
}));

export const MARIE_CLAIRE: readonly Written[] = [...CYCLES.map(cycle), ...BEFORE];
