import { expect, test } from 'vitest';
import type { Incomparable } from '../comparable.ts';
import type { ConversionRefusal } from '../conversion.ts';
import type { DerivationRefusal } from '../derivation.ts';
import type { Derivation } from '../derived.ts';
import { FAMILIES } from '../families.ts';
import { type FormulaId, FORMULAS } from '../formulas.ts';
import type { Resistance } from '../resistance.ts';
import en from './messages.en.json' with { type: 'json' };
import fr from './messages.fr.json' with { type: 'json' };
import { derivationKeys, familyKey, formulaKey, incomparableKey, refusalKey, resistanceKey } from './index.ts';

/** Every code, written once more so that the compiler says when one is added without its words. */
const REFUSALS: Record<ConversionRefusal, true> = {
  'no-unit': true,
  'unit-unknown': true,
  'molar-mass-unknown': true,
  'molar-not-comparable': true,
  'arbitrary-unit': true,
  'fraction-and-count': true,
  'field-count': true,
  'culture-and-count': true,
  'feu-and-ddu': true,
  'copies-and-units': true,
  logarithm: true,
  'body-surface': true,
  'osmolality-and-osmolarity': true,
  'other-quantity': true,
};
const NOT_DERIVED: Record<DerivationRefusal, true> = {
  'switched-off': true,
  'input-missing': true,
  'input-censored': true,
  'input-not-positive': true,
  'unit-unknown': true,
  'inputs-apart': true,
  'reported-by-laboratory': true,
  'age-unknown': true,
  'age-out-of-range': true,
  'sex-unknown': true,
  'height-unknown': true,
  pregnancy: true,
  'acute-kidney-injury': true,
  'triglycerides-too-high': true,
  'result-impossible': true,
};
const INCOMPARABLE: Record<Incomparable, true> = { row: true, unit: true, method: true, 'method-unknown': true };
const RESISTANCES: Record<Resistance, true> = {
  mrsa: true,
  esbl: true,
  'cephalosporin-resistant': true,
  carbapenemase: true,
  'carbapenem-resistant': true,
  vre: true,
};
const keysOf = <K extends string>(codes: Record<K, true>) => Object.keys(codes) as K[];

test('every code that the rules answer has its words, in French and in English, and no words are left over', () => {
  const formulas = Object.keys(FORMULAS) as FormulaId[];
  const derived = formulas.map((formula): Derivation => {
    const { unit, cautions, decimals } = FORMULAS[formula];
    return { formula, row: `calc:${formula}`, value: 1, decimals, unit, inputs: [], cautions, isBesideReported: false };
  });
  const refused = keysOf(NOT_DERIVED).map((reason): Derivation => ({ formula: 'non-hdl', refused: reason }));
  const keys = [
    ...keysOf(REFUSALS).map(refusalKey),
    ...keysOf(INCOMPARABLE).map(incomparableKey),
    ...[...derived, ...refused].flatMap(derivationKeys),
    ...formulas.map(formulaKey),
    ...FAMILIES.map(familyKey),
    ...keysOf(RESISTANCES).map(resistanceKey),
  ];
  expect(Object.keys(fr).toSorted()).toEqual([...new Set(keys)].toSorted());
  expect(Object.keys(en).toSorted()).toEqual([...new Set(keys)].toSorted());
});
