import type { LabReport, PrintedPatient, Result } from '#formats';
import { resultsOf } from '#formats';
import { ANALYTES, type AnalyteKey } from './analytes.ts';
import type { PanelKey } from './panels.ts';
import { ageAt, dayText, hl7Time, type Day } from './clock.ts';
import { DEMO_OID } from './ids.ts';
import { type Body, panelsOf, schedule, STORIES } from './illnesses.ts';
import type { Person } from './people.ts';
import { makePerson } from './people.ts';
import { creatinineFor, healthyValues, measure } from './physiology.ts';
import { chance, type Chance } from './random.ts';
import type { Laboratory, Region } from './region.ts';
import { type Edition, localNumber, makeReport, previousKey, printedPatient, type Sampling } from './report.ts';
import { bloodGroup, urineCulture, urineStrip } from './special.ts';

/** What the systems of the laboratories send about one person, in the order in which it arrives. */

export interface DemoContext {
  region: Region;
  seed: number;
  today: Day;
}

export type DocumentTrap =
  | 'corrected'
  | 'out-of-order'
  | 'partial'
  | 'cancelled'
  | 'two-replacements'
  | 'wrong-ins'
  | 'unknown-person'
  | 'local-identifier-only'
  | 'homonym'
  | 'twin'
  | 'changed-name';

export interface DemoDocument {
  report: LabReport;
  clientId: string;
  finess: string;
  /** Number of the person it is really about. */
  k: number;
  trap?: DocumentTrap;
  /** True when no rule can join it: a person of the identity cell has to decide. */
  needsPerson: boolean;
}

/** Days before today when the groups BioRives and Grand-Pont changed their ferritin method; values before and after do not compare. */
export const FERRITIN_CHANGE_DAYS_AGO = 310;

export function ferritinIsNew({ group }: Laboratory, today: Day, day: Day): boolean {
  if (group.key === 'hospital') return true;
  return (group.key === 'biorives' || group.key === 'grand-pont') && today - day < FERRITIN_CHANGE_DAYS_AGO;
}

/** What becomes of one sampling, and how many documents that makes. */
const FATES = {
  plain: 1,
  corrected: 2,
  /** Corrected, but the correction comes first. */
  'out-of-order': 2,
  partial: 2,
  cancelled: 2,
  'two-replacements': 3,
} as const;
type Fate = keyof typeof FATES;

/** Makes exactly `count` documents about a person, without anybody else's. */
export function* documentsOf(context: DemoContext, person: Person, count: number): Generator<DemoDocument> {
  const { seed, today, region } = context;
  const fates = chooseFates(person, count, chance(seed, 'fates', person.k));
  const plan = chance(seed, 'schedule', person.k);
  const { days, anchor } = schedule(person.illness, fates.length, plan);
  const healthy = healthyValues(person, today, seed);
  const memory: Memory = new Map();
  const known = new Set<string>();
  for (const [event, fate] of fates.entries()) {
    const dice = chance(seed, 'sampling', person.k, event);
    const ago = days[event]!;
    const body: Body = { values: { ...healthy.values }, filtration: healthy.filtration };
    STORIES[person.illness].change(body, { person, ago, anchor, dice });
    const sampling = makeSampling(context, person, body, today - ago, event, dice);
    const who = identityOf(region, person, seed, event, fates.length, sampling.laboratory, known, dice);
    yield* editionsOf(fate, { context, person, event, sampling, who, memory, dice });
  }
}

function chooseFates(person: Person, count: number, dice: Chance): Fate[] {
  const fates: Fate[] = [];
  let left = count;
  if (person.trap === 'two-replacements' && left >= 3) {
    fates.push('two-replacements');
    left -= 3;
  }
  while (left > 0) {
    const draw = dice.next();
    const wanted: Fate =
      draw < 0.018 ? 'corrected' : draw < 0.022 ? 'out-of-order' : draw < 0.04 ? 'partial' : draw < 0.043 ? 'cancelled' : 'plain';
    const fate = FATES[wanted] <= left ? wanted : 'plain';
    fates.push(fate);
    left -= FATES[fate];
  }
  return fates;
}

function makeSampling(context: DemoContext, person: Person, body: Body, day: Day, event: number, dice: Chance): Sampling {
  const { region, today } = context;
  const laboratory = chooseLaboratory(person, dice);
  const inHospital = laboratory.group.key === 'hospital';
  const age = ageAt(person.birth, day);
  body.values.creatinine = creatinineFor(Math.max(6, Math.min(130, body.filtration)), person.sex, age);
  const panels: PanelKey[] = panelsOf(person.illness, dice, person.sex);
  const measured = measure(body.values, panels, person, age, dice);
  if (ferritinIsNew(laboratory, today, day) && measured.has('ferritin')) measured.set('ferritin', measured.get('ferritin')! * 1.3);
  const hospital = inHospital ? region.hospitals[laboratory.number - 61]! : undefined;
  const minute = inHospital ? dice.int(300, 1380) : dice.int(420, 640);
  const extra = extraChapters(person, day, minute, event, dice);
  const haemolysed = measured.has('potassium') && dice.yes(0.008);
  if (haemolysed) measured.delete('potassium');
  return {
    laboratory,
    day,
    minute,
    turnaround: dice.int(110, 380),
    prescriber: person.doctor,
    measured,
    ...(hospital && { stay: { structure: hospital, from: day } }),
    ...(extra.length > 0 && { extra }),
    ...(haemolysed && { notDone: new Map([['potassium', 'Prélèvement hémolysé : potassium non rendu.']] as const) }),
  };
}

function chooseLaboratory(person: Person, dice: Chance): Laboratory {
  const draw = dice.next();
  const { laboratories } = person;
  return laboratories[draw < 0.72 ? 0 : draw < 0.93 ? 1 : laboratories.length - 1]!;
}

function extraChapters(person: Person, day: Day, minute: number, event: number, dice: Chance): NonNullable<Sampling['extra']> {
  const at = hl7Time(day, minute);
  const { illness } = person;
  if (illness === 'infection' ? dice.yes(0.5) : person.sex === 'F' && dice.yes(0.02)) {
    return [{ chapter: 'microbiology', items: urineCulture(at, dice).items }];
  }
  if ((illness === 'pregnancy' || illness === 'chemotherapy') && event < 2) {
    return [{ chapter: 'immunohaematology', items: [bloodGroup(at, (((person.k * 0.618034) % 1) + 1) % 1)] }];
  }
  if (illness === 'kidney' && dice.yes(0.15))
    return [{ chapter: 'urine', items: [urineStrip(at, dice.pick(['nég.', 'traces', '+', '++', '+++']))] }];
  return [];
}

interface Who {
  patient: PrintedPatient;
  trap?: DocumentTrap;
  needsPerson: boolean;
}

/** How the laboratory knows the person this time: with the INS, or as a trap of identity. */
function identityOf(
  region: Region,
  person: Person,
  seed: number,
  event: number,
  events: number,
  laboratory: Laboratory,
  known: Set<string>,
  dice: Chance,
): Who {
  const wasKnown = known.has(laboratory.group.key + laboratory.clientId);
  known.add(laboratory.group.key + laboratory.clientId);
  const middle = event === Math.floor(events / 2);
  const { trap } = person;
  if (trap === 'wrong-ins' && middle) {
    const other = makePerson(region, seed, person.k + 1);
    const patient = printedPatient(person, laboratory);
    return {
      patient: { ...patient, ids: strangerIds(person, laboratory, [{ root: other.ins.oid, extension: other.ins.value }]) },
      trap: 'wrong-ins',
      needsPerson: true,
    };
  }
  if (trap === 'local-identifier-only' && wasKnown && event >= events - 3) {
    // A number of the sender's joins nothing until a person has linked it once; from then on it does.
    return { patient: printedPatient(person, laboratory, { ins: true }), trap, needsPerson: true };
  }
  const incomplete = middle && (trap === 'incomplete-traits' || trap === 'unknown-birth-day' || trap === 'unknown-person');
  if (incomplete || dice.yes(0.001)) {
    const without = {
      ins: true,
      ...(trap === 'incomplete-traits' && { birthPlace: true }),
      ...(trap === 'unknown-birth-day' && { birthDay: true }),
    } as const;
    const patient = printedPatient(person, laboratory, without);
    return { patient: { ...patient, ids: strangerIds(person, laboratory) }, trap: 'unknown-person', needsPerson: true };
  }
  const isBeforeMarriage = trap === 'changed-name' && event < events / 2;
  const shown = trap === 'twin' || trap === 'homonym' || trap === 'changed-name' ? trap : undefined;
  return {
    patient: printedPatient(person, laboratory, isBeforeMarriage ? { usedName: true } : {}),
    needsPerson: false,
    ...(shown && { trap: shown }),
  };
}

/** A local number that this laboratory never sent with an INS. */
function strangerIds(person: Person, laboratory: Laboratory, first: PrintedPatient['ids'] = []): PrintedPatient['ids'] {
  const { ids } = printedPatient(person, laboratory, { ins: true });
  return [...first, { root: ids[0]!.root, extension: `${localNumber(person, laboratory)}N` }];
}

/** The last results that each laboratory system printed for a person, by client and analyte. */
export type Memory = Map<string, Map<string, Result>>;

interface Making {
  context: DemoContext;
  person: Person;
  event: number;
  sampling: Sampling;
  who: Who;
  memory: Memory;
  dice: Chance;
}

function* editionsOf(fate: Fate, making: Making): Generator<DemoDocument> {
  const documents = [...versionsOf(fate, making)];
  yield* documents;
  remember(making.memory, documents.at(-1)!);
}

function* versionsOf(fate: Fate, making: Making): Generator<DemoDocument> {
  const { sampling, dice } = making;
  const alone = [...sampling.measured.keys()].filter((key) => ALONE.has(key));
  const wrongKey = alone[Math.floor(dice.next() * alone.length)] ?? [...sampling.measured.keys()][0];
  if (fate === 'plain' || !wrongKey) return yield make(making, sampling, 1, []);
  if (fate === 'partial') {
    yield make(making, withPending(sampling), 1, [], 'partial');
    return yield make(making, sampling, 2, [1], 'partial');
  }
  if (fate === 'cancelled') {
    yield make(making, sampling, 1, [], 'cancelled');
    return yield make(making, cancelled(sampling), 2, [1], 'cancelled');
  }
  const first = make(making, withValue(sampling, wrongKey, dice.yes(0.5) ? 0.9 : 1.6), 1, [], fate);
  const right = {
    ...sampling,
    comments: new Map([[wrongKey, 'Résultat corrigé : remplace la valeur rendue dans la version précédente.']] as const),
  };
  const second = make(making, right, 2, [1], fate);
  if (fate === 'out-of-order') yield* [second, first];
  else yield* [first, second];
  if (fate === 'two-replacements') yield make(making, withValue(right, wrongKey, 1.05), 3, [1], fate);
}

/** Analytes from which no other result is computed: one can be wrong without the others. */
const ALONE: ReadonlySet<AnalyteKey> = new Set([
  'platelets',
  'potassium',
  'urea',
  'urate',
  'glucose',
  'hba1c',
  'crp',
  'tsh',
  'ferritin',
  'ntProBnp',
  'ggt',
  'alp',
  'phosphate',
]);

function withValue(sampling: Sampling, key: AnalyteKey, factor: number): Sampling {
  const value = sampling.measured.get(key);
  return { ...sampling, measured: new Map([...sampling.measured, [key, typeof value === 'number' ? value * factor : value!]]) };
}

/** The last panel is not ready yet; a report of one panel waits for all but its first result, unless it is a blood count, never cut. */
function withPending(sampling: Sampling): Sampling {
  const keys = [...sampling.measured.keys()];
  const last = ANALYTES[keys.at(-1)!].panel;
  const inLast = keys.filter((key) => ANALYTES[key].panel === last);
  const pending = inLast.length < keys.length ? inLast : last === 'Hémogramme' ? [] : keys.slice(1);
  const ready = new Map([...sampling.measured].filter(([key]) => !pending.includes(key)));
  return pending.length > 0 ? { ...sampling, measured: ready, pending } : sampling;
}

function cancelled(sampling: Sampling): Sampling {
  const reason = 'Résultat annulé : erreur d’étiquetage du tube.';
  const { extra: _extra, ...rest } = sampling;
  return {
    ...rest,
    measured: new Map(),
    notDone: new Map([...sampling.measured.keys()].map((key) => [key, reason])),
    remark: 'Ce compte rendu annule et remplace le précédent.',
  };
}

function make(making: Making, sampling: Sampling, version: number, replaces: readonly number[], fate?: DocumentTrap): DemoDocument {
  const { context, person, event, who, memory } = making;
  const { laboratory } = sampling;
  const system = laboratory.clientId;
  const report = makeReport({
    sampling,
    edition: editionOf(context, person.k, event, version, replaces),
    person,
    patient: who.patient,
    newFerritin: ferritinIsNew(laboratory, context.today, sampling.day),
    previousOf: (key) => memory.get(system)?.get(key),
  });
  const trap = who.trap ?? fate;
  return { report, clientId: system, finess: laboratory.finess, k: person.k, needsPerson: who.needsPerson, ...(trap && { trap }) };
}

/** Keeps what a system printed, for its next report of the same person. */
export function remember(memory: Memory, { clientId, report }: DemoDocument): void {
  const now = memory.get(clientId) ?? new Map<string, Result>();
  for (const { result } of resultsOf(report)) {
    if (result.value?.type === 'quantity' && !result.code.display?.endsWith('%')) now.set(previousKey(result), result);
  }
  memory.set(clientId, now);
}

/** Identifiers say which region (seed, day), person, sampling and version: the same arguments make the same document. */
export function editionOf({ seed, today }: DemoContext, k: number, event: number, version: number, replaces: readonly number[]): Edition {
  const set = `${seed}.${dayText(today).replaceAll('-', '')}.${k}.${event}`;
  const idOf = (n: number) => `${DEMO_OID}.2.${set}.${n}`;
  return {
    id: idOf(version),
    setId: `${DEMO_OID}.3.${set}`,
    version: Math.min(version, 2),
    replaces: replaces.map(idOf),
    later: (version - 1) * 300,
  };
}
