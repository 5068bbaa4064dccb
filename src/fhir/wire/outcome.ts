import { type Refusal, REFUSALS, type RefusalCode } from '#kernel';

/** IssueType of FHIR for each family of refusals. */
const ISSUES: Partial<Record<RefusalCode, string>> = {
  'request.invalid': 'invalid',
  'request.not-found': 'not-found',
  'request.gone': 'deleted',
  'request.not-allowed': 'not-supported',
  'request.not-acceptable': 'not-supported',
  'request.precondition': 'conflict',
  'access.unauthenticated': 'login',
  'access.denied': 'forbidden',
  'access.too-many': 'throttled',
  'deposit.busy': 'throttled',
  'deposit.too-large': 'too-long',
  'deposit.unsupported-format': 'not-supported',
  'deposit.conflicting-bytes': 'duplicate',
  'deposit.kept-out': 'business-rule',
  'deposit.patient-opposes': 'forbidden',
  'report.unreadable': 'structure',
  'report.out-of-turn': 'conflict',
  'report.other-patient': 'conflict',
  'report.hostile': 'too-costly',
  'patient.ambiguous': 'multiple-matches',
  'patient.unknown-domain': 'code-invalid',
  'patient.unknown-target': 'code-invalid',
  'patient.unknown-number': 'not-found',
  'store.unavailable': 'transient',
};

/** Where our codes of refusal are told; the same codes as the other doors answer. */
export const REFUSAL_SYSTEM = 'urn:cigogne:refusal';

export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: Record<string, unknown>[];
}

/** Refusals whose words IHE fixes, and looks for in `diagnostics`. */
const SPOKEN: ReadonlySet<RefusalCode> = new Set(['patient.unknown-domain', 'patient.unknown-target', 'patient.unknown-number']);

/** The rule by which somebody may not. */
const RULE_SYSTEM = 'urn:cigogne:rule';
/** The rule of a software that may do less than it asks. */
export const INSUFFICIENT_SCOPE = 'insufficient-scope';

/** A refusal as FHIR tells it: our code, what is wrong, where, what to do. */
export function outcomeOf(refusal: Refusal): OperationOutcome {
  const { code, at, message } = refusal;
  const isRule = code === 'access.denied' && at !== undefined && !PATH.test(at);
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: ISSUES[code] ?? 'processing',
        details: { coding: [{ system: REFUSAL_SYSTEM, code }, ...(isRule ? [{ system: RULE_SYSTEM, code: at }] : [])], text: message },
        diagnostics: SPOKEN.has(code) ? message : `${message}. ${remedyOf(refusal)}`,
        ...(at !== undefined && !isRule && placeOf(at)),
      },
    ],
  };
}

const PATH = /^[A-Z][A-Za-z]+(?:\[\d+\])?(?:\.[A-Za-z]+(?:\[\d+\])?)*$/;

/**
 * An element by its path, a parameter or a header by its name (R4 OperationOutcome.issue: `expression` is FHIRPath, `location` may be `http.` and a name).
 * In a Bundle the entry comes before, by its path.
 */
function placeOf(at: string): { expression?: string[]; location?: string[] } {
  if (PATH.test(at)) return { expression: [at] };
  const [, entry, inside] = /^(Bundle\.entry\[\d+\]): (.+)$/.exec(at) ?? [];
  if (entry === undefined) return { location: [`http.${at}`] };
  return inside !== undefined && PATH.test(inside)
    ? { expression: [entry, inside] }
    : { expression: [entry], location: [`http.${inside}`] };
}

/** FHIR has no new identifier for a version of a report, as documents have: it has states. */
function remedyOf({ code, at }: Refusal): string {
  if (at === INSUFFICIENT_SCOPE)
    return 'Have the user authorize the software for it, with a scope that names this type and this permission.';
  if (at === 'Subscription.channel.endpoint') return 'Have the region register the address for this software.';
  if (code !== 'deposit.conflicting-bytes' || at !== 'DiagnosticReport.identifier') return REFUSALS[code].remedy;
  return 'A report of this number, state and time came with another content. Send what changed as another state of it: status amended, corrected, appended or entered-in-error, and issued later.';
}

/** What was left out of a search, for a client that did not ask for strictness. */
export function warningsOf(messages: readonly string[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: messages.map((text) => ({ severity: 'warning', code: 'not-supported', details: { text } })),
  };
}

/** That it is done, for a client that wants no more. */
export function doneOutcome(): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: 'done' } }] };
}
