/**
 * What a software may ask in the name of its user, as SMART App Launch 2.2 writes it: `patient/Observation.rs?category=…|laboratory`.
 * Scopes only ever narrow: whatever they say, the user's own rights decide behind them.
 */

/** Create, read, update, delete, search. */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's';

export interface SmartScope {
  /** `patient`: of the one patient of the launch; `user`: of all that the user may see. */
  context: 'patient' | 'user';
  /** A type of resource, or `*`. */
  type: string;
  permissions: ReadonlySet<Permission>;
  /** The search that narrows it, as pairs. */
  query: readonly [string, string][];
}

const SCOPE = /^(patient|user)\/(\*|[A-Z][A-Za-z]{1,40})\.(read|write|\*|c?r?u?d?s?)(?:\?([\x21\x23-\x5b\x5d-\x7e]{1,300}))?$/;
/** The words of version 1. */
const FIRST_VERSION: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** @returns undefined when it is no scope over resources */
export function readSmartScope(text: string): SmartScope | undefined {
  const [, context, type, letters = '', query] = SCOPE.exec(text) ?? [];
  const granted = FIRST_VERSION[letters] ?? letters;
  if (context === undefined || type === undefined || granted === '') return undefined;
  return {
    context: context as SmartScope['context'],
    type,
    permissions: new Set([...granted] as Permission[]),
    query: query === undefined ? [] : [...new URLSearchParams(query)],
  };
}

/** The scopes over resources in a scope text. */
export const smartScopesOf = (scope: string): SmartScope[] => scope.split(' ').flatMap((one) => readSmartScope(one) ?? []);

/** Types that are of nobody: the directory. */
export const OF_NOBODY: ReadonlySet<string> = new Set(['Organization', 'Location', 'Practitioner', 'PractitionerRole']);

/** Does this ask for more than one patient, and for more than the directory? */
export const isOfMany = ({ context, type }: SmartScope): boolean => context === 'user' && !OF_NOBODY.has(type);

export interface ScopeQuestion {
  /** `*`: of whatever type. */
  type: string;
  permission: Permission;
  /** The patient whose data are asked for; absent for what is of nobody. */
  patientId?: string | undefined;
}

/**
 * The scopes under which this may be asked; none when it may not. Each may narrow by a search: what is answered must meet one of them. What is of
 * nobody (places, people of the directory) is under any scope of the type, since it is open to whoever is signed in.
 * @param launchedOn the patient of the launch
 */
export function scopesFor(scopes: readonly SmartScope[], question: ScopeQuestion, launchedOn: string | undefined): SmartScope[] {
  const { type, permission, patientId } = question;
  return scopes.filter(
    (scope) =>
      (scope.type === '*' || type === '*' || scope.type === type) &&
      scope.permissions.has(permission) &&
      (scope.context === 'user' || patientId === undefined || patientId === launchedOn),
  );
}
