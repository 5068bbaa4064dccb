import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NODE_FLAGS } from '../../bin/hand-over.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** For an offer that must not wait in the generator: as many connections as there are requests under way. */
const crowd = new Agent({ keepAlive: true, maxSockets: 4_000 });

export const closeConnections = (): void => {
  agent.destroy();
  crowd.destroy();
};

export function call(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer | string; isOfCrowd?: boolean },
): Promise<{ status: number; text: string; retryAfter?: number }> {
  return callForBytes(url, options).then(({ bytes, ...answer }) => ({ ...answer, text: bytes.toString() }));
}

/** The same, as the bytes that came. */
export function callForBytes(
  url: string,
  options: Parameters<typeof call>[1],
): Promise<{ status: number; bytes: Buffer; retryAfter?: number }> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, isOfCrowd = false } = options;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method, agent: isOfCrowd ? crowd : agent, headers: { ...headers, ...length } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const after = answer.headers['retry-after'];
        resolve({
          status: answer.statusCode ?? 0,
          bytes: Buffer.concat(parts),
          ...(after !== undefined && { retryAfter: Number(after) }),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A server in a process of its own, wired as `npm start` wires it, without pages. `demoPatients`: people of its demo region. */
export async function withServer(
  databaseUrl: string,
  demoPatients: number,
  work: (base: string, pid: number) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-bench-server-'));
  const env = {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    CIGOGNE_DATA: folder,
    LOG_LEVEL: 'error',
    DEMO_PATIENTS: String(demoPatients),
    DEMO_REPORTS: '0',
  };
  const server = spawn(process.execPath, [...NODE_FLAGS, 'bench/support/serve.ts'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const base = `http://127.0.0.1:${port}`;
  // A run that a signal ends takes its server with it.
  const end = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  try {
    for (let tries = 0; tries < 200; tries += 1) {
      const ready = await call(`${base}/readyz`, {}).catch(() => undefined);
      if (ready?.status === 200) break;
      await wait(100);
    }
    await work(base, server.pid!);
  } finally {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    process.off('exit', end);
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An access token of a registered demo system. */
export async function tokenOf(base: string, clientId: string, secret: string): Promise<string> {
  const headers = {
    authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const { text } = await call(`${base}/oidc/token`, { method: 'POST', headers, body: 'grant_type=client_credentials' });
  return (JSON.parse(text) as { access_token: string }).access_token;
}
