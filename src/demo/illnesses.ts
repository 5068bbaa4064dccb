import type { PanelKey } from './panels.ts';
import type { Illness, Person } from './people.ts';
import type { Values } from './physiology.ts';
import type { Chance } from './random.ts';

/** The body of a person at one moment: set points, and the filtration of the kidneys (mL/min/1.73 m²), from which creatinine comes. */
export interface Body {
  values: Values;
  filtration: number;
}

export interface Moment {
  person: Person;
  /** Days before the demo's today. */
  ago: number;
  /** Where the story stands on its own clock: see `schedule`. */
  anchor: number;
  dice: Chance;
}

interface Story {
  /** Always asked, and sometimes asked. */
  panels: readonly PanelKey[];
  sometimes: Partial<Record<PanelKey, number>>;
  /** Moves the body to what the illness makes of it. */
  change: (body: Body, moment: Moment) => void;
}

const YEAR = 365.25;

export const STORIES: Record<Illness, Story> = {
  healthy: {
    panels: ['nfs', 'glucose'],
    sometimes: { electrolytes: 0.4, kidney: 0.6, lipids: 0.5, liver: 0.4, crp: 0.3, tsh: 0.3, ferritin: 0.25, vitaminD: 0.2, psa: 0.2 },
    change: () => {},
  },

  diabetes: {
    panels: ['glucose', 'hba1c', 'electrolytes', 'kidney'],
    sometimes: { nfs: 0.4, lipids: 0.5, liver: 0.3, microalbumin: 0.35 },
    change: ({ values }, { ago, anchor }) => {
      // Discovered at 8.5 %, treated down within a year, then slipping slowly with waves of a year and a half.
      const years = 10 - ago / YEAR;
      const settled = 6.9 + 0.14 * years + 0.35 * Math.sin((years + anchor) * 4.2);
      values.hba1c = settled + 1.7 * Math.exp(-years / 0.7);
      // Mean glucose of an HbA1c (ADAG, Nathan 2008), less what fasting takes away.
      values.glucose = (1.583 * values.hba1c - 2.52) * 0.92;
      values.triglycerides *= 1.5;
      values.hdl *= 0.85;
      values.albuminCreatinineRatio *= 1 + 0.5 * years;
    },
  },

  kidney: {
    panels: ['electrolytes', 'kidney', 'nfs'],
    sometimes: { bone: 0.6, pth: 0.3, iron: 0.3, urate: 0.4, microalbumin: 0.3, vitaminD: 0.2, crp: 0.2, albumin: 0.3 },
    change: (body, { ago, anchor }) => {
      // From about 62 ten years ago to 18–30 today, faster for some.
      body.filtration = 62 - (10 - ago / YEAR) * (3.1 + anchor);
      const lost = Math.max(0, 60 - body.filtration);
      const { values } = body;
      values.urea *= 1 + lost / 22;
      values.potassium += lost * 0.018;
      values.bicarbonate -= lost * 0.11;
      values.phosphate += lost * 0.012;
      values.calcium -= lost * 0.003;
      values.pth *= 1 + lost / 14;
      values.urate *= 1 + lost / 90;
      values.hemoglobin -= lost * 0.06;
      values.albuminCreatinineRatio *= 4 + lost;
      values.transferrin *= 0.85;
    },
  },

  heart: {
    panels: ['electrolytes', 'kidney', 'bnp'],
    sometimes: { nfs: 0.6, troponin: 0.15, liver: 0.3, ferritin: 0.25, crp: 0.3, tsh: 0.15 },
    change: (body, { ago, anchor, dice }) => {
      const crisis = dice.yes(0.12);
      const { values } = body;
      values.ntProBnp = (500 + 110 * (10 - ago / YEAR) + 300 * anchor) * (crisis ? 4.5 : 1);
      values.troponin = crisis ? 32 : 14;
      values.sodium -= crisis ? 7 : 1.5;
      values.potassium += 0.25;
      body.filtration *= crisis ? 0.5 : 0.72;
      values.urea *= crisis ? 2.4 : 1.5;
      values.hemoglobin -= 0.9;
      values.bilirubin *= crisis ? 2 : 1.2;
      values.ggt *= crisis ? 3 : 1.6;
    },
  },

  pregnancy: {
    panels: ['nfs'],
    sometimes: { glucose: 0.5, ferritin: 0.5, pregnancy: 0.35, hcg: 0.3, tsh: 0.3, kidney: 0.3, liver: 0.3, clotting: 0.2 },
    change: (body, { ago, anchor }) => {
      const week = (anchor - ago) / 7;
      if (week < 3 || week > 41) return;
      const { values } = body;
      // Blood volume grows faster than red cells until the 30th week.
      values.hemoglobin -= 2 * Math.min(1, week / 30);
      values.platelets *= 1 - 0.15 * (week / 40);
      values.leucocytes *= 1 + 0.35 * Math.min(1, week / 20);
      values.neutrophilsPct += 10 * Math.min(1, week / 20);
      values.ferritin = Math.max(7, values.ferritin * (1 - week / 45));
      values.hcg = week < 10 ? 120_000 * Math.exp(-((10 - week) ** 2) / 9) + 20 : 120_000 * Math.exp(-(week - 10) / 7) + 9_000;
      values.tsh *= week < 14 ? 0.6 : 0.9;
      values.alp *= 1 + Math.max(0, week - 20) / 25;
      values.fibrinogen *= 1 + week / 80;
      values.albumin -= 6 * Math.min(1, week / 25);
      body.filtration *= 1.25;
      values.urea *= 0.65;
    },
  },

  anticoagulant: {
    panels: ['inr'],
    sometimes: { nfs: 0.2, kidney: 0.25, electrolytes: 0.2, liver: 0.1 },
    change: ({ values }, { ago, anchor, dice }) => {
      // Four years ago or so the treatment began; before it, the blood is like anybody's.
      if (ago > YEAR * (7 + anchor)) return;
      values.inr = 2.5 + 0.35 * dice.normal() + (dice.yes(0.06) ? 2.2 : 0) - (dice.yes(0.06) ? 0.9 : 0);
      values.inr = Math.max(1.3, values.inr);
    },
  },

  chemotherapy: {
    panels: ['nfs'],
    sometimes: { kidney: 0.8, electrolytes: 0.7, liver: 0.7, ldh: 0.3, tumour: 0.45, crp: 0.35, albumin: 0.3 },
    change: ({ values }, { ago, anchor }) => {
      const since = anchor - ago;
      const marker = since < 0 ? Math.exp(since / 400) : Math.max(0.12, Math.exp(-since / 90));
      values.cea = 1.5 + 60 * marker;
      values.ca153 = 14 + 130 * marker;
      values.ldh *= 1 + 1.2 * marker;
      if (since < 0 || since > 6 * 21 + 25) return;
      // Cycles of 21 days: the lowest count comes around the tenth day.
      const day = since % 21;
      const depth = Math.exp(-((day - 10) ** 2) / 18);
      values.leucocytes *= 1 - 0.72 * depth;
      values.neutrophilsPct *= 1 - 0.68 * depth;
      values.platelets *= 1 - 0.6 * Math.exp(-((day - 11) ** 2) / 20);
      values.hemoglobin -= 3.2 * Math.min(1, since / 126);
      values.mcv += 6 * Math.min(1, since / 126);
      values.alt *= 1.7;
      values.ggt *= 1.8;
    },
  },

  hypothyroidism: {
    panels: ['thyroid'],
    sometimes: { nfs: 0.4, lipids: 0.4, glucose: 0.3, kidney: 0.3, liver: 0.2, vitaminD: 0.2 },
    change: ({ values }, { ago, anchor }) => {
      const years = 8.5 - ago / YEAR;
      if (years < 0) {
        values.tsh = 5.5 + 9 * Math.exp(years / 0.8);
        values.ft4 -= 3;
        values.cholesterol += 0.9;
        return;
      }
      // Found at 25 or so, then the dose is adjusted until TSH settles near 2.
      values.tsh = 2 + 24 * Math.exp(-years / 0.45) + 0.7 * Math.sin(years * 3 + anchor);
      values.ft4 -= 4 * Math.exp(-years / 0.45);
    },
  },

  liver: {
    panels: ['liver', 'nfs', 'clotting'],
    sometimes: { albumin: 0.7, electrolytes: 0.5, kidney: 0.5, ferritin: 0.3, crp: 0.3 },
    change: ({ values }, { ago, anchor }) => {
      const years = 10 - ago / YEAR;
      values.ast *= 2.6 + anchor;
      values.alt *= 1.9 + anchor;
      values.ggt *= 6;
      values.bilirubin *= 1.2 + 0.16 * years;
      values.albumin -= 0.9 * years;
      values.platelets *= 1 - 0.055 * years;
      values.inr += 0.05 * years;
      values.mcv += 7;
      values.sodium -= 0.3 * years;
      values.ferritin *= 2.4;
    },
  },

  anaemia: {
    panels: ['nfs', 'ferritin'],
    sometimes: { iron: 0.4, b12: 0.25, crp: 0.4, tsh: 0.15 },
    change: ({ values }, { ago, anchor }) => {
      // Falls over a year, is treated for four months, falls again.
      const phase = (((ago / 480 + anchor) % 1) + 1) % 1;
      const lack = phase > 0.25 ? (1 - phase) / 0.75 : phase / 0.25;
      values.hemoglobin -= 3.6 * lack;
      values.mcv -= 14 * lack;
      values.rdw += 4 * lack;
      values.ferritin = 45 * Math.exp(-2.6 * lack);
      values.iron *= 1 - 0.65 * lack;
      values.transferrin += 1.2 * lack;
      values.platelets *= 1 + 0.3 * lack;
    },
  },

  infection: {
    panels: ['crp', 'nfs'],
    sometimes: { electrolytes: 0.4, kidney: 0.4, liver: 0.2 },
    change: ({ values }, { dice }) => {
      const strength = dice.yes(0.6) ? 0.4 + 0.6 * dice.next() : 0;
      values.crp += 190 * strength ** 2;
      values.leucocytes *= 1 + 1.2 * strength;
      values.neutrophilsPct += 24 * strength;
      values.eosinophilsPct *= 1 - 0.8 * strength;
      values.platelets *= 1 + 0.3 * strength;
      values.fibrinogen += 2.5 * strength;
    },
  },

  lipids: {
    panels: ['lipids', 'glucose'],
    sometimes: { liver: 0.6, kidney: 0.4, nfs: 0.3 },
    change: ({ values }, { ago, anchor }) => {
      // A statin, started some years ago.
      const treated = ago < YEAR * (5 + 2 * anchor);
      values.cholesterol = values.cholesterol * 0.4 + (treated ? 2.6 : 4.7);
      values.triglycerides *= treated ? 1.3 : 1.7;
      values.alt *= treated ? 1.3 : 1;
    },
  },
};

/** What is asked this time. */
export function panelsOf(illness: Illness, dice: Chance, sex: 'F' | 'M'): PanelKey[] {
  const { panels, sometimes } = STORIES[illness];
  const asked = Object.entries(sometimes) as [PanelKey, number][];
  const more = asked.filter(([panel, probability]) => dice.yes(probability) && !(panel === 'psa' && sex === 'F')).map(([panel]) => panel);
  return [...panels, ...more];
}

/**
 * When a person is sampled: days before today, oldest first, all different.
 * `anchor` is the private clock of the story: the day of conception, of the first cycle; elsewhere a number in [0, 1).
 */
export function schedule(illness: Illness, count: number, dice: Chance): { days: number[]; anchor: number } {
  const anchor = dice.next();
  if (illness === 'pregnancy') {
    const conception = 320 + Math.floor(anchor * 2400);
    return {
      anchor: conception,
      days: spread(count, dice, (i) => (i % 5 < 4 ? conception - 30 - 235 * share(i, count, dice) : 3650 * dice.next())),
    };
  }
  if (illness === 'chemotherapy') {
    const start = 260 + Math.floor(anchor * 1500);
    return {
      anchor: start,
      days: spread(count, dice, (i) => (i < 14 ? start - Math.floor(i / 2) * 21 - (i % 2 ? 10 : 0) : 3650 * dice.next())),
    };
  }
  return { anchor, days: spread(count, dice, (i) => 3650 * share(i, count, dice)) };
}

const share = (i: number, count: number, dice: Chance) => (i + 0.15 + 0.7 * dice.next()) / count;

function spread(count: number, dice: Chance, place: (i: number) => number): number[] {
  const taken = new Set<number>();
  for (let i = 0; i < count; i++) {
    let day = Math.max(1, Math.floor(place(i)));
    while (taken.has(day)) day += 1 + Math.floor(3 * dice.next());
    taken.add(day);
  }
  return [...taken].toSorted((a, b) => b - a);
}
