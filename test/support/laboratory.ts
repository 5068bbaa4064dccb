import { beforeAll } from 'vitest';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { type LabReport, writeCda } from '../../src/formats/index.ts';
import { LABORATORY } from './reports.ts';
import type { testServer } from './server.ts';

/** What the deposit door answers: a receipt, or a refusal. */
export interface Answer {
  status: number;
  depositId: string;
  state: string;
  documentId: string | null;
  code?: string;
}

/** A registered laboratory of the tests, and how its system, or another of its systems, deposits. */
export function testLaboratory(server: ReturnType<typeof testServer>, clientId = 'lis-essai', structures = [LABORATORY]) {
  const secret = 'a-secret-of-the-tests-only';
  let token = '';
  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(
      db,
      structures.map((one) => ({ ...one, kind: 'laboratory' as const })),
    );
    const system = { clientId, name: 'SIL des essais', structures: structures.map(({ finess }) => finess), formats: ['cda-cr-bio'] };
    await registerSenders(db, [{ ...system, state: 'production', secret, connectedSince: new Date() }], 'demo');
    token = await server.tokenOf(clientId, secret);
  });
  return {
    async deposit(report: LabReport | string, type = 'application/xml'): Promise<Answer> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      const payload = typeof report === 'string' ? report : writeCda(report);
      const answer = await server.app.inject({ method: 'POST', url: '/api/deposits', headers, payload });
      return { status: answer.statusCode, ...answer.json<Omit<Answer, 'status'>>() };
    },
    token: async () => token,
    /** What became of a deposit. */
    async receipt(depositId: string): Promise<Answer> {
      const answer = await server.app.inject({ url: `/api/deposits/${depositId}`, headers: { authorization: `Bearer ${token}` } });
      return { status: answer.statusCode, ...answer.json<Omit<Answer, 'status'>>() };
    },
  };
}
