import { type Action, ACTIONS, actionWords } from './actions.ts';
import type { ChainedEvent } from './audit.ts';
import type { AccessLine, Role } from './contract.ts';
import { ruleOf } from './rules.ts';

export type Language = 'fr' | 'en';

/** One event of the audit in plain words, for the patient. The person is always named. */
export function accessLine(event: ChainedEvent, language: Language): AccessLine {
  return {
    at: event.at.toISOString(),
    who: event.actorName,
    role: event.role as Role,
    ...(event.organisationName ? { organisation: event.organisationName } : {}),
    action: actionWords(event.action)?.[language] ?? event.action,
    outcome: event.allowed ? 'allowed' : 'denied',
    rule: ruleOf(event.rule)?.patient[language] ?? event.rule,
    ...(event.mode === 'break-glass' ? { mode: 'break-glass' } : {}),
    ...(event.reason === null ? {} : { reason: event.reason }),
    actionId: event.action,
    ruleId: event.rule,
  };
}

const DOCUMENT = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * The event as told to someone who may not read every document: what was done to one that is hidden from them is told as what is done to the
 * record, and its deposit is not told. A document that never existed is told in the same words.
 * A deposit that their own choice refused is told to the patient alone.
 * @param readable ids of the documents that the reader may see
 */
export function discreet(event: ChainedEvent, readable: ReadonlySet<string>, isHolder: boolean): ChainedEvent | undefined {
  const { action, object, rule } = event;
  if (object === null || !DOCUMENT.test(object) || readable.has(object)) return event;
  if (action === 'deposit.send') return isHolder && !event.allowed ? event : undefined;
  if (action === 'deposit.withdraw') return undefined;
  if (!Object.hasOwn(ACTIONS, action) || !('category' in ACTIONS[action as Action])) return event;
  return { ...event, action: 'patient.open', rule: ruleOf(rule)?.conceals ? 'no-such-item' : rule };
}

/** French unless English is asked for first. */
export function languageOf(asked: unknown, acceptLanguage: string | undefined): Language {
  if (asked === 'fr' || asked === 'en') return asked;
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'fr';
}
