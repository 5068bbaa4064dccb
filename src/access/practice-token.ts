import type { Context } from 'oidc-provider';
import type { Principal } from './contract.ts';
import type { SmartClient } from './launch-context.ts';
import { oauthError } from './oauth-error.ts';
import { readSmartScope } from './smart-scopes.ts';

/**
 * The software of a practice, that reads the record while nobody sits before it: its structure answers for it, its registered key proves it, and it
 * names, at each token, the professional of that structure in whose name it reads (UDAP, extension `hl7-b2b` of the signed assertion). It reads what
 * that professional may read, nothing is written by it, and the trail names both.
 */

/** The professional at a structure (FINESS), as the directory knows them. */
export type FindColleague = (nationalId: string, finess: string) => Promise<Principal | undefined>;

export interface PracticeDeps {
  findApp: (clientId: string) => Promise<SmartClient | undefined>;
  findColleague: FindColleague;
}

/** Claim of the tokens: the national identifier of the professional. */
export const IN_THE_NAME_OF = 'in_the_name_of';

const named = new WeakMap<object, string>();

/**
 * Of an assertion that asks for a token of a practice: who it reads for must work in the structure of the software.
 * @throws OAuth `invalid_grant`
 */
export async function nameProfessional(
  context: Context,
  claims: Readonly<Record<string, unknown>>,
  clientId: string,
  { findApp, findColleague }: PracticeDeps,
): Promise<void> {
  if (context.oidc.params?.['grant_type'] !== 'client_credentials') return;
  const structure = (await findApp(clientId))?.structure;
  if (structure === undefined) return;
  const { extensions } = claims as { extensions?: { 'hl7-b2b'?: { subject_id?: unknown } } };
  const subject = extensions?.['hl7-b2b']?.subject_id;
  if (typeof subject !== 'string' || !(await findColleague(subject, structure)))
    throw oauthError(400, 'invalid_grant', 'extensions.hl7-b2b.subject_id names no professional of the structure of this software');
  named.set(context, subject);
}

/** What the token of this request carries beside the usual. */
export function nameClaim(context: unknown): { [IN_THE_NAME_OF]: string } | undefined {
  const subject = named.get(context as object);
  return subject === undefined ? undefined : { [IN_THE_NAME_OF]: subject };
}

/** Reading, in the name of a person who is not there: nothing else is granted. */
export const readingScopes = (asked: string): string =>
  asked
    .split(' ')
    .filter((text) => {
      const scope = readSmartScope(text);
      return scope?.context === 'user' && [...scope.permissions].every((one) => one === 'r' || one === 's');
    })
    .join(' ');

/** Whoever the token speaks for, if they still work where its software is registered. */
export async function professionalOf(
  { clientId, scope, name }: { clientId: string; scope: string; name: string },
  { findApp, findColleague }: PracticeDeps,
): Promise<Principal | undefined> {
  const structure = (await findApp(clientId))?.structure;
  const person = structure === undefined ? undefined : await findColleague(name, structure);
  return person && { ...person, software: { clientId, scope } };
}
