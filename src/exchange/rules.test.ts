import { backoffMs } from '../kernel/index.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subjectOf } from './mail.ts';
import type { RecipientRole, RoutingRule } from './contract.ts';
import { DEFAULT_RULES, HISTORY_DAYS, rulesSchema } from './rule-set.ts';
import { softwareSchema } from './software/destination.ts';
import { type Candidate, type Facts, type Named, route } from './rules.ts';

const ANNE = { role: 'prescriber', recipient: 'rpps:1', name: 'Dr Anne' } as const;
const KARIM = { role: 'copy', recipient: 'rpps:2', name: 'Dr Karim' } as const;
const PATIENT = { role: 'patient', recipient: 'patient', name: '' } as const;
const candidate = (one: Named, more: Partial<Candidate> = {}): Candidate => ({
  ...one,
  found: { addresses: [`${one.recipient}@a.example`] },
  isFollowing: false,
  isShutOut: false,
  ...more,
});
const facts: Facts = {
  uniqueId: '1.2.3',
  structure: '990400101',
  type: '11502-2',
  identity: 'qualified',
  isOpposed: false,
  candidates: [candidate(ANNE), candidate(KARIM)],
  masks: [],
  isSensitive: false,
  isOrdered: true,
  isSuperseded: false,
  isWithdrawn: false,
  ageDays: 0,
};
const routed = (changed: Partial<Facts> = {}, rules: readonly RoutingRule[] = DEFAULT_RULES) => route({ ...facts, ...changed }, rules);
const sentTo = (changed: Partial<Facts>, rules?: readonly RoutingRule[]) =>
  routed(changed, rules).destinations.flatMap(({ recipient, held }) => (held === undefined ? [recipient] : []));
const withRule = (rule: Omit<RoutingRule, 'id' | 'words'>): RoutingRule[] => [{ id: 'R-40', words: 'Essai', ...rule }, ...DEFAULT_RULES];

describe('what would happen to a document', () => {
  test('it goes to its prescriber and to each copy, by a rule that has a name', () => {
    expect(routed()).toMatchObject({ applied: ['R-02', 'R-03'], destinations: [{ rule: 'R-02' }, { rule: 'R-03' }] });
  });
  test('hidden from professionals, replaced, withdrawn or old, it goes to none of them', () => {
    expect(sentTo({ masks: ['MASQUE_PS'] })).toEqual([]);
    expect(sentTo({ isSuperseded: true })).toEqual([]);
    expect(sentTo({ isWithdrawn: true })).toEqual([]);
    expect(sentTo({ ageDays: HISTORY_DAYS + 1 })).toEqual([]);
    expect(routed({ candidates: [], ageDays: HISTORY_DAYS + 1 })).toMatchObject({ destinations: [], applied: ['R-07'] });
  });
  test('hidden from the patient, it still goes to those who treat them, and not to the patient', () => {
    expect(sentTo({ masks: ['INVISIBLE_PATIENT'], candidates: [...facts.candidates, candidate(PATIENT)] })).toEqual(['rpps:1', 'rpps:2']);
  });
  test('with a sensitive result, it goes to the prescriber alone', () => {
    const candidates = [...facts.candidates, candidate({ ...KARIM, recipient: 'rpps:3' }, { isFollowing: true }), candidate(PATIENT)];
    expect(sentTo({ isSensitive: true, candidates })).toEqual(['rpps:1']);
  });
  test('a correction that a rule or a mask keeps from who has the version before is never silent: a person is asked', () => {
    const shared = { role: 'shared', recipient: 'shared:dmp', name: 'DMP' } as const;
    const candidates = [candidate(ANNE), candidate(shared, { hasFormer: true }), candidate(PATIENT, { hasFormer: true })];
    expect(routed({ candidates, identity: 'provisional', masks: ['INVISIBLE_PATIENT'] }).destinations).toMatchObject([
      { recipient: 'rpps:1', rule: 'R-02' },
      { recipient: 'shared:dmp', rule: 'R-20', held: 'former.there' },
      { recipient: 'patient', rule: 'R-14', held: 'former.there' },
    ]);
  });
  test('a correction also goes to who had the first version and is not named any more', () => {
    const candidates = [candidate(ANNE), candidate(KARIM, { isFollowing: true })];
    expect(routed({ candidates }).destinations).toMatchObject([{ rule: 'R-02' }, { rule: 'R-06', recipient: 'rpps:2' }]);
  });
  test('a professional whom the patient shut out gets no copy, but gets what they ordered', () => {
    const shut = (one: Named) => candidate(one, { isShutOut: true });
    expect(sentTo({ candidates: [candidate(ANNE), shut(KARIM)] })).toEqual(['rpps:1']);
    expect(sentTo({ candidates: [shut(ANNE)] })).toEqual(['rpps:1']);
  });
  test('the patient gets it when their identity is qualified and they do not object', () => {
    const candidates = [candidate(ANNE), candidate(PATIENT)];
    expect(sentTo({ candidates })).toEqual(['rpps:1', 'patient']);
    for (const changed of [{ isOpposed: true }, { identity: 'retrieved' }]) expect(sentTo({ candidates, ...changed })).toEqual(['rpps:1']);
  });
  test('a report of biology that names nobody has to be mended; another document is filed without being sent', () => {
    expect(routed({ candidates: [] })).toMatchObject({ applied: ['R-09'], destinations: [{ held: 'recipient.none' }] });
    expect(routed({ candidates: [candidate(PATIENT)] }).destinations).toMatchObject([{ recipient: 'patient' }, { held: 'recipient.none' }]);
    expect(routed({ candidates: [], isOrdered: false })).toMatchObject({ applied: ['R-12'], destinations: [] });
  });
  test('somebody named twice receives once, as the prescriber', () => {
    const candidates = [candidate({ ...ANNE, role: 'copy' }), candidate(ANNE), candidate(ANNE, { isFollowing: true })];
    expect(routed({ candidates }).destinations).toMatchObject([{ recipient: 'rpps:1', role: 'prescriber', rule: 'R-02' }]);
  });

  test('a region keeps copies of one laboratory, one type or one recipient from leaving, by a rule of its own', () => {
    const keep = (when: RoutingRule['when']) => withRule({ when, effect: 'keep' });
    expect(sentTo({}, keep({ senders: ['990400101'], roles: ['copy'] }))).toEqual(['rpps:1']);
    expect(sentTo({}, keep({ senders: ['990400999'] }))).toEqual(['rpps:1', 'rpps:2']);
    expect(sentTo({}, keep({ types: ['11502-2'] }))).toEqual([]);
    expect(sentTo({}, keep({ recipients: ['rpps:2'] }))).toEqual(['rpps:1']);
  });
  test('a recipient has one address preferred to the others, as long as the directory gives it to them', () => {
    const candidates = [candidate(ANNE, { found: { addresses: ['own@a.example', 'team@a.example'] } })];
    const prefer = (address: string) => routed({ candidates }, withRule({ when: { recipients: ['rpps:1'] }, effect: 'send', address }));
    expect(prefer('Team@a.example').destinations).toMatchObject([{ address: 'team@a.example' }]);
    expect(prefer('elsewhere@b.example').destinations).toMatchObject([{ address: 'own@a.example' }]);
  });
  test('a rule may ask a person, and a recipient that no rule tells of is asked about too', () => {
    expect(routed({}, withRule({ when: { roles: ['copy'] }, effect: 'hold' })).destinations[1]).toMatchObject({ held: 'rule.hold' });
    expect(routed({}, [{ id: 'R-40', words: 'Essai', when: { roles: ['copy'] }, effect: 'send' }]).destinations).toMatchObject([
      { rule: 'R-00', held: 'rule.none' },
      { rule: 'R-40' },
    ]);
  });
  test('the software of a place gets what concerns who works there, by a rule that names it; not what it could not hide from the patient', () => {
    const ward = { role: 'software', recipient: 'software:ch', name: 'Logiciel du CH' } as const;
    const candidates = [candidate(ANNE), candidate(ward, { saysNothingHidden: true })];
    expect(routed({ candidates }).destinations).toMatchObject([{ rule: 'R-02' }, { rule: 'R-21', recipient: 'software:ch' }]);
    expect(routed({ candidates, masks: ['INVISIBLE_PATIENT'] }).kept).toMatchObject([{ recipient: 'software:ch', rule: 'R-22' }]);
    expect(sentTo({ candidates: [candidate(ANNE), candidate(ward)], masks: ['INVISIBLE_PATIENT'] })).toEqual(['rpps:1', 'software:ch']);
    expect(sentTo({ candidates, masks: ['MASQUE_PS'] })).toEqual([]);
    expect(sentTo({ candidates, isSensitive: true })).toEqual(['rpps:1']);
    expect(routed({ candidates }, [{ id: 'R-40', words: 'Essai', when: {}, effect: 'send' }]).kept).toMatchObject([{ rule: 'R-23' }]);
  });
  test('a software is spoken to in plain text on this machine only', () => {
    const at = (link: object) => softwareSchema.safeParse([{ id: 'ch', name: 'CH', serves: ['990000201'], link }]).success;
    const fhir = (base: string) => at({ kind: 'fhir', base, sourceId: '1.2.250.1.999' });
    const hl7 = (host: string, isTls: boolean) => at({ kind: 'hl7', host, port: 6661, isTls, results: 'oru' });
    expect([
      fhir('https://ch.example/fhir'),
      fhir('http://127.0.0.1:8080/fhir'),
      hl7('dpi.example', true),
      hl7('localhost', false),
    ]).toEqual([true, true, true, true]);
    expect([fhir('http://ch.example/fhir'), hl7('dpi.example', false), hl7('127.example', false)]).toEqual([false, false, false]);
  });
  test('no rule opens what is hidden from professionals', () => {
    expect(sentTo({ masks: ['MASQUE_PS'] }, withRule({ when: {}, effect: 'send' }))).toEqual([]);
  });

  test('nothing is ever silent: each person named has an address, a reason, or a rule that says not to send', () => {
    const named = fc.array(
      fc.record({
        role: fc.constantFrom('prescriber' as const, 'copy' as const, 'patient' as const),
        recipient: fc.constantFrom('rpps:1', 'rpps:2', 'rpps:9', 'name:X'),
        name: fc.string(),
        isFollowing: fc.boolean(),
        isShutOut: fc.boolean(),
      }),
    );
    const rule = fc.record({
      effect: fc.constantFrom('send' as const, 'keep' as const, 'hold' as const),
      when: fc.record({ roles: fc.constant<RecipientRole[]>(['copy']), isSensitive: fc.boolean() }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(named, fc.array(rule, { maxLength: 4 }), (people, some) => {
        const rules = some.map((one, n) => ({ id: `R-4${n}`, words: 'Essai', ...one }));
        const candidates = people.map((one) => candidate(one, one));
        const { destinations, kept } = routed({ candidates, isOrdered: false }, rules);
        expect(destinations.length + kept.length).toBe(new Set(people.map(({ recipient }) => recipient)).size);
        for (const { address, held } of destinations) expect((address === undefined) !== (held === undefined)).toBe(true);
      }),
    );
  });
});

test('rules are refused that name a fixed number, repeat one, or say what nobody understands', () => {
  const [first] = DEFAULT_RULES;
  expect(rulesSchema.safeParse(DEFAULT_RULES).success).toBe(true);
  for (const rules of [
    [],
    [first, first],
    [{ ...first, id: 'R-04' }],
    [{ ...first, when: { roles: ['somebody'] } }],
    [{ ...first, more: 1 }],
  ])
    expect(rulesSchema.safeParse(rules).success).toBe(false);
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
