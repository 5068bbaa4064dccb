import { beforeAll } from 'vitest';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { type LabReport, writeCda } from '../../src/formats/index.ts';
import { LABORATORY } from './reports.ts';
import type { testServer } from './server.ts';

/** A registered laboratory of the tests, and how its system deposits. */
export function testLaboratory(server: ReturnType<typeof testServer>) {
  const secret = 'a-secret-of-the-tests-only';
  let token = '';
  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
    const system = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
    await registerSenders(db, [{ ...system, state: 'production', secret, connectedSince: new Date() }], 'demo');
    token = await server.tokenOf('lis-essai', secret);
  });
  return {
    /** @returns the receipt */
    async deposit(report: LabReport): Promise<{ depositId: string; state: string; documentId: string | null }> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
      return (await server.app.inject({ method: 'POST', url: '/api/deposits', headers, payload: writeCda(report) })).json();
    },
  };
}
