import type { Result } from '#formats';
import { LOINC_OID } from './printing.ts';
import { near, type Written } from './stories.ts';

/**
 * Jean-Noël TESTEUR: a vitamin K antagonist, followed in town, in hospital and at the fingertip. An antibiotic sent his INR to 5.2 three months
 * ago; the dose was lowered too far, then found again.
 */

/** Days ago, INR; `h` in hospital, `d` at the fingertip. */
const INR: readonly (readonly [ago: number, inr: number, how?: 'h' | 'd'])[] = [
  [0, 2.4],
  [14, 2.6],
  [28, 2.3, 'd'],
  [42, 2.9],
  [56, 2.0, 'd'],
  [63, 1.7],
  [70, 1.6],
  [84, 2.8, 'h'],
  [86, 4.1, 'h'],
  [87, 5.2, 'h'],
  [98, 3.4],
  [112, 2.7],
  [140, 2.5, 'd'],
  [168, 2.4],
  [196, 2.6, 'd'],
  [224, 2.2],
  [252, 3.1],
  [280, 2.5, 'd'],
  [308, 2.4],
  [336, 2.7],
  [364, 2.3, 'd'],
  [420, 2.6],
  [476, 2.5],
  [532, 2.1, 'd'],
  [588, 2.8],
  [644, 2.4],
  [700, 2.6, 'd'],
  [770, 2.5],
  [840, 3.3],
  [910, 2.4],
  [980, 2.2],
  [1050, 2.9],
];

/** A drop of blood from the finger: another method, another specimen, another LOINC code. */
function fingertip(at: string, inr: number): Result {
  return {
    kind: 'result',
    code: {
      code: '34714-6',
      system: LOINC_OID,
      systemName: 'LOINC',
      display: 'INR (sang total, automesure)',
      originalText: 'INR au doigt',
    },
    status: 'completed',
    at,
    value: { type: 'quantity', value: inr.toFixed(1), unit: '{INR}' },
    specimen: { type: { code: 'BLDC', system: '2.16.840.1.113883.18.311', display: 'Sang capillaire' }, sampledAt: at },
  };
}

function row([ago, inr, how]: (typeof INR)[number], i: number): Written {
  if (how === 'd') {
    return { ago, at: '09:30', place: 'GP', values: {}, extra: (at) => [{ chapter: 'haemostasis', items: [fingertip(at, inr)] }] };
  }
  // The bleeding of three months ago, and its slow repair.
  const hemoglobin = ago > 98 ? 14.1 : ago > 60 ? 11.2 : ago > 20 ? 12.6 : 13.2;
  const whole = i % 3 === 0 || how === 'h';
  return {
    ago,
    at: how === 'h' ? '06:40' : '07:55',
    place: how === 'h' ? 'CH' : i % 4 === 1 ? 'GP' : 'BR',
    ...(how === 'h' && { stayFrom: 88 }),
    values: {
      inr,
      ...(whole && {
        hemoglobin: near(hemoglobin, 0.15, 1, 'hb', ago),
        leucocytes: near(how === 'h' ? 11.8 : 7.4, 0.5, 1, 'wbc', ago),
        platelets: near(221, 12, 0, 'plt', ago),
        sodium: near(139, 0.9, 0, 'na', ago),
        potassium: near(4.3, 0.15, 1, 'k', ago),
        urea: near(7.1, 0.5, 1, 'urea', ago),
        creatinine: near(98, 4, 0, 'crea', ago),
      }),
      ...(how === 'h' && { crp: ago === 87 ? 84 : 41 }),
    },
  };
}

export const JEAN_NOEL: readonly Written[] = INR.map(row);
