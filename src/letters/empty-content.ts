import type { LetterContent, LetterRecipient, LetterStay, LetterTreatmentLine } from './contract.ts';

/** A letter before its first word: what the stay and the record say already is there. */
export function emptyContent(stay?: LetterStay, recipients: readonly LetterRecipient[] = []): LetterContent {
  return {
    entry: stay?.entry ?? '',
    exit: stay?.exit ?? '',
    unit: stay?.unit ?? '',
    place: 'SA01',
    admission: stay?.kind === 'emergency' ? 'emergency' : '',
    discharge: '',
    reason: '',
    synthesis: '',
    adverseEvents: '',
    germs: '',
    germsFound: '',
    transfusion: '',
    transfusionEvents: '',
    derivatives: '',
    derivativesEvents: '',
    treatments: [],
    hasNoTreatment: false,
    results: '',
    pending: [],
    hasNoPending: false,
    plan: [],
    hasNoPlan: false,
    recipients: [...recipients],
    hasNoRecipient: false,
    isSendingRefused: false,
  };
}

/** A treatment of which nothing is said yet. */
export const emptyTreatment = (change: LetterTreatmentLine['change']): LetterTreatmentLine => ({
  change,
  name: '',
  code: '',
  route: '',
  now: { dose: { value: '', unit: 'mg' }, every: { value: '', unit: 'd' } },
  before: { dose: { value: '', unit: 'mg' }, every: { value: '', unit: 'd' } },
  day: '',
  instructions: '',
  reason: '',
});
