/** The promise of the door: what it acknowledged is kept, once, whatever dies right after. */
import { afterEach, expect, test } from 'vitest';
import { demoToday, documentBytes, makePopulation } from '../src/demo/index.ts';
import { signal, until } from '../src/kernel/index.ts';
import { askDatabase, cleanUp, dataFolder, processesOf, START_MS, startCigogne } from './support/cigogne.ts';

/** A report under way: its receipt once acknowledged. */
interface Sent {
  bytes: Buffer<ArrayBuffer>;
  clientId: string;
  depositId?: string;
}

const AT_ONCE = 8;
const REPORTS = 400;

async function tokenOf(url: string, clientId: string): Promise<string> {
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:demo-${clientId}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  if (!answer.ok) throw new Error(`no token (${answer.status})`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Deposits what is not acknowledged yet, several at a time, until all is or `stop` says so. A broken connection is no acknowledgement. */
async function deposit(url: string, reports: Sent[], onAcknowledged: () => void, stop: () => boolean): Promise<void> {
  const tokens = new Map<string, Promise<string>>();
  const todo = reports.filter(({ depositId }) => depositId === undefined);
  const one = async () => {
    for (let report = todo.shift(); report && !stop(); report = todo.shift()) {
      const { clientId, bytes } = report;
      const token = tokens.get(clientId) ?? tokenOf(url, clientId);
      tokens.set(clientId, token);
      // Not remembered when the database was away.
      token.catch(() => tokens.delete(clientId));
      const headers = async () => ({ authorization: `Bearer ${await token}`, 'content-type': 'application/xml' });
      const answer = await headers()
        .then((given) => fetch(`${url}/api/deposits`, { method: 'POST', headers: given, body: bytes }))
        .catch(() => undefined);
      const body = (await answer?.json().catch(() => undefined)) as { depositId: string } | undefined;
      if (answer?.ok && body) {
        report.depositId = body.depositId;
        onAcknowledged();
      } else {
        // As a laboratory does: the same bytes again, a little later.
        todo.push(report);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

let data = '';
afterEach(() => cleanUp(data));

test('every acknowledged report is there after kill -9 of database and server under load, none twice', {
  timeout: 5 * START_MS,
}, async () => {
  data = dataFolder();
  const env = { DEMO_PATIENTS: '60', DEMO_REPORTS: '0' };
  const population = makePopulation({ seed: 2, patients: 60, reports: REPORTS, today: demoToday(Date.now()) });
  // The three stories are in every region: this one loaded them itself.
  const documents = [...population.documents()].filter(({ k }) => k > 3);
  const reports: Sent[] = documents.map((document, n) => ({
    bytes: documentBytes(document, n) as Buffer<ArrayBuffer>,
    clientId: document.clientId,
  }));
  const acknowledged = () => reports.filter(({ depositId }) => depositId !== undefined);

  const first = startCigogne(data, { env });
  const url = await first.url;
  const { server, postmaster } = processesOf(data);
  let count = 0;
  let serverKilled = false;
  const load = deposit(
    url,
    reports,
    () => {
      count += 1;
      if (count === 60) signal(postmaster, 'SIGKILL');
    },
    () => serverKilled,
  );
  await until(() => first.said().includes('it is started again') && ![0, postmaster].includes(processesOf(data).postmaster), 60_000);
  const atRecovery = count;
  await until(() => count > atRecovery + 40, 60_000);
  signal(server.pid, 'SIGKILL');
  serverKilled = true;
  await load;
  await first.ended;
  const kept = acknowledged();
  expect(kept.length).toBeGreaterThan(atRecovery + 40);
  expect(kept.length).toBeLessThan(reports.length);

  const second = startCigogne(data, { env });
  const again = await second.url;
  const rows = await askDatabase<{ deposit_id: string; unique_id: string }>(data, 'select deposit_id, unique_id from record.deposit');
  const there = new Set(rows.map(({ deposit_id }) => deposit_id));
  expect(kept.filter(({ depositId }) => !there.has(depositId!))).toEqual([]);

  // The laboratories send everything once more, as they would: what was kept answers with its first receipt.
  const before = new Map(kept.map((report) => [report, report.depositId]));
  for (const report of reports) delete report.depositId;
  await deposit(
    again,
    reports,
    () => {},
    () => false,
  );
  expect(acknowledged()).toHaveLength(reports.length);
  expect(kept.filter((report) => report.depositId !== before.get(report))).toEqual([]);
  const [twice] = await askDatabase<{ n: number }>(
    data,
    'select count(*)::int as n from (select unique_id from record.document group by unique_id having count(*) > 1) as t',
  );
  expect(twice).toEqual({ n: 0 });
  second.launcher.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});
