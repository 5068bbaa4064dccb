import { beforeAll, expect } from 'vitest';
import type { Principal } from '../../src/access/index.ts';
import { PEOPLE } from './people.ts';
import { LABORATORY, OTHER_LABORATORY, quantity, reportOf } from './reports.ts';
import { testServer } from './server.ts';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { type Result, writeCda } from '../../src/formats/index.ts';
import { countAll } from '../../src/mapping/census.ts';
import type { ObservedCode, Workbench } from '../../src/mapping/contract.ts';
import { renormaliseBatch } from '../../src/mapping/renormalise.ts';

export const SECRET = 'a-secret-of-the-tests-only';
export const LOCAL_SYSTEM = '1.2.250.1.999.44';
export const IRIS: Principal = { ...PEOPLE.biologist, organisation: LABORATORY };
export const HUGO: Principal = { ...IRIS, id: 'rpps:899700000088', name: 'Dr Hugo LAME-DEMO' };
export const ELSEWHERE: Principal = { ...IRIS, id: 'rpps:899700000099', name: 'Dr Ada PIPETTE-DEMO', organisation: OTHER_LABORATORY };

/** A result under the laboratory's own code only. */
export const local = (code: string, label: string, value: string, unit: string): Result => ({
  ...quantity('', label, value, unit),
  code: { originalText: label, translations: [{ code, system: LOCAL_SYSTEM, display: label }] },
});

/** A server with two laboratories; the first one deposits by a system of its own. */
export function testBench() {
  const server = testServer();
  let [token, sent] = ['', 0];

  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [
      { ...LABORATORY, kind: 'laboratory' },
      { ...OTHER_LABORATORY, kind: 'laboratory' },
    ]);
    const system = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
    await registerSenders(db, [{ ...system, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
    token = await server.tokenOf('lis-essai', SECRET);
  });

  /** @param by bearer token of the system, and the laboratory that it deposits for; the first one's unless said */
  async function deposit(results: Result[], by: { token?: string; laboratory?: typeof LABORATORY } = {}): Promise<string> {
    sent += 1;
    const { laboratory = LABORATORY } = by;
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/deposits',
      headers: { authorization: `Bearer ${by.token ?? token}`, 'content-type': 'application/xml' },
      payload: writeCda(reportOf(sent, { laboratory, results })),
    });
    expect(answer.statusCode).toBe(201);
    return (answer.json() as { documentId: string }).documentId;
  }

  async function call<T>(person: Principal, method: 'GET' | 'POST', url: string, payload?: object): Promise<{ status: number; body: T }> {
    const answer = await server.app.inject({ method, url, headers: await server.as(person), ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.body === '' ? (undefined as T) : (answer.json() as T) };
  }

  const workbench = async (person = IRIS) => (await call<Workbench>(person, 'GET', '/api/mapping')).body;
  const codeOf = async (name: string): Promise<ObservedCode> => (await workbench()).codes.find((code) => code.local === name)!;

  /** @returns the id of the line */
  async function propose(code: ObservedCode, loinc: string | null): Promise<string> {
    const wish = { codeId: code.codeId, loinc, unit: null, reason: 'vu avec la fiche technique' };
    return (await call<{ lineId: string }>(IRIS, 'POST', '/api/mapping/lines', wish)).body.lineId;
  }

  return {
    server,
    deposit,
    sent: () => sent,
    call,
    workbench,
    codeOf,
    propose,
    count: () => countAll(server.database.db, -1_000),
    async renormaliseAll() {
      while (await renormaliseBatch(server.database.db, server.tables, new Date(Date.now() + 60_000), -1_000));
    },
  };
}
