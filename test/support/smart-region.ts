import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, expect } from 'vitest';
import { PEOPLE } from './people.ts';
import { JEANNE, LABORATORY, MARIE, POTASSIUM, quantity, reportOf } from './reports.ts';
import { testServer } from './server.ts';
import { APP, type LaunchToSign, registeredApps, signedLaunch } from './smart-apps.ts';
import { type Principal, registerLinks } from '../../src/access/index.ts';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { writeCda } from '../../src/formats/index.ts';

export const BASE = 'http://localhost';
export const REDIRECT = 'http://localhost:4000/back';
export const numberOf = (who: typeof JEANNE) => `urn:oid:${who.ids[0]!.root}|${who.ids[0]!.extension}`;
export const launchOf = (patient: string, more: Partial<LaunchToSign> = {}) => signedLaunch({ audience: `${BASE}/fhir`, patient, ...more });

export interface Tokens {
  access_token: string;
  scope: string;
  patient?: string;
  id_token?: string;
  refresh_token?: string;
  error?: string;
}

/** What the person answers on our page, when a software that opened by itself asks. */
export type Said = { isAllowed: boolean; patientId?: string /** By another browser. */; by?: string };

export const asking = (scope: string, more: Record<string, string> = {}) => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const ask = {
    response_type: 'code',
    client_id: APP,
    redirect_uri: REDIRECT,
    scope,
    state: 'any-state',
    aud: `${BASE}/fhir`,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  return { verifier, ask };
};

/**
 * Two patients of one doctor, and a software registered to be launched on them (SMART App Launch). Of the test file that calls: files share modules, and
 * a server that stood here would end with the first of them.
 */
export function smartRegion() {
  const server = testServer({ env: { SMART_CLIENTS_FILE: registeredApps([REDIRECT]) } });

  const patients: Record<'jeanne' | 'marie', string> = { jeanne: '', marie: '' };

  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
    const lis = { clientId: 'lis', name: 'SIL', structures: [LABORATORY.finess], formats: ['cda'], secret: 'a-secret-of-the-tests-only' };
    await registerSenders(db, [{ ...lis, state: 'production', connectedSince: new Date() }], 'demo');
    const authorization = `Bearer ${await server.tokenOf('lis', lis.secret)}`;
    const deposit = async (n: number, patient: typeof JEANNE) => {
      const payload = writeCda(reportOf(n, { patient, results: [POTASSIUM, quantity('2951-2', 'Sodium', '140', 'mmol/L')] }));
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/deposits',
        headers: { authorization, 'content-type': 'application/xml' },
        payload,
      });
      const { documentId } = answer.json() as { documentId: string };
      const [row] = await db.query<{ patient: string }>(
        'whose',
        'select patient_id as patient from record.document where document_id = $1',
        [documentId],
      );
      return row!.patient;
    };
    patients.jeanne = await deposit(1, JEANNE);
    patients.marie = await deposit(2, MARIE);
    const since = new Date(Date.now() - 1_000);
    const link = (patientId: string) => ({ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor' as const, since });
    await registerLinks(db, [link(patients.jeanne), link(patients.marie)], 'test');
  });

  /** A browser that walks through the authorization: keeps cookies, follows redirections inside this server. */
  async function authorise(person: Principal | undefined, ask: Record<string, string>, said?: Said): Promise<URL> {
    return authoriseWith(person && (await sessionOf(person)), ask, said);
  }

  const sessionOf = async (person: Principal) => (await server.as(person)).cookie.replace('cigogne=', '');

  async function answerAt({ pathname }: URL, session: string, { isAllowed, patientId }: Said) {
    const url = pathname.replace('/authorise/', '/api/smart/authorisations/');
    const headers = { cookie: `cigogne=${session}`, 'sec-fetch-site': 'same-origin' };
    page.asked = (await server.app.inject({ url, headers })).json();
    const answer = await server.app.inject({ method: 'POST', url, headers, payload: { isAllowed, patientId } });
    return { status: answer.statusCode, body: answer.json() as { next?: string; at?: string } };
  }
  /** What our page told the person last. */
  const page: { asked: Record<string, unknown> } = { asked: {} };

  async function authoriseWith(
    session: string | undefined,
    ask: Record<string, string>,
    said: Said = { isAllowed: true },
    /** The address, and the cookies, of another browser than one just opened. */
    { at = '/oidc/auth', jar = new Map<string, string>() }: { at?: string; jar?: Map<string, string> } = {},
  ): Promise<URL> {
    if (session !== undefined) jar.set('cigogne', session);
    let url = `${at}?${new URLSearchParams(ask)}`;
    for (let step = 0; step < 8; step++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await server.app.inject({ url, headers: { host: 'localhost', cookie } });
      for (const { name, value } of answer.cookies)
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      const location = answer.headers['location'];
      if (typeof location !== 'string')
        return new URL(`http://stopped/?status=${answer.statusCode}&error=${encodeURIComponent(answer.body.slice(0, 200))}`);
      let next = new URL(location, BASE);
      if (next.pathname.startsWith('/authorise/')) {
        const told = await answerAt(next, said.by ?? session!, said);
        if (told.status !== 200) return new URL(`http://stopped/?status=${told.status}&error=${told.body.at}`);
        next = new URL(told.body.next!, BASE);
      }
      if (next.origin !== BASE || !next.pathname.startsWith('/oidc')) return next;
      url = next.pathname + next.search;
    }
    throw new Error('the authorization goes round in circles');
  }

  async function exchange(code: string, verifier: string): Promise<Tokens> {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT,
        client_id: APP,
        code_verifier: verifier,
      }).toString(),
    });
    return answer.json();
  }

  async function tokensFor(person: Principal, scope: string, more: Record<string, string> = {}): Promise<Tokens> {
    const { verifier, ask } = asking(scope, more);
    const back = await authorise(person, ask);
    expect([back.searchParams.get('error_description'), back.searchParams.get('state')]).toEqual([null, 'any-state']);
    return exchange(back.searchParams.get('code')!, verifier);
  }

  const get = async (path: string, token: string) => {
    const answer = await server.app.inject({
      url: path.startsWith('/api') ? path : `/fhir${path}`,
      headers: { authorization: `Bearer ${token}` },
    });
    return {
      status: answer.statusCode,
      body: answer.json() as {
        total?: number;
        entry?: { resource: Record<string, unknown> }[];
        issue?: { details: { coding: { code: string }[] }; expression?: string[]; location?: string[] }[];
      },
    };
  };

  return { server, patients, authorise, sessionOf, answerAt, page, authoriseWith, exchange, tokensFor, get };
}
