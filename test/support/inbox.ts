import { beforeAll, expect } from 'vitest';
import { registerLinks } from '../../src/access/index.ts';
import type { Inbox, InboxLine, Unacknowledged } from '../../src/exchange/inbox/contract.ts';
import { escalateDue } from '../../src/exchange/inbox/escalate.ts';
import { exchangeBench, inboxDeps, PARTNER, PRESCRIBER, reportFor } from './exchange.ts';
import { PEOPLE } from './people.ts';
import { LABORATORY, quantity } from './reports.ts';

export type Who = Parameters<ReturnType<typeof exchangeBench>['server']['as']>[0];
const PRACTICE = PEOPLE.gp.organisation;
export const partner: Who = { id: `rpps:${PARTNER.rpps}`, name: 'Dr Jules BLANC-DEMO', role: 'gp', organisation: PRACTICE };
export const biologist: Who = { ...PEOPLE.biologist, organisation: LABORATORY };

/** Potassium of a report: within, high, or beyond the region's critical limit. */
export const potassium = (value: string, flag: 'N' | 'H') =>
  quantity('2823-3', 'Potassium', value, 'mmol/L', {
    interpretations: [flag],
    reference: { low: { value: '3.5', unit: 'mmol/L' }, high: { value: '5.1', unit: 'mmol/L' } },
  });
export const NORMAL = [potassium('4.20', 'N')];
export const HIGH = [potassium('5.60', 'H')];
export const CRITICAL = [potassium('6.90', 'H')];

/** The exchange with the inboxes of two doctors who treat the patient of the tests: the prescriber and a specialist. */
export function inboxBench() {
  const bench = exchangeBench({ listens: true });
  async function call(who: Who, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
    return bench.server.app.inject({ method, url, headers: await bench.server.as(who), ...(payload && { payload }) });
  }
  const inboxOf = async (who: Who) => (await call(who, 'GET', '/api/inbox')).json() as Inbox;
  const linesOf = async (who: Who) => (await inboxOf(who)).lines;
  const only = async (who: Who): Promise<InboxLine> => {
    const lines = await linesOf(who);
    expect(lines).toHaveLength(1);
    return lines[0]!;
  };
  const answer = (who: Who, { lineId }: { lineId: string }, body: object) => call(who, 'POST', `/api/inbox/lines/${lineId}`, body);
  const unacknowledged = async (who: Who) => (await call(who, 'GET', '/api/inbox/unacknowledged')).json() as Unacknowledged[];

  async function arrive(n: number, to: Parameters<typeof reportFor>[1], more: Parameters<typeof reportFor>[2] = {}): Promise<string> {
    const documentId = await bench.deposit(reportFor(n, to, more));
    await bench.routeAll();
    return documentId;
  }
  const minutesLater = (minutes: number) =>
    escalateDue({ ...inboxDeps, db: bench.db, domains: bench.deps().domains }, new Date(Date.now() + minutes * 60_000));
  const patientOfTests = async () =>
    (await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from identity.patient limit 1'))[0]!.patientId;
  const read = async (who: Who) => call(who, 'GET', `/api/patients/${await patientOfTests()}/biology`);

  beforeAll(async () => {
    // The first report makes the patient, whom both doctors then treat.
    await arrive(1, { prescribers: [PRESCRIBER] });
    const patientId = await patientOfTests();
    const since = new Date(Date.now() - 60_000);
    const links = [PEOPLE.gp, PEOPLE.specialist].map(({ id }) => ({
      patientId,
      holder: { person: id },
      kind: 'care-team' as const,
      since,
    }));
    await registerLinks(bench.db, links, 'test');
  });

  return { bench, call, inboxOf, linesOf, only, answer, unacknowledged, arrive, minutesLater, patientOfTests, read };
}
