import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAMILIES, FAMILY_RULES } from './families.ts';
import { visibleTo } from './family-readers.ts';
import { FamilyTableError, familyTableOn, readFamilyTables } from './family-table.ts';

const COLUMNS = 'family\tprofessionals\tpatient\tpushed\trepresentatives\tbasis';
const HIV = 'hiv\tcare-team\tafter-told\tno\tno\tDélibération 12';
const table = (...lines: string[]) => ['version\tDélibération 12\tfrom\t2027-01-01', COLUMNS, ...lines].join('\n');
const fault = (text: string) => {
  try {
    readFamilyTables(text);
    return 'taken';
  } catch (error) {
    if (!(error instanceof FamilyTableError)) throw error;
    return `${error.code} ${error.line}`;
  }
};

describe('a region’s table of sensitive families', () => {
  test('settles the families that it names; the others keep the strict default', () => {
    const [regional] = readFamilyTables(`# adopted in December\r\n${table(HIV)}\r\n`);
    expect(regional).toMatchObject({ version: 'Délibération 12', from: '2027-01-01', settled: ['hiv'] });
    expect(regional!.rules).toEqual({
      ...FAMILY_RULES,
      hiv: { professionals: 'care-team', patient: 'after-told', isPushed: false, representatives: false, basis: 'Délibération 12' },
    });
  });

  test('is in force from its day on; before the first one the strict default holds', () => {
    const later = [
      'version\tDélibération 20\tfrom\t2027-06-01',
      COLUMNS,
      'hiv\tprescriber-laboratory\tafter-told\tno\tno\tDélibération 20',
    ];
    const tables = readFamilyTables([...later, table(HIV)].join('\n'));
    const on = (day: string) => familyTableOn(tables, day)?.version;
    expect([on('2026-12-31'), on('2027-01-01'), on('2027-05-31'), on('2027-06-01')]).toEqual([
      undefined,
      'Délibération 12',
      'Délibération 12',
      'Délibération 20',
    ]);
  });

  test.each([
    ['empty', '', 'families.no-version 1'],
    ['without a version', `${COLUMNS}\n${HIV}`, 'families.no-version 1'],
    ['that settles nothing', table(), 'families.no-version 1'],
    ['of a day that does not exist', table(HIV).replace('2027-01-01', '2027-02-30'), 'families.version-unclear 1'],
    ['of a version without a name', table(HIV).replace('Délibération 12', ''), 'families.version-unclear 1'],
    ['with one day for two versions', `${table(HIV)}\n${table(HIV)}`, 'families.version-twice 4'],
    ['without its columns', table(HIV).replace(`${COLUMNS}\n`, ''), 'families.columns 2'],
    ['with columns in another order', table(HIV).replace('patient\tpushed', 'pushed\tpatient'), 'families.columns 2'],
    ['with a cell missing', table('hiv\tcare-team\tafter-told\tno\tno'), 'families.cells 3'],
    ['of a family nobody knows', table(HIV.replace('hiv', 'astrology')), 'families.family-unknown 3'],
    ['with a family twice', table(HIV, HIV), 'families.family-twice 4'],
    ['with a reader nobody knows', table(HIV.replace('care-team', 'everyone')), 'families.value-unknown 3'],
    ['with an empty cell', table(HIV.replace('after-told', '')), 'families.value-unknown 3'],
    ['with a rule that rests on nothing', table(HIV.replace(/Délibération 12$/, '')), 'families.basis-missing 3'],
  ])('%s is refused whole, with a code and its line', (_what, text, expected) => {
    expect(fault(text)).toBe(expected);
  });

  test.each([
    ['anonymous screening opened to anyone', 'anonymous\tcare-team\tnone\tno\tno\tX'],
    ['a birth under secrecy told to the person', 'childbirth-under-secrecy\tnone\tafter-told\tno\tno\tX'],
    ['tests for work opened to the treating doctor', 'not-for-care\ttreating-doctor-prescriber-laboratory\tnone\tno\tno\tX'],
    ['care kept out of every record', 'hiv\tnone\tnone\tno\tno\tX'],
    ['genetics opened to the care team', 'constitutional-genetics\tcare-team\tafter-told-by-prescriber\tno\tno\tX'],
    ['genetics told by another than the prescriber', 'constitutional-genetics\tprescriber-laboratory\tafter-told\tno\tno\tX'],
    ['genetics announced', 'constitutional-genetics\tprescriber-laboratory\tafter-told-by-prescriber\tyes\tno\tX'],
    ['care of a minor shown to the parents', 'sexual-health-of-minor\tcare-team\tafter-told\tno\tyes\tX'],
    ['contraception of a minor shown to the parents', 'pregnancy-of-minor\tcare-team\tafter-told\tno\tyes\tX'],
    ['an announcement of what is never shown', 'hiv\tcare-team\tnone\tyes\tno\tX'],
  ])('%s is refused: no region opens what the law closes', (_what, line) => {
    expect(fault(table(line))).toBe('families.closed-by-law 3');
  });

  test('never opens to anyone what it does not name, nor what never enters the record', () => {
    const value = (...values: string[]) => fc.constantFrom(...values);
    const line = fc.tuple(
      value(...FAMILIES),
      value('care-team', 'treating-doctor-prescriber-laboratory', 'prescriber-laboratory', 'none'),
      value('at-once', 'after-told', 'after-told-by-prescriber', 'none'),
      value('yes', 'no'),
      value('yes', 'no'),
    );
    fc.assert(
      fc.property(line, (cells) => {
        const text = table([...cells, 'X'].join('\t'));
        if (fault(text) !== 'taken') return;
        const { rules } = readFamilyTables(text)[0]!;
        for (const family of FAMILIES.filter((one) => one !== cells[0])) expect(rules[family]).toBe(FAMILY_RULES[family]);
        for (const family of ['anonymous', 'childbirth-under-secrecy', 'not-for-care'] as const)
          expect(visibleTo([family], { kind: 'professional', isPrescriber: true, isOfLaboratory: true }, rules).visible).toBe(false);
      }),
    );
  });

  test('any bytes at all are taken or refused with a code, and never break the reader', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom('\t', '\n', 'version', 'from', '2027-01-01', HIV, COLUMNS)).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(fault(text)).toMatch(/^(?:taken|families\.[a-z-]+ \d+)$/);
        },
      ),
    );
  });
});
