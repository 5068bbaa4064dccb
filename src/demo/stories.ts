import type { Item } from '#formats';
import { STORY_PATIENTS } from './accounts.ts';
import type { AnalyteKey } from './analytes.ts';
import { type DemoContext, type DemoDocument, editionOf, ferritinIsNew, type Memory, remember } from './arrivals.ts';
import { ageAt, dayOf, hl7Time } from './clock.ts';
import { PANELS } from './panels.ts';
import type { Person } from './people.ts';
import { bloodCount, filtrationOf } from './physiology.ts';
import type { Measured } from './printing.ts';
import { chance } from './random.ts';
import type { Laboratory, Professional, Region } from './region.ts';
import { makeReport, printedPatient, type ChapterName, type Sampling } from './report.ts';

/** A sampling written by hand, in the usual units; derived results (filtration, indices of the blood count) are computed from it. */
export interface Written {
  /** Days before today. */
  ago: number;
  /** Wall time of the sampling. */
  at: `${number}:${number}`;
  place: 'BR' | 'GP' | 'CH';
  values: Partial<Record<AnalyteKey, Measured>>;
  notDone?: Partial<Record<AnalyteKey, string>>;
  pending?: readonly AnalyteKey[];
  /** What version 1 said, when version 2 corrects it. */
  first?: Partial<Record<AnalyteKey, Measured>>;
  comments?: Partial<Record<AnalyteKey, string>>;
  extra?: (at: string) => readonly { chapter: ChapterName; items: readonly Item[] }[];
  /** A count without formula nor indices: what was asked, and the mean volume. */
  shortCount?: true;
  /** Days before today when the stay began. */
  stayFrom?: number;
}

const BASE = {
  illness: 'healthy',
  phone: 'tel:0639980001',
} as const;

/** The three people of the guided visit. */
export function storyPeople(region: Region): readonly [Person, Person, Person] {
  const doctor = region.doctors[0]!;
  const laboratories = [site(region, 'BR'), site(region, 'GP'), site(region, 'CH')];
  const common = { ...BASE, doctor, laboratories };
  const address = (houseNumber: string, streetName: string) => ({ houseNumber, streetName, postalCode: '99100', city: 'Saint-Aubrac' });
  return [
    {
      ...common,
      k: 1,
      sex: 'F',
      birth: dayOf('1955-06-14'),
      birthFamily: 'ESSAI-MARCHAND',
      birthGivens: 'Odette Marie Louise',
      firstBirthGiven: 'Odette',
      usedFamily: 'MARCHAND',
      usedGiven: 'Odette',
      birthPlace: { cog: '99600', label: 'Saint-Aubrac' },
      ins: STORY_PATIENTS.odette.ins,
      address: address('4', 'rue des Roseaux'),
    },
    {
      ...common,
      k: 2,
      sex: 'M',
      birth: dayOf('1948-02-09'),
      birthFamily: 'TESTEUR',
      birthGivens: 'Jean-Noël René',
      firstBirthGiven: 'Jean-Noël',
      birthPlace: { cog: '99602', label: 'Villeneuve' },
      ins: STORY_PATIENTS.jeanNoel.ins,
      address: address('17', 'quai de la Brume'),
    },
    {
      ...common,
      k: 3,
      sex: 'F',
      birth: dayOf('1962-03-21'),
      birthFamily: 'FICTIF',
      birthGivens: 'Marie-Claire Hélène',
      firstBirthGiven: 'Marie-Claire',
      birthPlace: { cog: '99604', label: 'Castelnouvel' },
      ins: STORY_PATIENTS.marieClaire.ins,
      address: address('2', 'place du Marché'),
    },
  ];
}

/** The Saint-Aubrac sites of BioRives and Grand-Pont, and the hospital's laboratory. */
export function site({ laboratories }: Region, place: Written['place']): Laboratory {
  const group = place === 'BR' ? 'biorives' : place === 'GP' ? 'grand-pont' : 'hospital';
  return laboratories.find((laboratory) => laboratory.group.key === group)!;
}

/** Documents of a hand-written story, oldest first. */
export function* writtenDocuments(context: DemoContext, person: Person, rows: readonly Written[]): Generator<DemoDocument> {
  const oldestFirst = rows.toSorted((a, b) => b.ago - a.ago);
  const memory: Memory = new Map();
  for (const [event, row] of oldestFirst.entries()) {
    const common = { event, memory };
    if (row.first) {
      const wrong = { ...row, values: { ...row.values, ...row.first }, comments: {} };
      yield writtenDocument(context, person, wrong, { ...common, version: 1 });
    }
    const last = writtenDocument(context, person, row, { ...common, version: row.first ? 2 : 1 });
    yield last;
    remember(memory, last);
  }
}

/** Sampled at 07:42, released at 10:58. */
const MORNING_TURNAROUND_MINUTES = 196;

export function writtenDocument(
  context: DemoContext,
  person: Person,
  row: Written,
  {
    event,
    version,
    memory,
    turnaround = MORNING_TURNAROUND_MINUTES,
  }: { event: number; version: number; memory: Memory; turnaround?: number },
): DemoDocument {
  const { region, today } = context;
  const laboratory = site(region, row.place);
  const day = today - row.ago;
  const [hours = 0, minutes = 0] = row.at.split(':').map(Number);
  const minute = hours * 60 + minutes;
  const extra = row.extra?.(hl7Time(day, minute));
  const sampling: Sampling = {
    laboratory,
    day,
    minute,
    turnaround,
    prescriber: row.stayFrom === undefined ? person.doctor : hospitalDoctor(region),
    measured: complete(row, person, ageAt(person.birth, day)),
    ...(row.stayFrom !== undefined && { stay: { structure: region.hospitals[0]!, from: today - row.stayFrom } }),
    ...(row.notDone && { notDone: new Map(Object.entries(row.notDone) as [AnalyteKey, string][]) }),
    ...(row.pending && { pending: row.pending }),
    ...(row.comments && { comments: new Map(Object.entries(row.comments) as [AnalyteKey, string][]) }),
    ...(extra && { extra }),
  };
  const report = makeReport({
    sampling,
    edition: editionOf(context, person.k, event, version, version > 1 ? [version - 1] : []),
    person,
    patient: printedPatient(person, laboratory),
    newFerritin: ferritinIsNew(laboratory, today, day),
    previousOf: (key) => memory.get(laboratory.clientId)?.get(key),
  });
  return {
    report,
    clientId: laboratory.clientId,
    finess: laboratory.finess,
    k: person.k,
    needsPerson: false,
    ...(row.first && { trap: 'corrected' as const }),
  };
}

function hospitalDoctor({ professionals }: Region): Professional {
  return professionals.find(({ role }) => role === 'specialist')!;
}

/** Usual shares and indices, with their spread from one day to the next, for the cells that a story does not speak of. */
const QUIET: Partial<Record<AnalyteKey, readonly [mean: number, spread: number]>> = {
  mcv: [88, 0.5],
  mchc: [33.6, 0.2],
  rdw: [13.8, 0.3],
  neutrophilsPct: [61, 2.5],
  monocytesPct: [7.4, 0.7],
  eosinophilsPct: [2.2, 0.4],
  basophilsPct: [0.5, 0.1],
};

function complete({ values, ago, shortCount }: Written, person: Person, age: number): Map<AnalyteKey, Measured> {
  const measured = new Map<AnalyteKey, number>();
  const dice = chance(0, 'quiet', person.k, ago);
  const number = (key: AnalyteKey) => {
    const [mean, spread] = QUIET[key] ?? [0, 0];
    return Number(values[key] ?? mean + spread * dice.normal());
  };
  if (values.hemoglobin !== undefined) bloodCount(number, 1, measured);
  if (shortCount) for (const key of PANELS.nfs) if (key !== 'mcv') measured.delete(key);
  const creatinine = values.creatinine;
  if (typeof creatinine === 'number') measured.set('egfr', filtrationOf(creatinine, person.sex, age));
  const { cholesterol, hdl, triglycerides, inr } = values;
  if (typeof cholesterol === 'number') measured.set('ldl', cholesterol - Number(hdl) - Number(triglycerides) / 2.2);
  if (typeof inr === 'number') measured.set('prothrombin', Math.min(100, 100 / (1 + 1.6 * (inr - 1))));
  return new Map<AnalyteKey, Measured>([...measured, ...(Object.entries(values) as [AnalyteKey, Measured][])]);
}

/** A value a little different each time, as a body's are, with so many decimals. */
export function near(value: number, spread: number, decimals: number, ...path: readonly (string | number)[]): number {
  return Number((value + spread * chance(0, 'near', ...path).normal()).toFixed(decimals));
}
