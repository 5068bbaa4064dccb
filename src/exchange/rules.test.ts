import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';
import { subjectOf } from './mail.ts';
import { type Facts, HISTORY_DAYS, route } from './rules.ts';

const ANNE = { role: 'prescriber', recipient: 'rpps:1', name: 'Dr Anne' } as const;
const KARIM = { role: 'copy', recipient: 'rpps:2', name: 'Dr Karim' } as const;
const found = new Map([ANNE, KARIM].map(({ recipient }) => [recipient, { address: `${recipient}@a.example` }]));
const facts: Facts = {
  named: [ANNE, KARIM],
  found,
  reachedBefore: [],
  masks: [],
  isSensitive: false,
  isOrdered: true,
  isSuperseded: false,
  isWithdrawn: false,
  ageDays: 0,
};
const sentTo = (changed: Partial<Facts>) => route({ ...facts, ...changed }).destinations.map(({ recipient }) => recipient);

describe('what would happen to a document', () => {
  test('it goes to its prescriber and to each copy, by a rule that has a name', () => {
    expect(route(facts)).toMatchObject({ applied: ['R-02', 'R-03'], destinations: [{ rule: 'R-02' }, { rule: 'R-03' }] });
  });
  test('hidden from professionals, replaced, withdrawn or old, it goes to nobody', () => {
    expect(sentTo({ masks: ['MASQUE_PS'] })).toEqual([]);
    expect(sentTo({ isSuperseded: true })).toEqual([]);
    expect(sentTo({ isWithdrawn: true })).toEqual([]);
    expect(sentTo({ ageDays: HISTORY_DAYS + 1 })).toEqual([]);
  });
  test('hidden from the patient, it still goes to those who treat them', () => {
    expect(sentTo({ masks: ['INVISIBLE_PATIENT'] })).toEqual(['rpps:1', 'rpps:2']);
  });
  test('with a sensitive result, it goes to the prescriber alone', () => {
    expect(sentTo({ isSensitive: true, reachedBefore: [{ ...KARIM, recipient: 'rpps:3' }] })).toEqual(['rpps:1']);
  });
  test('a correction also goes to who had the first version and is not named any more', () => {
    expect(sentTo({ named: [ANNE], reachedBefore: [KARIM] })).toEqual(['rpps:1', 'rpps:2']);
  });
  test('a report of biology that names nobody has to be mended; another document is filed without being sent', () => {
    expect(route({ ...facts, named: [] })).toMatchObject({ applied: ['R-09'], destinations: [{ held: 'recipient.none' }] });
    expect(route({ ...facts, named: [], isOrdered: false })).toEqual({ applied: ['R-12'], destinations: [] });
  });
  test('somebody named twice receives once, as the prescriber', () => {
    expect(route({ ...facts, named: [{ ...ANNE, role: 'copy' }, ANNE] }).destinations).toMatchObject([
      { recipient: 'rpps:1', role: 'prescriber' },
    ]);
  });
  test('nothing is ever silent: a named person has an address or a reason, and a document that names nobody is a line of the worklist', () => {
    const named = fc.array(
      fc.record({
        role: fc.constantFrom('prescriber' as const, 'copy' as const),
        recipient: fc.constantFrom('rpps:1', 'rpps:2', 'rpps:9', 'name:X'),
        name: fc.string(),
      }),
    );
    fc.assert(
      fc.property(named, (people) => {
        const { destinations } = route({ ...facts, named: people });
        expect(destinations.length).toBe(Math.max(1, new Set(people.map(({ recipient }) => recipient)).size));
        for (const { address, held } of destinations) expect((address === undefined) !== (held === undefined)).toBe(true);
      }),
    );
  });
});

test('the wait before a new try grows, is never the same for all, and never passes an hour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, chance) => {
      const wait = backoffMs(tries, chance);
      expect(wait).toBeGreaterThanOrEqual(2_500);
      expect(wait).toBeLessThanOrEqual(3_600_000);
      expect(backoffMs(tries + 1, chance)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

test('the subject of a mail is one line that begins as receiving software expects, whatever a document holds', () => {
  const words = fc.array(fc.constantFrom('é', 'A', ' ', '\n', '\r\n', '\0', '\u0085', '\u2028', '\x7f')).map((signs) => signs.join(''));
  fc.assert(
    fc.property(words, words, (title, birthFamily) => {
      const subject = subjectOf({ title, patient: { ids: [], birthFamily, birthDate: '19550612' } }, 'new');
      expect(/^XDM\/1\.0\/DDM\+\P{Cc}*$/u.test(subject)).toBe(true);
    }),
  );
});
