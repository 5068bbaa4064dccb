import { Refusal, type Sql } from '#kernel';
import type { Principal, SoftwareAsking } from './contract.ts';
import type { SmartClient } from './launch-context.ts';
import { smartScopesOf } from './smart-scopes.ts';
import { findOidcItem, upsertOidcItem } from './store-sessions.ts';

/** Who is at a browser. */
export interface SignedIn {
  person: Principal;
  /** SHA-256 of their session, in hexadecimal. */
  session: string;
}

/**
 * What a person answered to a software that opened by itself (standalone launch). Asked each time: what is authorised lasts no longer than the
 * session anyway, and which patient it is for has to be said. A launch that their own practice software signed is not asked: they have just opened
 * that patient in it.
 */
export interface Consent {
  /** SHA-256 of the session of whoever answered, in hexadecimal: nobody else's browser goes on with it. */
  session: string;
  isAllowed: boolean;
  patientId?: string;
}

const CONSENT = 'SmartConsent';
/** To go from one page to the next. */
const CONSENT_MS = 60_000;

export async function consentOf(db: Sql, step: string, { session }: SignedIn, now: Date): Promise<Consent | undefined> {
  const found = (await findOidcItem(db, { model: CONSENT, id: step }, now)) as Consent | undefined;
  return found?.session === session ? found : undefined;
}

export function keepConsent(db: Sql, step: string, consent: Consent, now: Date): Promise<void> {
  return upsertOidcItem(db, { model: CONSENT, id: step, payload: { ...consent }, expiresAt: new Date(now.getTime() + CONSENT_MS) });
}

/** Is the software asking for one patient? */
export const needsPatient = (scopes: readonly string[]): boolean =>
  scopes.some((scope) => scope === 'launch' || scope === 'launch/patient' || scope.startsWith('patient/'));

/** @throws Refusal `request.not-found` when nobody asks, or no longer */
export async function askingAt(
  db: Sql,
  step: string,
  { findApp, who, now }: { findApp: (clientId: string) => Promise<SmartClient | undefined>; who: SignedIn['person']; now: Date },
): Promise<SoftwareAsking> {
  const found = (await findOidcItem(db, { model: 'Interaction', id: step }, now)) as { params?: Record<string, unknown> } | undefined;
  const { client_id: clientId, redirect_uri: address, scope } = found?.params ?? {};
  const app = await findApp(String(clientId));
  if (!app) throw new Refusal('request.not-found', 'no software is asking here, or no longer', { at: 'step' });
  const scopes = String(scope ?? '').split(' ');
  return {
    software: app.name,
    returnsTo: originOf(String(address)),
    scopes: smartScopesOf(scopes.join(' ')).map(({ context, type, permissions, query }) => ({
      context,
      type,
      permissions: [...permissions],
      query: query.map(([name, value]) => [name, value]),
    })),
    asksWho: scopes.includes('fhirUser') || scopes.includes('openid'),
    stays: scopes.includes('online_access') || scopes.includes('offline_access'),
    patient: !needsPatient(scopes) ? 'none' : who.patientId === undefined ? 'chosen' : 'own',
  };
}

/** An address of another scheme than the web's (an application of a telephone) has no origin: it is said whole. */
function originOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin } = new URL(address);
  return origin === 'null' ? address : origin;
}
