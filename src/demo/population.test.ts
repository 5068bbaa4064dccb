import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { resultsOf, type LabReport } from '#formats';
import { HOSPITAL_CLIENT, NAMED_STRUCTURES } from './accounts.ts';
import { ANALYTES, type AnalyteKey } from './analytes.ts';
import type { DemoDocument } from './arrivals.ts';
import { dayOf } from './clock.ts';
import { withNirKey } from './ids.ts';
import { makePerson } from './people.ts';
import { makePopulation, patientIdOf } from './population.ts';
import { makeRegion } from './region.ts';

const size = { seed: 1, patients: 200, reports: 3000, today: dayOf('2026-11-18') };
const population = makePopulation(size);
const documents = [...population.documents()];

const keyOfLoinc = new Map(
  (Object.entries(ANALYTES) as [AnalyteKey, (typeof ANALYTES)[AnalyteKey]][]).map(([key, { loinc }]) => [loinc as string, key]),
);

/** Numbers of a report by analyte, for those printed in the usual unit. */
function numbers(report: LabReport): Map<AnalyteKey, number> {
  const found = new Map<AnalyteKey, number>();
  for (const { result } of resultsOf(report)) {
    const key = keyOfLoinc.get(result.code.code ?? '');
    if (key && result.status === 'completed' && result.value?.type === 'quantity') found.set(key, Number(result.value.value));
  }
  return found;
}

describe('the demo region', () => {
  test('has 67 connected laboratories, 7 hospitals, some 300 professionals, and a sender for each system', () => {
    const { laboratories, hospitals, professionals, senders, structures } = makeRegion();
    expect(laboratories).toHaveLength(67);
    expect(hospitals).toHaveLength(7);
    expect(professionals.length).toBeGreaterThan(280);
    expect(professionals.length).toBeLessThan(360);
    const ofLaboratories = senders.filter(({ clientId }) => clientId.startsWith('lis-'));
    expect(ofLaboratories.flatMap((sender) => sender.structures).toSorted()).toEqual(
      [...laboratories.map(({ finess }) => finess), NAMED_STRUCTURES.samples.finess].toSorted(),
    );
    const ofHospitals = senders.find(({ clientId }) => clientId === HOSPITAL_CLIENT);
    expect(ofHospitals?.structures).toEqual(hospitals.map(({ finess }) => finess));
    expect(new Set(structures.map(({ finess }) => finess)).size).toBe(structures.length);
    expect(new Set(professionals.map(({ rpps }) => rpps)).size).toBe(professionals.length);
  });

  test('makes exactly the documents asked for, each with its own identifier', () => {
    expect(documents).toHaveLength(3000);
    expect(population.total).toBe(3000);
    expect(new Set(documents.map(({ report }) => report.id.root)).size).toBe(3000);
  });

  test('is the same, byte for byte, when made again with the same seed and day, and another with another seed', () => {
    const digest = (list: Iterable<DemoDocument>) => {
      const hash = createHash('sha256');
      for (const { report } of list) hash.update(JSON.stringify(report));
      return hash.digest('hex');
    };
    const small = { ...size, reports: 500 };
    const once = digest(makePopulation(small).documents());
    expect(digest(makePopulation(small).documents())).toBe(once);
    expect(digest(makePopulation({ ...small, seed: 2 }).documents())).not.toBe(once);
  });

  test('makes one person alone exactly as among the others', () => {
    const among = documents.filter(({ k }) => k === 57);
    expect(among.length).toBeGreaterThan(0);
    expect([...makePopulation(size).documentsOf(57)]).toEqual(among);
  });

  test('reaches the last of 350 000 people without making the others', () => {
    const large = makePopulation({ ...size, patients: 350_000, reports: 5_000_000 });
    expect([...large.documentsOf(350_000)].length).toBeGreaterThan(0);
  });

  test('sends nothing from the future of its day at 11 o’clock, but corrections of the last days', () => {
    const late = documents.filter(({ report }) => [...resultsOf(report)].some(({ result }) => (result.at ?? '') > '20261118110000+0100'));
    expect(late).toEqual([]);
  });
});

describe('the people', () => {
  const region = makeRegion();
  const people = Array.from({ length: 2000 }, (_, i) => makePerson(region, 1, i + 4));

  test('have test matricules of fifteen characters with the right key, Corsica included', () => {
    for (const { ins } of people) expect(withNirKey(ins.value.slice(0, 13))).toBe(ins.value);
    expect(people.some(({ ins }) => ins.value.slice(5, 7) === '2A')).toBe(true);
    expect(people.some(({ ins }) => ins.value.slice(5, 7) === '2B')).toBe(true);
  });

  test('all have their own matricule and their own record', () => {
    expect(new Set(people.map(({ ins }) => ins.value)).size).toBe(people.length);
    expect(new Set(people.map(({ k }) => patientIdOf(1, k))).size).toBe(people.length);
  });

  test('all have a family name recognisably invented', () => {
    for (const { birthFamily, usedFamily } of people) {
      expect(birthFamily).toMatch(/DEMO|ESSAI|TEST|FICTIF/);
      expect(usedFamily ?? 'DEMO').toMatch(/DEMO/);
    }
  });

  test('hold twins of different given names, and homonyms told apart by the place of birth', () => {
    const twin = makePerson(region, 1, 121);
    const first = makePerson(region, 1, 120);
    expect(twin).toMatchObject({ birth: first.birth, birthFamily: first.birthFamily, birthPlace: first.birthPlace });
    expect(twin.firstBirthGiven).not.toBe(first.firstBirthGiven);
    const homonym = makePerson(region, 1, 141);
    const other = makePerson(region, 1, 140);
    expect(homonym).toMatchObject({
      birth: other.birth,
      birthFamily: other.birthFamily,
      firstBirthGiven: other.firstBirthGiven,
      sex: other.sex,
    });
    expect(homonym.birthPlace.cog).not.toBe(other.birthPlace.cog);
  });
});

describe('the traps', () => {
  const count = (trap: DemoDocument['trap']) => documents.filter((document) => document.trap === trap).length;

  test('are all in the smallest region', () => {
    const missing = (
      [
        'corrected',
        'out-of-order',
        'partial',
        'cancelled',
        'two-replacements',
        'wrong-ins',
        'unknown-person',
        'local-identifier-only',
        'homonym',
        'twin',
        'changed-name',
      ] as const
    ).filter((trap) => count(trap) === 0);
    expect(missing).toEqual([]);
  });

  test('send less than three arrivals in a hundred to the identity cell', () => {
    const waiting = documents.filter(({ needsPerson }) => needsPerson).length;
    expect(waiting).toBeGreaterThan(0);
    expect(waiting / documents.length).toBeLessThan(0.03);
  });

  test('an out-of-order pair arrives with the correction first', () => {
    const pair = documents.filter(({ trap }) => trap === 'out-of-order').slice(0, 2);
    expect(pair.map(({ report }) => report.version)).toEqual([2, 1]);
    expect(pair[0]!.report.replaces).toEqual([pair[1]!.report.id]);
    expect(pair[0]!.report.setId).toEqual(pair[1]!.report.setId);
  });

  test('two documents replace the same parent', () => {
    const [, second, third] = documents.filter(({ trap }) => trap === 'two-replacements');
    expect(second!.report.replaces).toEqual(third!.report.replaces);
    expect(second!.report.id).not.toEqual(third!.report.id);
  });

  test('hold results below detection, cancelled results, words, cultures with an antibiogram, blood groups and uncoded results', () => {
    const places = documents.flatMap(({ report }) => [...resultsOf(report)]);
    expect(places.some(({ result }) => result.value?.type === 'range' && result.value.high?.inclusive === false)).toBe(true);
    expect(places.some(({ result }) => result.status === 'aborted' && result.comments?.length)).toBe(true);
    expect(places.some(({ result }) => result.value?.type === 'text')).toBe(true);
    expect(places.some(({ isolate, battery }) => isolate && battery?.code?.code === '18769-0')).toBe(true);
    expect(places.some(({ result }) => result.code.code === '882-1')).toBe(true);
    expect(places.some(({ result }) => !result.code.code && result.code.translations?.[0]?.code && result.code.originalText)).toBe(true);
  });
});

test('no unit holds a blank: the schema of CDA refuses it', () => {
  const units = new Set(
    documents.flatMap(({ report }) =>
      [...resultsOf(report)].map(({ result }) => (result.value?.type === 'quantity' ? result.value.unit : undefined)),
    ),
  );
  expect(units.size).toBeGreaterThan(20);
  expect([...units].filter((unit) => unit !== undefined && /\s/.test(unit))).toEqual([]);
});

describe('a blood count', () => {
  const counts = documents.map(({ report }) => numbers(report)).filter((found) => found.has('neutrophilsPct') && found.has('mcv'));

  test('has five percentages that make one hundred', () => {
    expect(counts.length).toBeGreaterThan(500);
    for (const found of counts) {
      const cells = ['neutrophilsPct', 'lymphocytesPct', 'monocytesPct', 'eosinophilsPct', 'basophilsPct'] as const;
      const tenths = cells.reduce((sum, cell) => sum + Math.round(10 * found.get(cell)!), 0);
      expect(tenths).toBe(1000);
    }
  });

  test('has indices that follow from red cells, haematocrit and haemoglobin', () => {
    for (const found of counts) {
      expect(found.get('mcv')).toBeCloseTo((10 * found.get('hematocrit')!) / found.get('erythrocytes')!, 1);
      expect(found.get('neutrophils')).toBeCloseTo((found.get('leucocytes')! * found.get('neutrophilsPct')!) / 100, 1);
    }
  });
});

describe('a story', () => {
  const ofPeople = (illness: string) => documents.filter(({ k }) => k > 3 && population.person(k).illness === illness);
  const values = (list: readonly DemoDocument[], key: AnalyteKey) =>
    list.map(({ report }) => numbers(report).get(key)).filter((value) => value !== undefined);
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

  test('of diabetes has a high HbA1c, of health a normal glucose', () => {
    expect(mean(values(ofPeople('diabetes'), 'hba1c'))).toBeGreaterThan(6.8);
    expect(mean(values(ofPeople('healthy'), 'glucose'))).toBeLessThan(5.8);
  });

  test('of kidney disease loses its filtration over the years while potassium rises', () => {
    const reports = ofPeople('kidney');
    const early = reports.filter(({ report }) => report.createdAt < '2019');
    const late = reports.filter(({ report }) => report.createdAt > '2025');
    expect(mean(values(late, 'egfr'))).toBeLessThan(mean(values(early, 'egfr')) - 15);
    expect(mean(values(late, 'potassium'))).toBeGreaterThan(mean(values(early, 'potassium')));
  });

  test('of an anticoagulant has an INR between 2 and 3 most of the time', () => {
    const inr = values(ofPeople('anticoagulant'), 'inr').filter((value) => value > 1.25);
    expect(inr.filter((value) => value >= 1.9 && value <= 3.1).length / inr.length).toBeGreaterThan(0.6);
  });

  test('of chemotherapy has neutrophils that fall under 1 G/L and come back', () => {
    const neutrophils = values(ofPeople('chemotherapy'), 'neutrophils');
    expect(Math.min(...neutrophils)).toBeLessThan(1);
    expect(mean(neutrophils)).toBeGreaterThan(1.8);
  });
});

describe('the three stories of the visit', () => {
  test('end this morning, whatever the day', () => {
    for (const today of ['2026-11-18', '2027-03-02']) {
      const made = makePopulation({ ...size, today: dayOf(today), patients: 3, reports: 0 });
      for (const k of [1, 2, 3]) {
        const last = [...made.documentsOf(k)].at(-1)!;
        expect(last.report.createdAt.slice(0, 8)).toBe(today.replaceAll('-', ''));
      }
    }
  });

  const odette = [...population.documentsOf(1)];

  test('give Odette three laboratories, a stay, and a potassium of 5.6 with a TSH to come this morning', () => {
    expect(new Set(odette.map(({ finess }) => finess)).size).toBe(3);
    expect(odette.filter(({ report }) => report.encounter?.code?.code === 'IMP').length).toBeGreaterThan(3);
    const [today, toCome] = odette.slice(-2).map(({ report }) => report) as [LabReport, LabReport];
    expect(numbers(today).get('potassium')).toBe(5.6);
    expect(numbers(today).get('egfr')).toBe(32);
    expect([...resultsOf(toCome)].map(({ result }) => [result.code.code, result.value])).toEqual([
      ['3016-3', { type: 'absent', nullFlavor: 'NAV' }],
    ]);
  });

  test('correct Odette’s creatinine from 191 to 196 µmol/L in a second version that replaces the first', () => {
    const [first, second] = odette.filter(({ trap }) => trap === 'corrected');
    expect(numbers(first!.report).get('creatinine')).toBe(191);
    expect(numbers(second!.report).get('creatinine')).toBe(196);
    expect(second!.report.replaces).toEqual([first!.report.id]);
  });

  test('print Odette’s ferritin with one method before the change and another after, and below 8 µg/L once', () => {
    const ferritin = odette.flatMap(({ report }) =>
      [...resultsOf(report)].filter(({ result }) => result.code.code === '2276-4').map(({ result }) => result),
    );
    expect(new Set(ferritin.map(({ method }) => method?.code))).toEqual(new Set(['UTX', 'UCX']));
    expect(ferritin.filter(({ value }) => value?.type === 'range')).toHaveLength(1);
  });

  test('print creatinine in mg/L at Grand-Pont: 12.7 for 112 µmol/L', () => {
    const masses = odette.flatMap(({ report }) =>
      [...resultsOf(report)].filter(({ result }) => result.code.code === '2160-0').map(({ result }) => result.value),
    );
    expect(masses).toContainEqual({ type: 'quantity', value: '12.7', unit: 'mg/L' });
  });
});
