import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasSchema, schemaOfCda } from '../../../../test/support/cda-schema.ts';
import { dischargeLetter } from '../../../../test/support/discharge-letter.ts';
import { type DischargeLetter, type LetterPlan, type LetterTreatment, missingHeadings } from '../../discharge-letter.ts';
import { treatmentChanges } from '../../treatment-changes.ts';
import { readClinicalDocument } from '../document/read.ts';
import { letterOf } from './read.ts';
import { preparedLetter, writeDischargeLetter } from './write.ts';
import { runs } from '../../../../test/support/runs.ts';

const read = (letter: DischargeLetter) => readClinicalDocument(Buffer.from(writeDischargeLetter(letter)));

const words = fc
  .array(fc.string({ unit: fc.constantFrom(...'abcdeéµ≤Ω😀AB 012<>&"\'#;/%-.,()'), minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => all.map((line) => line.replace(/ +/g, ' ').trim() || 'x').join('\n'));
const time = fc.constantFrom('2025', '202503', '20250314', '20250314083000+0100');
const quantity = fc.record({ value: fc.constantFrom('1', '0.5', '12'), unit: fc.constantFrom('mg', '{tablet}', 'h', 'd') });
const coded = fc.record({ code: fc.constantFrom('A1', 'B-2'), display: fc.constantFrom('un', 'd<eux'), system: fc.constant('1.2.3') });
const optional = <T>(shape: { [K in keyof T]: fc.Arbitrary<unknown> }, requiredKeys: (keyof T)[]): fc.Arbitrary<T> =>
  fc.record(shape as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: requiredKeys as string[],
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>;
const treatment = optional<LetterTreatment>(
  {
    id: fc.constant({ root: '1.2.3', extension: 'x' }),
    product: coded,
    name: words,
    start: time,
    end: time,
    every: quantity,
    dose: fc.record({ low: quantity, high: quantity }),
    route: coded,
    maxDose: fc.record({ numerator: quantity, denominator: quantity }),
    instructions: words,
    reason: words,
  },
  ['name'],
);
const plan = optional<LetterPlan>(
  {
    id: fc.constant({ root: '1.2.4' }),
    kind: fc.constantFrom('procedure', 'examination', 'visit'),
    code: coded,
    words,
    at: time,
    priority: coded,
  },
  ['kind', 'words'],
);
const letters = optional<Partial<DischargeLetter>>(
  {
    isApproved: fc.boolean(),
    reason: words,
    admission: fc.constantFrom('emergency', 'planned', 'transfer', 'other'),
    discharge: fc.constantFrom('home', 'rehabilitation', 'hospital-at-home', 'other-hospital', 'nursing-home', 'other'),
    synthesis: words,
    adverseEvents: words,
    resistantGerms: optional<DischargeLetter['resistantGerms']>({ isSearched: fc.boolean(), found: words }, ['isSearched']),
    transfusion: optional<DischargeLetter['transfusion']>({ isGiven: fc.boolean(), accidents: words }, ['isGiven']),
    bloodDerivatives: optional<DischargeLetter['bloodDerivatives']>({ isGiven: fc.boolean(), adverseEvents: words }, ['isGiven']),
    stayTreatments: fc.array(treatment, { maxLength: 3 }),
    dischargeTreatments: fc.array(treatment, { maxLength: 3 }),
    results: words,
    plan: fc.array(plan, { maxLength: 3 }),
    devices: fc.array(optional({ id: fc.constant({ root: '1.2.5' }), code: coded, words, since: time }, ['id', 'code', 'words']), {
      maxLength: 2,
    }),
    allergies: fc.array(optional({ kind: coded, agent: coded, words, since: time }, ['kind', 'words']), { maxLength: 2 }),
  },
  [],
).map((more) => dischargeLetter(more));

describe('a discharge letter', () => {
  test('written then read is the same, with nothing to warn of', () => {
    const letter = dischargeLetter();
    const document = read(letter);
    expect(document.warnings).toEqual([]);
    expect(letterOf(document)).toEqual(preparedLetter(letter));
    expect(missingHeadings(letterOf(document))).toEqual([]);
  });

  test('whatever it says, written then read is the same', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(letters, (letter) => {
        expect(letterOf(read(letter))).toEqual(preparedLetter(letter));
      }),
      { numRuns: runs(200) },
    );
  });

  test.skipIf(!hasSchema)('whatever it says, is valid against the schema of CDA R2', { timeout: 60_000 }, () => {
    const faults = schemaOfCda();
    fc.assert(
      fc.property(letters, (letter) => {
        expect(faults(writeDischargeLetter(letter))).toEqual([]);
      }),
      { numRuns: runs(60) },
    );
  });

  test('says in its narrative all that its entries say', () => {
    const xml = writeDischargeLetter(dischargeLetter());
    for (const said of [
      'hospitalisation en urgence',
      'FUROSEMIDE ESSAI 40 mg',
      '1 fois par jour',
      'toutes les 8 heures',
      'Dose doublée',
      '120 mg par jour',
    ]) {
      expect(xml.replace(/<entry>.*?<\/entry>/gs, '')).toContain(said);
    }
  });

  test('tells what was stopped, changed and started, and why', () => {
    const changes = treatmentChanges(read(dischargeLetter()));
    expect(changes.map(({ change, treatment: { name }, reasons }) => [name, change, reasons])).toEqual([
      ['FUROSEMIDE ESSAI 40 mg', 'changed', ['Le matin.\nSe peser chaque jour.', 'Dose doublée : surcharge']],
      ['RAMIPRIL ESSAI 2,5 mg', 'started', ['Introduit pendant le séjour']],
      ['IBUPROFENE ESSAI 400 mg', 'stopped', ['Arrêté : insuffisance cardiaque et fonction rénale']],
    ]);
  });

  test('says that there is nothing, rather than nothing, for treatments, care and allergies', () => {
    const letter = dischargeLetter({ dischargeTreatments: [], plan: [], allergies: [] });
    expect(letterOf(read(letter))).toMatchObject({ dischargeTreatments: [], plan: [], allergies: [] });
    expect(writeDischargeLetter(letter)).toContain('Aucun traitement à la sortie');
  });
});

describe('a letter without a mandatory heading is refused, and the heading named', () => {
  test.each<[string, keyof DischargeLetter]>([
    ['motif d’hospitalisation', 'reason'],
    ['modalité d’entrée', 'admission'],
    ['modalité de sortie', 'discharge'],
    ['synthèse médicale du séjour', 'synthesis'],
    ['évènements indésirables', 'adverseEvents'],
    ['micro-organismes multirésistants', 'resistantGerms'],
    ['transfusion', 'transfusion'],
    ['dérivés du sang', 'bloodDerivatives'],
    ['traitements à la sortie', 'dischargeTreatments'],
    ['suites à donner', 'plan'],
  ])('%s', (name, heading) => {
    const { [heading]: _, ...rest } = dischargeLetter();
    expect(() => writeDischargeLetter(rest as DischargeLetter)).toThrow(
      expect.objectContaining({ code: 'letter.incomplete', at: heading, message: expect.stringContaining(name) }),
    );
  });

  test('blank words are no words, and the dates of the stay are wanted', () => {
    const letter = dischargeLetter({ reason: ' ' });
    const { encounter: _, ...header } = letter.header;
    expect(missingHeadings({ ...letter, header }).map(({ name }) => name)).toEqual([
      'date d’entrée',
      'date de sortie',
      'motif d’hospitalisation',
    ]);
  });
});
