/**
 * How fast patients are identified and found in a region: `node bench/identity.ts [people, 350000]`.
 * An embedded database of its own, durable, removed at the end. Times are of one caller on a warm database.
 */
import type { PrintedPatient } from '#formats';
import { identify, INS_OIDS, insKey, registerPatients, type Traits } from '#identity';
import { correctTraits } from '../src/identity/change.ts';
import { findPatients } from '../src/identity/find-patients.ts';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';

const PEOPLE = Number(process.argv[2] ?? 350_000);
const now = new Date('2026-11-22T09:00:00Z');
const LAB = '990000001';

/** A small congruential generator: the same people at every run. */
let state = 42;
const below = (n: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
/** A few names are very common, most are rare, as in a real population. */
const common = (n: number): number => Math.floor(n * (below(1_000_000) / 1_000_000) ** 3);
const SYLLABLES = [
  'BAR',
  'LE',
  'MON',
  'DU',
  'RI',
  'CHE',
  'VAN',
  'TO',
  'GAU',
  'PER',
  'LIN',
  'SA',
  'MAR',
  'DE',
  'ROU',
  'FA',
  'NI',
  'COL',
  'BE',
  'THI',
];
const nameOf = (n: number): string => `${SYLLABLES[n % 20]}${SYLLABLES[Math.floor(n / 20) % 20]}${SYLLABLES[Math.floor(n / 400) % 20]}`;

interface Person {
  traits: Traits;
  ins: { oid: string; value: string };
}

function person(n: number): Person {
  const sex = below(2) === 0 ? 'M' : 'F';
  const [year, month, day] = [1930 + below(90), 1 + below(12), 1 + below(28)];
  const two = (value: number) => String(value).padStart(2, '0');
  const cog = `99${String(below(600)).padStart(3, '0')}`;
  const first13 = `${sex === 'M' ? 1 : 2}${two(year % 100)}${two(month)}99${String(n).padStart(6, '0')}`;
  const givens = [common(600), common(600)].map((given) => nameOf(given * 13));
  const traits: Traits = {
    birthFamily: `${nameOf(common(8_000))}-ESSAI`,
    birthGivens: givens.join(' '),
    firstBirthGiven: givens[0]!,
    sex,
    birthDate: `${year}-${two(month)}-${two(day)}`,
    birthPlace: { cog },
  };
  return { traits, ins: { oid: INS_OIDS.test, value: `${first13}${insKey(first13)}` } };
}

function printed({ traits, ins }: Person, withIns = true): PrintedPatient {
  const { birthFamily, birthGivens, firstBirthGiven, sex, birthDate, birthPlace } = traits;
  const cog = birthPlace?.cog ?? '99999';
  const ids = withIns ? [{ root: ins.oid, extension: ins.value }] : [{ root: '1.2.3', extension: 'unknown' }];
  return { ids, birthFamily, birthGivens, firstBirthGiven, sex, birthDate: birthDate.replaceAll('-', ''), birthPlace: { cog } };
}

async function measure(what: string, times: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times / 10; i += 1) await work();
  const each: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const from = performance.now();
    await work();
    each.push(performance.now() - from);
  }
  each.sort((a, b) => a - b);
  const at = (share: number) => each[Math.min(times - 1, Math.floor(times * share))]!.toFixed(2);
  console.log(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${Math.round((times * 1000) / each.reduce((sum, ms) => sum + ms, 0))}/s`);
}

await withDatabase(async (db) => {
  const people = Array.from({ length: PEOPLE }, (_, n) => person(n));
  const from = performance.now();
  const made = await registerPatients(
    db,
    people.map((one) => Object.assign({ status: 'qualified' as const }, one)),
    now,
  );
  await db.script('analyze');
  console.log(`${machineFacts()}; ${made} people registered in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  const marked = await db.query<{ n: number }>('', "select count(*) as n from identity.patient where attributes <> '{}'");
  console.log(`marked as homonym or twin: ${marked[0]!.n}`);

  const any = () => people[below(PEOPLE)]!;
  const find = (patient: PrintedPatient) => identify(db, { senderFiness: LAB, patient, mode: 'demo', now });
  const search = (q: string) => findPatients(db, { q, mode: 'demo', scope: 'everyone' });
  const spoken = ({ birthDate }: Traits) => birthDate.split('-').toReversed().join('/');
  await measure('identify, INS known', 5_000, () => find(printed(any())));
  await measure('identify, nothing known, with candidates', 500, () => find(printed(any(), false)));
  await measure('search, matricule', 2_000, () => search(any().ins.value));
  await measure('search, name and date', 2_000, () => {
    const { traits } = any();
    return search(`${traits.birthFamily.slice(0, 4)} ${spoken(traits)}`);
  });
  // one in a hundred bore another name before
  const renamed = Array.from({ length: Math.floor(PEOPLE / 100) }, any);
  for (const { traits, ins } of renamed) {
    const [row] = await db.query<{ id: string }>('', 'select patient_id as id from identity.ins where value = $1', [ins.value]);
    const by = { who: { id: 'bench', name: 'bench' }, reason: 'bench', now };
    const change = { ...by, patientId: row!.id, traits: { ...traits, birthFamily: `${traits.birthFamily}-${below(9_999)}` } };
    await db.transaction((tx) => correctTraits(tx, change));
  }
  await db.script('analyze');
  await measure('search, former name and date', 2_000, () => {
    const { traits } = renamed[below(renamed.length)]!;
    return search(`${traits.birthFamily.slice(0, 4)} ${spoken(traits)}`);
  });
  await measure('search, name and date, of anyone, with aliases kept', 2_000, () => {
    const { traits } = any();
    return search(`${traits.birthFamily.slice(0, 4)} ${spoken(traits)}`);
  });
  await measure('search of the identity cell, name without date', 500, () => search(any().traits.birthFamily.slice(0, 5)));
  const rounds = 8;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: rounds }, async () => {
      for (let i = 0; i < 1_000; i += 1) await find(printed(any()));
    }),
  );
  console.log(`identify, INS known, ${rounds} at a time: ${Math.round((rounds * 1_000_000) / (performance.now() - start))}/s`);
});
