import { type ClinicalDocument, contentOf, regimenWords, type Treatment, treatmentChanges } from '#formats';
import { compact, decimal } from '../wire/resource.ts';
import { concept, fhirTime, isSaid, productConcept, type Said } from './coded.ts';

/** What became of a treatment, as its document tells it, and how FHIR calls that (`MedicationStatement.status`). Never guessed. */
interface Taken {
  treatment: Treatment;
  status: string;
  /** What a letter says changed, in words. */
  before?: string;
}

/** LOINC of the letter that tells what became of each treatment. */
const DISCHARGE_LETTER = '11490-0';
const UCUM = 'http://unitsofmeasure.org';

/** The treatments of a document: those prescribed by it as requests, any other as what it says is, was or is no longer taken. */
export function medicationsOf(document: ClinicalDocument, zone: string): Said[] {
  return takenIn(document).map(({ treatment, status, before }) => {
    const common = {
      medicationCodeableConcept: productConcept(treatment),
      reasonCode: treatment.reasons.flatMap(({ code }) => concept(code) ?? []),
      note: [...treatment.instructions, ...(before === undefined ? [] : [`avant : ${before}`])].filter(isSaid).map((text) => ({ text })),
    };
    const said = compact({ start: fhirTime(treatment.start, zone), end: fhirTime(treatment.end, zone) });
    const period = Object.keys(said).length === 0 ? undefined : said;
    if (treatment.moment !== 'prescribed' || treatment.isNegated)
      return {
        resourceType: 'MedicationStatement',
        said: { status, ...common, effectivePeriod: period, dosage: dosageOf(treatment, undefined) },
      };
    // Whether an order is still in force is known to who prescribed it; here, while the period that it says lasts.
    const order = { status: treatment.end === undefined ? 'unknown' : 'active', intent: 'order' };
    return { resourceType: 'MedicationRequest', said: { ...order, ...common, dosageInstruction: dosageOf(treatment, period) } };
  });
}

function takenIn(document: ClinicalDocument): Taken[] {
  const { treatments } = contentOf(document);
  if (document.code.code !== DISCHARGE_LETTER) return treatments.map((treatment) => ({ treatment, status: statusOf(treatment) }));
  const told = treatmentChanges(document).map(({ change, treatment, before }): Taken => {
    const words = change === 'changed' && before ? regimenWords(before) : '';
    const status = change === 'stopped' ? 'stopped' : treatment.moment === 'after' ? 'active' : 'unknown';
    return { treatment, status, ...(words !== '' && { before: words }) };
  });
  const others = treatments.filter(({ moment, isNegated }) => isNegated || !['before', 'during', 'after'].includes(moment));
  return [...told, ...others.map((treatment) => ({ treatment, status: statusOf(treatment) }))];
}

/** A document that lists treatments as those of now, or prescribes them; what stands elsewhere may be over. */
function statusOf({ isNegated, moment }: Treatment): string {
  if (isNegated) return 'not-taken';
  return moment === 'current' || moment === 'prescribed' || moment === 'after' ? 'active' : 'unknown';
}

/** UCUM units of time that FHIR repeats by. */
const PERIODS = new Set(['s', 'min', 'h', 'd', 'wk', 'mo', 'a']);
const isNumber = (text: string | undefined): text is string => text !== undefined && /^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text);

/**
 * Dose, rhythm and route. A regimen that takes more than one dose and one rhythm to say is told by the words of the document alone: a half-said regimen
 * is a wrong one.
 */
function dosageOf(treatment: Treatment, bounds: Record<string, unknown> | undefined): Record<string, unknown>[] | undefined {
  const { dose, timings, route, maxDose, words, name } = treatment;
  const regimen = regimenWords(treatment);
  // The narrative of an entry is often no more than the name of the product.
  const narrative =
    words !== undefined && isSaid(words) && words !== name && words !== productConcept(treatment)['text'] ? words : undefined;
  const every = timings.find((timing) => timing.every !== undefined)?.every;
  const repeats = regimen !== '' && isNumber(every?.value) && PERIODS.has(every.unit ?? '');
  const repeat = compact({
    boundsPeriod: bounds,
    ...(repeats && { frequency: 1, period: decimal(every.value), periodUnit: every.unit }),
  });
  const made = compact({
    text: regimen === '' ? narrative : regimen,
    timing: Object.keys(repeat).length === 0 ? undefined : { repeat },
    route: concept(route),
    doseAndRate: regimen === '' ? undefined : doseOf(dose),
    maxDosePerPeriod: ratioOf(maxDose),
  });
  return Object.keys(made).length === 0 ? undefined : [made];
}

interface Printed {
  value?: string;
  unit?: string;
}

function quantity({ value, unit }: Printed): Record<string, unknown> | undefined {
  if (!isNumber(value)) return undefined;
  return compact({ value: decimal(value), unit, ...(unit !== undefined && { system: UCUM, code: unit }) });
}

function doseOf(dose: Treatment['dose']): Record<string, unknown>[] | undefined {
  if (!dose) return undefined;
  const low = quantity(dose.low ?? dose);
  const high = dose.high ? quantity(dose.high) : low;
  if (!low || !high) return undefined;
  return [JSON.stringify(low) === JSON.stringify(high) ? { doseQuantity: low } : { doseRange: { low, high } }];
}

function ratioOf(ratio: Treatment['maxDose']): Record<string, unknown> | undefined {
  const [numerator, denominator] = [quantity(ratio?.numerator ?? {}), quantity(ratio?.denominator ?? {})];
  return numerator && denominator ? { numerator, denominator } : undefined;
}
