import type { Battery, Coded, Isolate, Item, Result } from '#formats';
import type { Chance } from './random.ts';
import { LOINC_OID } from './printing.ts';

/** Results that are no simple number: cultures and antibiograms, blood groups, strips. */

const SNOMED_OID = '2.16.840.1.113883.6.96';
const NCBI_OID = '2.16.840.1.113883.3.9471';
const ANTIBIOGRAM: Coded = { code: '18769-0', system: LOINC_OID, systemName: 'LOINC', display: 'Antibiogramme' };

const loinc = (code: string, display: string): Coded => ({ code, system: LOINC_OID, systemName: 'LOINC', display, originalText: display });

function plain(code: Coded, at: string, value: Result['value'], more: Partial<Result> = {}): Result {
  return { kind: 'result', code, status: 'completed', at, ...(value && { value }), ...more };
}

/** Antibiotics tested on urine, with how often a common strain resists. */
const ANTIBIOTICS: readonly (readonly [loinc: string, label: string, resistant: number, breakpoint: string])[] = [
  ['18864-9', 'Ampicilline', 0.45, '8'],
  ['18862-3', 'Amoxicilline + acide clavulanique', 0.25, '8'],
  ['18886-2', 'Céfotaxime', 0.06, '1'],
  ['18928-2', 'Gentamicine', 0.04, '2'],
  ['18906-8', 'Ciprofloxacine', 0.12, '0.25'],
  ['18998-5', 'Triméthoprime + sulfaméthoxazole', 0.2, '2'],
  ['18955-5', 'Nitrofurantoïne', 0.02, '64'],
];

const ORGANISMS: readonly { label: string; snomed?: string; taxon: string; share: number }[] = [
  { label: 'Escherichia coli', snomed: '112283007', taxon: '562', share: 0.75 },
  { label: 'Klebsiella pneumoniae', snomed: '56415008', taxon: '573', share: 0.14 },
  // Sent by some laboratories under a taxon alone, with no SNOMED CT code.
  { label: 'Enterococcus faecalis', taxon: '1351', share: 0.11 },
];

/** Examination of urine (ECBU): direct examination, then a culture that grew, or not. */
export function urineCulture(at: string, dice: Chance): { items: Item[]; positive: boolean } {
  const positive = dice.yes(0.55);
  const white = positive ? dice.int(50, 900) * 1000 : dice.int(1, 9) * 1000;
  const direct: Battery = {
    kind: 'battery',
    code: { originalText: 'Examen cytologique' },
    status: 'completed',
    items: [
      plain(loinc('30405-5', 'Leucocytes urinaires'), at, { type: 'quantity', value: String(white), unit: '/mL' }, flagged(white > 10_000)),
      plain(loinc('30391-7', 'Hématies urinaires'), at, { type: 'quantity', value: String(dice.int(1, 12) * 1000), unit: '/mL' }),
      plain(loinc('653-6', 'Examen direct après coloration de Gram'), at, {
        type: 'text',
        text: positive ? 'Présence de bacilles à Gram négatif' : 'Absence de germe',
      }),
    ],
  };
  const culture = plain(loinc('630-4', 'Culture urinaire'), at, { type: 'text', text: positive ? 'Culture positive' : 'Culture stérile' });
  return { items: positive ? [direct, culture, isolate(at, dice)] : [direct, culture], positive };
}

const flagged = (high: boolean): Partial<Result> => (high ? { interpretations: ['H'] } : {});

function isolate(at: string, dice: Chance): Isolate {
  const draw = dice.next();
  const organism = ORGANISMS.find((_, i) => draw < ORGANISMS.slice(0, i + 1).reduce((sum, { share }) => sum + share, 0)) ?? ORGANISMS[0]!;
  const { label, snomed, taxon } = organism;
  const translations = [{ code: taxon, system: NCBI_OID, systemName: 'NCBI-Taxonomy', display: label }];
  return {
    kind: 'isolate',
    organism: snomed
      ? { code: snomed, system: SNOMED_OID, systemName: 'SNOMED CT', display: `${label} (organism)`, originalText: label, translations }
      : { originalText: label, translations },
    status: 'completed',
    at,
    items: [
      plain(loinc('51480-2', 'Numération bactérienne'), at, { type: 'quantity', value: dice.pick(['100000', '1000000']), unit: '/mL' }),
      {
        kind: 'battery',
        code: { ...ANTIBIOGRAM, originalText: 'Antibiogramme' },
        status: 'completed',
        items: ANTIBIOTICS.map((tested) => sensitivity(tested, at, dice)),
      },
    ],
  };
}

function sensitivity([code, label, resistant, breakpoint]: (typeof ANTIBIOTICS)[number], at: string, dice: Chance): Result {
  const draw = dice.next();
  const interpretation = draw < resistant ? 'R' : draw < resistant + 0.04 ? 'I' : 'S';
  const bound = { value: breakpoint, unit: 'mg/L' };
  return plain(
    loinc(code, label),
    at,
    interpretation === 'R'
      ? { type: 'range', low: { ...bound, inclusive: false } }
      : { type: 'range', high: { ...bound, inclusive: true } },
    {
      interpretations: [interpretation],
    },
  );
}

const GROUPS: readonly (readonly [text: string, share: number])[] = [
  ['A RH:1 (positif)', 0.37],
  ['O RH:1 (positif)', 0.36],
  ['B RH:1 (positif)', 0.09],
  ['O RH:-1 (négatif)', 0.06],
  ['A RH:-1 (négatif)', 0.07],
  ['AB RH:1 (positif)', 0.05],
];

/** ABO and RH1 group, always the same for a person, and the search for irregular antibodies. @param draw in [0, 1), the person's own */
export function bloodGroup(at: string, draw: number): Battery {
  let sum = 0;
  const text = GROUPS.find(([, share]) => draw < (sum += share))?.[0] ?? GROUPS[0]![0];
  return {
    kind: 'battery',
    code: { originalText: 'Groupe sanguin et RAI' },
    status: 'completed',
    items: [
      plain(loinc('882-1', 'Groupe sanguin ABO et RH1'), at, { type: 'text', text }),
      plain(loinc('890-4', "Recherche d'anticorps anti-érythrocytaires (RAI)"), at, {
        type: 'text',
        text: draw % 0.05 < 0.0015 ? 'Positive' : 'Négative',
      }),
    ],
  };
}

/** Hepatitis B in words, as a laboratory answers it: never carried; protected once the vaccine has taken. */
export function hepatitisB(at: string, isProtected: boolean): Battery {
  return {
    kind: 'battery',
    code: { originalText: 'Sérologie de l’hépatite B' },
    status: 'completed',
    items: [
      plain(loinc('5195-3', 'Antigène HBs'), at, { type: 'text', text: 'Négatif' }),
      plain(loinc('22322-2', 'Anticorps anti-HBs'), at, { type: 'text', text: isProtected ? 'Positif' : 'Négatif' }),
    ],
  };
}

/** Proteins on a strip, in words: `nég.`, `traces`, `++`. */
export function urineStrip(at: string, protein: string): Battery {
  const abnormal = !/^(nég|trace)/.test(protein);
  return {
    kind: 'battery',
    code: { originalText: 'Bandelette urinaire' },
    status: 'completed',
    items: [
      plain(loinc('20454-5', 'Protéines, bandelette'), at, { type: 'text', text: protein }, abnormal ? { interpretations: ['A'] } : {}),
    ],
  };
}
