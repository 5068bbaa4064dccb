import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { FAMILIES, type Family } from '../terminology/contract.ts';
import { type ActiveLink, decide, type LinkKind, type Question, readerOf } from './decide.ts';
import { concealedBy, type Item, type ItemReader, visibleItems } from './item.ts';
import { readItemRights, STANDS, type Stand } from './item-rights.ts';
import { isOpenIn, PROFESSIONS } from './matrix.ts';
import { RULES } from './rules.ts';

/* The oracle: to whom each thing stays open, told a second time by hand, as lists of people. */
const TREATING = 'treating-doctor linked delegate emergency regulation author prescriber producer';
const MASKED_SEEN_BY = 'holder representative treating-doctor author producer';
const UNTOLD_SEEN_BY = TREATING;
const SECRET_SEEN_BY = `holder ${TREATING}`;
const MADE_IT = 'author prescriber producer';
/** Among professionals; then when the patient sees it. A parent never does, and none of these is ever pushed to the patient. */
const FAMILY_SEEN_BY: Record<Family, [professionals: string, patient: 'told' | 'told-by-prescriber' | 'never']> = {
  'constitutional-genetics': [MADE_IT, 'told-by-prescriber'],
  hiv: [`treating-doctor ${MADE_IT}`, 'told'],
  'sexual-health-of-minor': [`treating-doctor ${MADE_IT}`, 'told'],
  'pregnancy-of-minor': [`treating-doctor ${MADE_IT}`, 'told'],
  anonymous: ['', 'never'],
  'childbirth-under-secrecy': ['', 'never'],
  'not-for-care': ['', 'never'],
};

function isFamilyOpen(is: readonly string[], family: Family, item: Item, isPushed: boolean): boolean {
  const [professionals, patient] = FAMILY_SEEN_BY[family];
  if (is.includes('representative')) return false;
  if (!is.includes('holder')) return professionals.split(' ').some((one) => is.includes(one));
  if (isPushed || patient === 'never') return false;
  return patient === 'told' ? item.toldBy !== undefined : item.toldBy === 'prescriber';
}

function oracleSees(is: readonly string[], item: Item, isPushed: boolean): boolean {
  const oneOf = (people: string) => people.split(' ').some((one) => is.includes(one));
  if (item.status === 'deleted') return false;
  if (item.masked && !oneOf(MASKED_SEEN_BY)) return false;
  if (item.awaits && !item.toldBy && !oneOf(UNTOLD_SEEN_BY)) return false;
  if ((item.notForRepresentatives || item.secretCare) && !oneOf(SECRET_SEEN_BY)) return false;
  return (item.families ?? []).every((family) => isFamilyOpen(is, family, item, isPushed));
}

const LABORATORY = '990000101';
const readerAs = (standsAs: Stand): ItemReader => ({ id: 'rpps:1', profession: 'doctor', laboratory: LABORATORY, standsAs });
/** What the record can be opened as; author, prescriber and producer depend on the item. */
const OPENED_AS = STANDS.filter((stand) => !['author', 'prescriber', 'producer'].includes(stand));

const SETS_OF_FAMILIES: Family[][] = [[], ...FAMILIES.map((family) => [family])];
for (const [n, first] of FAMILIES.entries()) for (const second of FAMILIES.slice(n + 1)) SETS_OF_FAMILIES.push([first, second]);

/** No right looks at a clock: every pair of families is asked for in one time zone, none and each alone in the others. */
const isExhaustive = process.env.TZ === 'UTC';

function* everyItem(): Generator<{ item: Item; is: string[] }> {
  for (const families of SETS_OF_FAMILIES) {
    if (families.length > 1 && !isExhaustive) continue;
    for (const status of ['current', 'archived', 'deleted'] as const) {
      for (let marks = 0; marks < 2 ** 9; marks += 1) {
        const has = (n: number) => ((marks >> n) & 1) === 1;
        const item: Item = { category: 'biology-report', status, families, producer: has(0) ? LABORATORY : '990000999' };
        item.authors = has(1) ? ['rpps:2', 'rpps:1'] : ['rpps:2'];
        item.prescribers = has(2) ? ['rpps:1'] : [];
        if (has(3)) item.masked = true;
        if (has(4)) item.awaits = { owner: 'rpps:2', due: '2026-02-01' };
        if (has(5)) item.notForRepresentatives = true;
        if (has(6)) item.secretCare = true;
        if (has(7)) item.toldBy = has(8) ? 'prescriber' : 'professional';
        yield { item, is: [...(has(0) ? ['producer'] : []), ...(has(1) ? ['author'] : []), ...(has(2) ? ['prescriber'] : [])] };
      }
    }
  }
}

test('every item, with every set of marks and every pair of families, is shown to those and only those whom the lists name', () => {
  let asked = 0;
  const wrong: unknown[] = [];
  for (const standsAs of OPENED_AS) {
    const reader = readerAs(standsAs);
    for (const { item, is } of everyItem()) {
      for (const isPushed of [false, true]) {
        asked += 1;
        const sees = concealedBy(reader, item, isPushed) === undefined;
        if (sees !== oracleSees([standsAs, ...is], item, isPushed) && wrong.length < 5) wrong.push({ standsAs, item, isPushed, sees });
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(isExhaustive ? 300_000 : 80_000);
});

const since = '2026-01-05T09:00:00.000Z';
const link = (kind: LinkKind, of: ActiveLink['of'] = 'person'): ActiveLink => ({ kind, of, since });
const opens = (role: keyof typeof PEOPLE, links: ActiveLink[], patientId: string = PATIENT_ID): Question => ({
  who: PEOPLE[role],
  action: 'document.read',
  patientId,
  links,
});

/** One way into the record for each thing that a reader can be to it. */
const WAYS: [Stand, Question][] = [
  ['holder', opens('patient', [])],
  ['representative', opens('patient', [link('representative')], '0190a000-0000-7000-8000-000000000003')],
  ['treating-doctor', opens('gp', [link('treating-doctor'), link('consent')])],
  ['linked', opens('specialist', [link('care-team', 'structure')])],
  ['linked', opens('nurse', [link('consent')])],
  ['linked', opens('biologist', [link('producer', 'structure')])],
  ['delegate', opens('secretary', [link('treating-doctor', 'principal')])],
  ['emergency', opens('specialist', [link('break-glass')])],
  ['regulation', opens('regulator', [])],
];

describe('one decision from the question to the item', () => {
  test.each(WAYS)('who stands as %s to the record reads each of its items as the lists and the matrix say', (stand, question) => {
    for (const { item, is } of everyItem()) {
      const own = { ...item, authors: item.authors!.map((id) => (id === 'rpps:1' ? question.who.id : id)) };
      own.prescribers = item.prescribers!.map(() => question.who.id);
      const known = is.filter((one) => one !== 'producer' || question.who.role === 'biologist');
      const isOpen = question.who.role !== 'secretary';
      expect(decide({ ...question, item: own }).allowed).toBe(isOpen && oracleSees([stand, ...known], item, false));
    }
  });

  test('a biologist without a link opens a report of their own laboratory, and learns nothing of the others', () => {
    const question = opens('biologist', []);
    const ofLaboratory = (producer: string): Item => ({ category: 'biology-report', producer });
    expect(decide({ ...question, item: ofLaboratory(LABORATORY) })).toMatchObject({ allowed: true, rule: 'own-structure' });
    const refused = [ofLaboratory('990000999'), 'absent' as const].map((item) => decide({ ...question, item }));
    expect(refused.map(({ rule }) => rule)).toEqual(['no-care-link', 'no-care-link']);
  });

  test('the matrix closes each category to each profession it does not name, document by document', () => {
    for (const profession of PROFESSIONS) {
      for (const category of ['psychiatry', 'transfusion', 'administrative', 'biology-report'] as const) {
        const concealed = concealedBy({ ...readerAs('linked'), profession }, { category });
        expect([profession, category, concealed]).toEqual([
          profession,
          category,
          isOpenIn(category, profession, 'read') ? undefined : 'item-category',
        ]);
      }
    }
  });

  test('someone whom nothing lets into the record sees no item of it', () => {
    const question = opens('gp', []);
    const reader = readerOf(question, decide(question));
    expect(visibleItems(reader, [{ category: 'biology-report' as const }], (item) => item)).toEqual([]);
  });

  test('what is hidden and what does not exist are refused by rules that conceal', () => {
    const question = opens('specialist', [link('consent')]);
    const masked: Item = { category: 'biology-report', masked: true };
    for (const item of [masked, 'absent' as const]) {
      const { allowed, rule } = decide({ ...question, item });
      expect(allowed).toBe(false);
      expect((RULES[rule] as { conceals?: boolean }).conceals).toBe(true);
    }
  });
});

test('a list shows exactly what each item alone would show', () => {
  const items = [...everyItem()].map(({ item }) => item);
  fc.assert(
    fc.property(fc.constantFrom(...OPENED_AS), fc.subarray(items, { maxLength: 40 }), fc.boolean(), (standsAs, list, pushed) => {
      const reader = readerAs(standsAs);
      const alone = list.filter((item) => concealedBy(reader, item, pushed) === undefined);
      expect(visibleItems(reader, list, (item) => item, { pushed })).toEqual(alone);
    }),
  );
});

describe('the table of the rights on items', () => {
  const text = readFileSync('src/access/item-rights.tsv', 'utf8');

  test('keeps the published marks: what waits to be told is hidden from the patient, what parents must not see from parents', () => {
    const { opensTo } = readItemRights(text);
    expect(opensTo['not-announced'] & 1).toBe(0);
    expect(opensTo['not-for-representatives'] & 2).toBe(0);
    expect(opensTo.deleted).toBe(0);
  });

  test.each([
    ['without a version', text.replace('version', 'edition')],
    ['with a column too few', text.replace('\tregulation\n', '\n')],
    ['with an unknown letter', text.replace('\tN\t', '\tX\t')],
    ['without a reason', text.replace(/^deleted.*\n/m, '')],
    ['with a cell too few', text.replace(/\tn$/m, '')],
  ])('%s stops the start', (_what, spoilt) => {
    expect(spoilt).not.toBe(text);
    expect(() => readItemRights(spoilt)).toThrow('rights on items');
  });
});
