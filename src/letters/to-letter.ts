import type { DischargeLetter, LetterHeader, LetterTreatment } from '#formats';
import type { LetterContent, LetterTreatmentLine } from './contract.ts';
import { regimenOf } from './missing.ts';
import { productOf, routeOf } from './treatment-codes.ts';

/** What the document adds to the results when some are awaited: read by people, in the language of the document. */
const AWAITED = 'Résultats attendus à la sortie :';

/**
 * The letter that the typed content makes, ready to be written; the content lacks no heading.
 *
 * Treatments are told as the national model tells them, by headings: what was started is under « à la sortie » with its day; what was stopped is under
 * « pendant le séjour » with its end; what was kept or changed is under both, so that a reader compares.
 */
export function toLetter(content: LetterContent, header: LetterHeader): DischargeLetter {
  const { admission, discharge, treatments, germs, plan } = content;
  if (admission === '' || discharge === '') throw new Error('a letter is made of content that lacks nothing');
  const during = treatments.filter(({ change }) => change !== 'started').map((line) => duringStay(line, content));
  const results = resultsOf(content);
  return {
    header: { ...header, encounter: { ...header.encounter, start: hl7Day(content.entry), end: hl7Day(content.exit) } },
    isApproved: true,
    reason: content.reason,
    admission,
    discharge,
    synthesis: content.synthesis,
    adverseEvents: content.adverseEvents,
    resistantGerms: { isSearched: germs !== 'not-searched', ...foundGerms(content) },
    transfusion: { isGiven: content.transfusion === 'yes', ...(content.transfusionEvents && { accidents: content.transfusionEvents }) },
    bloodDerivatives: {
      isGiven: content.derivatives === 'yes',
      ...(content.derivativesEvents && { adverseEvents: content.derivativesEvents }),
    },
    ...(during.length > 0 && { stayTreatments: during }),
    dischargeTreatments: treatments.filter(({ change }) => change !== 'stopped').map((line) => atDischarge(line, content)),
    ...(results !== '' && { results }),
    plan: plan.map(({ kind, words, day }) => ({ kind, words, ...(day !== '' && { at: hl7Day(day) }) })),
  };
}

const hl7Day = (day: string) => day.replaceAll('-', '');

function foundGerms({ germs, germsFound }: LetterContent): { found?: string } {
  if (germs === 'none') return { found: 'Aucun' };
  return germs === 'found' ? { found: germsFound } : {};
}

function resultsOf({ results, pending }: LetterContent): string {
  const awaited = pending.map(({ words, day }) => `- ${words.trim()}${day === '' ? '' : ` (prélevé le ${frenchDay(day)})`}`);
  return [results.trim(), ...(awaited.length > 0 ? [[AWAITED, ...awaited].join('\n')] : [])].filter(Boolean).join('\n');
}

const frenchDay = (day: string) => day.split('-').toReversed().join('/');

/** As it was taken before it was changed or stopped. */
function duringStay(line: LetterTreatmentLine, { exit }: LetterContent): LetterTreatment {
  const { change, now, before, day, reason } = line;
  const isStopped = change === 'stopped';
  return {
    ...productAndRoute(line),
    ...taken(change === 'changed' ? before : now),
    ...(isStopped && { end: hl7Day(day === '' ? exit : day), reason }),
  };
}

function atDischarge(line: LetterTreatmentLine, { entry }: LetterContent): LetterTreatment {
  const { change, now, day, instructions, reason } = line;
  return {
    ...productAndRoute(line),
    ...taken(now),
    ...(change === 'started' && { start: hl7Day(day === '' ? entry : day) }),
    ...(instructions.trim() !== '' && { instructions }),
    ...(change !== 'continued' && { reason }),
  };
}

function productAndRoute({ name, code, route }: LetterTreatmentLine): Pick<LetterTreatment, 'name' | 'product' | 'route'> {
  const product = productOf(code, name);
  return { name, ...(product && { product }), ...(route !== '' && { route: routeOf(route) }) };
}

function taken(regimen: LetterTreatmentLine['now']): Pick<LetterTreatment, 'dose' | 'every'> {
  const [dose, every] = regimenOf(regimen);
  return { ...(dose && { dose: { low: dose, high: dose } }), ...(every && { every }) };
}
