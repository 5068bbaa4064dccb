import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAMILIES, FAMILY_RULES, type FamilyRules } from './families.ts';
import { type FamilyReader, isKeptOut, visibleTo } from './family-readers.ts';

const colleague: FamilyReader = { kind: 'professional' };
const treatingDoctor: FamilyReader = { kind: 'professional', isTreatingDoctor: true };
const prescriber: FamilyReader = { kind: 'professional', isPrescriber: true };
const laboratory: FamilyReader = { kind: 'professional', isOfLaboratory: true };
const patient: FamilyReader = { kind: 'patient' };
const told: FamilyReader = { kind: 'patient', toldBy: 'professional' };
const toldByPrescriber: FamilyReader = { kind: 'patient', toldBy: 'prescriber' };
const parent: FamilyReader = { kind: 'representative' };

describe('a result of a sensitive family', () => {
  test.each([
    ['constitutional-genetics', { colleague, treatingDoctor, patient, told, parent }, { prescriber, laboratory, toldByPrescriber }],
    ['hiv', { colleague, patient, parent }, { treatingDoctor, prescriber, laboratory, told, toldByPrescriber }],
    ['sexual-health-of-minor', { colleague, patient, parent }, { treatingDoctor, prescriber, laboratory, told, toldByPrescriber }],
    ['pregnancy-of-minor', { colleague, patient, parent }, { treatingDoctor, prescriber, laboratory, told, toldByPrescriber }],
    ['anonymous', { colleague, treatingDoctor, prescriber, laboratory, patient, told, toldByPrescriber, parent }, {}],
    ['childbirth-under-secrecy', { colleague, treatingDoctor, prescriber, laboratory, patient, told, toldByPrescriber, parent }, {}],
    ['not-for-care', { colleague, treatingDoctor, prescriber, laboratory, patient, told, toldByPrescriber, parent }, {}],
  ] as const)('%s: who may not read it, and who may', (family, shut, open) => {
    for (const [name, reader] of Object.entries(shut)) expect([name, visibleTo([family], reader).visible]).toEqual([name, false]);
    for (const [name, reader] of Object.entries(open)) expect([name, visibleTo([family], reader).visible]).toEqual([name, true]);
  });

  test('is never announced to the person, even once told', () => {
    for (const family of FAMILIES) expect([family, visibleTo([family], toldByPrescriber).isPushed]).toEqual([family, false]);
  });

  test('of several families is read only by whom each of them lets read', () => {
    expect(visibleTo(['hiv'], treatingDoctor).visible).toBe(true);
    expect(visibleTo(['hiv', 'constitutional-genetics'], treatingDoctor)).toEqual({
      visible: false,
      isPushed: false,
      shutBy: 'constitutional-genetics',
    });
  });

  test('never enters the record when it is anonymous, under secrecy, or not for care', () => {
    const out = FAMILIES.filter((family) => isKeptOut([family]));
    expect(out).toEqual(['anonymous', 'childbirth-under-secrecy', 'not-for-care']);
  });

  test('adding a family never opens anything', () => {
    const families = fc.uniqueArray(fc.constantFrom(...FAMILIES));
    const reader = fc.constantFrom(colleague, treatingDoctor, prescriber, laboratory, patient, told, toldByPrescriber, parent);
    fc.assert(
      fc.property(families, fc.constantFrom(...FAMILIES), reader, (some, one, who) => {
        expect(visibleTo([...some, one], who).visible && !visibleTo(some, who).visible).toBe(false);
        expect(visibleTo([...some, one], who).isPushed && !visibleTo(some, who).isPushed).toBe(false);
      }),
    );
  });
});

describe('any other result', () => {
  test('is left to the rights of the record', () => {
    for (const reader of [colleague, patient, parent]) expect(visibleTo([], reader)).toEqual({ visible: true, isPushed: true });
  });
});

describe("a region's own table", () => {
  test('replaces the default', () => {
    const open: FamilyRules = {
      ...FAMILY_RULES,
      hiv: { ...FAMILY_RULES.hiv, professionals: 'care-team', patient: 'at-once', isPushed: true },
    };
    expect(visibleTo(['hiv'], colleague, open).visible).toBe(true);
    expect(visibleTo(['hiv'], patient, open)).toEqual({ visible: true, isPushed: true });
  });
});
