import { isProductCode } from './treatment-codes.ts';
import type { LetterContent, LetterTreatmentLine, MissingHeading } from './contract.ts';

const isSaid = (words: string) => words.trim() !== '';

/**
 * Headings without which a letter does not leave, in the order of the form: the page shows them, the server refuses by them. What says nothing is
 * never taken for « none »: that is said by a person.
 * Source: article R.1112-1-2 of the Code de la santé publique; CI-SIS LDL-SES 2022.01.
 * @param today `YYYY-MM-DD` in the region's zone
 */
export function missingIn(content: LetterContent, today: string): MissingHeading[] {
  const lacks = (heading: MissingHeading['heading'], isLacking: boolean): MissingHeading[] => (isLacking ? [{ heading }] : []);
  const { entry, exit, treatments, plan, pending } = content;
  return [
    ...lacks('entry', entry === ''),
    ...lacks('exit', exit === ''),
    ...lacks('exit-before-entry', exit !== '' && entry !== '' && exit < entry),
    ...lacks('exit-future', exit > today),
    ...lacks('admission', content.admission === ''),
    ...lacks('discharge', content.discharge === ''),
    ...lacks('reason', !isSaid(content.reason)),
    ...lacks('synthesis', !isSaid(content.synthesis)),
    ...lacks('adverseEvents', !isSaid(content.adverseEvents)),
    ...lacks('germs', content.germs === ''),
    ...lacks('germsFound', content.germs === 'found' && !isSaid(content.germsFound)),
    ...lacks('transfusion', content.transfusion === ''),
    ...lacks('derivatives', content.derivatives === ''),
    ...lacks('treatments', treatments.length === 0 && !content.hasNoTreatment),
    ...treatments.flatMap(missingInTreatment),
    ...lacks('pending', pending.length === 0 && !content.hasNoPending),
    ...pending.flatMap(({ words }, line) => (isSaid(words) ? [] : [{ heading: 'pending-words' as const, line }])),
    ...lacks('plan', plan.length === 0 && !content.hasNoPlan),
    ...plan.flatMap(({ words }, line) => (isSaid(words) ? [] : [{ heading: 'plan-words' as const, line }])),
    ...lacks('recipients', content.recipients.length === 0 && !content.hasNoRecipient && !content.isSendingRefused),
  ];
}

/** Every change has its reason; a changed dose or rhythm says what it was and what it is. */
function missingInTreatment(treatment: LetterTreatmentLine, line: number): MissingHeading[] {
  const { change, name, code, reason, now, before } = treatment;
  const isChanged = change === 'changed';
  const isSame = JSON.stringify(regimenOf(now)) === JSON.stringify(regimenOf(before));
  const isHalfSaid = isChanged && regimenOf(now).some((part, i) => (part === undefined) !== (regimenOf(before)[i] === undefined));
  return [
    ...(isSaid(name) ? [] : [{ heading: 'treatment-name' as const, line }]),
    ...(isProductCode(code) ? [] : [{ heading: 'treatment-code' as const, line }]),
    ...(change === 'continued' || isSaid(reason) ? [] : [{ heading: 'treatment-reason' as const, line }]),
    ...([now, before].every(isNumbered) ? [] : [{ heading: 'treatment-number' as const, line }]),
    ...(isChanged && (isSame || isHalfSaid) ? [{ heading: 'treatment-same' as const, line }] : []),
  ];
}

const isNumbered = (regimen: LetterTreatmentLine['now']) =>
  [regimen.dose, regimen.every].every(({ value }) => value === '' || (/^\d{1,6}([.,]\d{1,4})?$/.test(value) && /[1-9]/.test(value)));

/** Dose and rhythm, each undefined when no number is given; numbers as printed, with a dot. */
export function regimenOf({ dose, every }: LetterTreatmentLine['now']): ({ value: string; unit: string } | undefined)[] {
  return [dose, every].map(({ value, unit }) => (value === '' ? undefined : { value: value.replace(',', '.'), unit }));
}
