import { actionWords } from './actions.ts';
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

/** French unless English is asked for first. */
export function languageOf(asked: unknown, acceptLanguage: string | undefined): Language {
  if (asked === 'fr' || asked === 'en') return asked;
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'fr';
}
