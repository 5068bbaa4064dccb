import type { Amount, ClinicalDocument } from './clinical-document.ts';
import { contentOf, type Treatment } from './clinical-content.ts';
import type { Coded } from './lab-report.ts';

/** What became of a treatment during a stay. `unsaid` when the letter does not let it be told: never guessed. */
export interface TreatmentChange {
  change: 'started' | 'stopped' | 'changed' | 'continued' | 'unsaid';
  treatment: Treatment;
  /** The same product as it was taken before. */
  before?: Treatment;
  /** Why, in the words of the letter. */
  reasons: string[];
}

/**
 * What changed in the treatments between the admission and the discharge, as a letter tells it by its headings and dates.
 *
 * Rules, for a product told by a common code (CIS, CIP, MV), or by its name when neither side has one:
 * under « à la sortie » and also before or during, `continued` when dose, route and rhythm are the same and `changed` otherwise;
 * under « à la sortie » alone, `started` when it begins on the day of admission or later, or when the letter lists the treatments of
 * before, `continued` when it began earlier, `unsaid` without a date; not under « à la sortie », `stopped` when the letter has that
 * heading and the treatment has an end, `unsaid` otherwise.
 *
 * Source of the headings: CI-SIS discharge letter (LDL-SES 2022.01), LOINC 42346-7, 18610-6, 10183-2.
 */
export function treatmentChanges(document: ClinicalDocument): TreatmentChange[] {
  const { treatments } = contentOf(document);
  const taken = treatments.filter(({ isNegated }) => !isNegated);
  const after = taken.filter(({ moment }) => moment === 'after');
  const earlier = taken.filter(({ moment }) => moment === 'before' || moment === 'during');
  const listsBefore = earlier.some(({ moment }) => moment === 'before');
  const admission = document.encounter?.start ?? document.events[0]?.start;
  const kept = after.map((treatment): TreatmentChange => {
    const before = earlier.find((other) => isSameProduct(other, treatment));
    const change = before ? compare(before, treatment) : newOrNot(treatment, admission, listsBefore);
    return { change, treatment, ...(before && { before }), reasons: reasonsOf(treatment) };
  });
  const gone = earlier
    .filter(
      (treatment, i) =>
        !after.some((other) => isSameProduct(other, treatment)) && earlier.findIndex((other) => isSameProduct(other, treatment)) === i,
    )
    .map((treatment): TreatmentChange => {
      const isStopped = after.length > 0 && treatment.end !== undefined;
      return { change: isStopped ? 'stopped' : 'unsaid', treatment, reasons: reasonsOf(treatment) };
    });
  return [...kept, ...gone];
}

function newOrNot(treatment: Treatment, admission: string | undefined, listsBefore: boolean): TreatmentChange['change'] {
  if (listsBefore) return 'started';
  if (treatment.start === undefined || admission === undefined) return 'unsaid';
  const days = Math.min(8, treatment.start.length, admission.length);
  if (days < 8 && treatment.start.slice(0, days) === admission.slice(0, days)) return 'unsaid';
  return treatment.start.slice(0, days) >= admission.slice(0, days) ? 'started' : 'continued';
}

/** Systems whose codes name one product: CIS, CIP, MV. An ATC code names a class, and does not. */
const PRODUCT_SYSTEMS = new Set(['1.2.250.1.213.2.3.1', '1.2.250.1.213.2.3.2', '1.2.250.1.213.2.59']);

function productCodes(code: Coded | undefined): string[] {
  return [code, ...(code?.translations ?? [])].flatMap((each) =>
    each?.code !== undefined && PRODUCT_SYSTEMS.has(each.system ?? '') ? [`${each.system} ${each.code}`] : [],
  );
}

function isSameProduct(a: Treatment, b: Treatment): boolean {
  const codes = productCodes(a.product);
  const others = productCodes(b.product);
  if (codes.length > 0 && others.length > 0) return codes.some((code) => others.includes(code));
  const name = nameOf(a);
  return name !== '' && name === nameOf(b);
}

const nameOf = ({ name, product, words }: Treatment) =>
  (name ?? product?.display ?? words ?? '').trim().replace(/\s+/g, ' ').toLocaleUpperCase('fr');

const compare = (before: Treatment, after: Treatment) => (regimen(before) === regimen(after) ? 'continued' : 'changed');

/** Dose, route and rhythm without the words and places of the narrative, which differ from one heading to the next. */
const regimen = ({ dose, rate, maxDose, route, timings }: Treatment): string =>
  JSON.stringify([
    amount(dose),
    amount(rate),
    maxDose,
    route?.code,
    timings.map(({ every, event }) => [every?.value, every?.unit, event?.code]),
  ]);

const amount = (given: Amount | undefined) =>
  given && [given.value, given.unit, given.low?.value, given.low?.unit, given.high?.value, given.high?.unit];

const reasonsOf = ({ reasons, instructions }: Treatment): string[] => [
  ...reasons.flatMap(({ code }) => code?.originalText ?? code?.display ?? code?.code ?? []),
  ...instructions,
];
