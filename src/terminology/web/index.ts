/** Keys of the words that say, on a screen, what the rules of this module answer by a code. */
import type { Derivation, DerivedValue } from '../derived.ts';
import type { ConversionRefusal } from '../conversion.ts';
import type { Incomparable } from '../comparable.ts';
import type { Family } from '../families.ts';
import type { FormulaId } from '../formulas.ts';
import type { Resistance } from '../resistance.ts';

/** Why a printed value stands apart from its row. */
export const refusalKey = (reason: ConversionRefusal) => `terminology.refused.${reason}`;

/** Why two results of a row are not joined. */
export const incomparableKey = (reason: Incomparable) => `terminology.incomparable.${reason}`;

export const cautionKey = (caution: string) => `terminology.caution.${caution}`;

/** What a formula is and where it was published. */
export const formulaKey = (formula: FormulaId) => `terminology.formula.${formula}`;

/** The cautions to print beside a derived value, or the one reason why there is none. */
export function derivationKeys(derivation: Derivation): string[] {
  return isDerived(derivation) ? derivation.cautions.map(cautionKey) : [`terminology.notDerived.${derivation.refused}`];
}

export function isDerived(derivation: Derivation): derivation is DerivedValue {
  return 'value' in derivation;
}

/** Resistances that a ward must know of. */
export const resistanceKey = (resistance: Resistance) => `terminology.resistance.${resistance}`;

export const familyKey = (family: Family) => `terminology.family.${family}`;
