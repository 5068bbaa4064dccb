import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { registerPractice } from './practice.ts';

/** People and reports of the demo region that the browser tests walk through: small, with every story in it. */
const DEMO = { DEMO_PATIENTS: '60', DEMO_REPORTS: '600' };
const START_MS = 120_000;
const LOAD_MS = 180_000;

/**
 * Before the browser tests: a real server as `npm start` starts it, on a data folder and a port of its own, with its demo
 * region loaded. CIGOGNE_E2E_URL names a server that already runs, to look at instead.
 * @returns what stops it
 */
export default async function setUp(): Promise<() => Promise<void>> {
  process.env.CIGOGNE_E2E_BROWSER = await findBrowser();
  if (process.env.CIGOGNE_E2E_URL) return async () => {};
  const data = mkdtempSync(join(tmpdir(), 'cigogne-e2e-'));
  chmodSync(data, 0o755);
  const server = spawn(process.execPath, ['bin/cigogne.ts', 'serve'], {
    env: { ...process.env, ...DEMO, SMART_CLIENTS_FILE: await registerPractice(data), CIGOGNE_DATA: data, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.kill('SIGTERM')) await gone;
    rmSync(data, { recursive: true, force: true });
  };
  try {
    process.env.CIGOGNE_E2E_URL = await addressOf(server);
    await demoLoaded(process.env.CIGOGNE_E2E_URL);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const tooLate = setTimeout(() => reject(new Error(`the server did not say its address in time:\n${said}`)), START_MS);
    server.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = said.match(/answers at (http\S+)/)?.[1];
      if (address) resolve(address);
      if (address) clearTimeout(tooLate);
    });
    server.once('exit', (code) => reject(new Error(`the server ended while starting (code ${code})`)));
  });
}

async function demoLoaded(url: string): Promise<void> {
  for (const end = performance.now() + LOAD_MS; performance.now() < end; ) {
    const answer = await fetch(`${url}/api/demo`);
    const { loading } = (await answer.json()) as { loading: { finished: boolean } };
    if (loading.finished) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('the demo region did not finish loading in time');
}
