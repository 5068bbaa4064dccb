import { type PrintedQuantity, type ReferenceRange, type ResultValue, resultsOf } from '#formats';
import { Refusal } from '#kernel';
import { areOtherUnits } from '#terminology';
import type { ReadArrival } from './read-arrival.ts';

/**
 * A quantity that prints one unit and codes another: 135 g/L coded g/dL would be read as ten times too much, and nobody knows which its sender meant.
 * @throws Refusal `report.unreadable`
 * Source: FHIR R4 Quantity: `unit` is for people and `code` for machines, of one unit.
 */
export function refuseTwoUnits(read: ReadArrival): void {
  if (read.kind !== 'laboratory-report' || read.report.format !== 'fhir') return;
  for (const { result } of resultsOf(read.report)) {
    const { value, otherValues = [], reference, otherReferences = [] } = result;
    for (const one of [value, ...otherValues]) check(one ? quantitiesOf(one) : [], 'Observation.valueQuantity');
    for (const one of [reference, ...otherReferences]) check(one ? boundsOf(one) : [], 'Observation.referenceRange');
  }
}

function quantitiesOf(value: ResultValue): (PrintedQuantity | undefined)[] {
  switch (value.type) {
    case 'quantity':
      return [value];
    case 'range':
      return boundsOf(value);
    case 'ratio':
      return [value.numerator, value.denominator];
    default:
      return [];
  }
}

const boundsOf = ({ low, high }: Pick<ReferenceRange, 'low' | 'high'>) => [low, high];

function check(quantities: readonly (PrintedQuantity | undefined)[], at: string): void {
  for (const quantity of quantities)
    if (quantity?.said !== undefined && quantity.unit !== undefined && areOtherUnits(quantity.said, quantity.unit))
      throw new Refusal('report.unreadable', 'a quantity prints one unit and codes another: nobody can tell which it is in', { at });
}
