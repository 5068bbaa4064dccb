import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** What a step of the checks found. A step without tests of its own counts for one. */
export interface Tally {
  passed: number;
  failed: number;
  /** Why each skipped test was skipped. */
  skipped: string[];
  /** What failed, by name: said once more at the end, where the record of a long run is surely read. */
  broken?: string[];
}

export const root = join(import.meta.dirname, '..');

interface Ended {
  code: number;
  said: string;
}

/** Runs a program in the project's folder; what it says is kept, and shown while it goes when `live`. */
export function runProgram(command: readonly string[], options: { live?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, { cwd: root, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const keep = (text: Buffer) => {
      said += text;
      if (options.live) process.stdout.write(text);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

/** One line when it ends; all that it said when it failed. */
export async function step(name: string, command: readonly string[]): Promise<Tally> {
  const started = performance.now();
  const { code, said } = await runProgram(command);
  report(name, code === 0, started, code === 0 ? '' : said);
  return code === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [], broken: [name] };
}

export function report(name: string, isGood: boolean, started: number, said: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${said ? `\n${said.trimEnd()}` : ''}`);
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numTotalTestSuites: number;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
}

/** Runs vitest projects and counts their tests; a file that cannot run counts as a failed test. */
export async function vitest(name: string, projects: readonly string[], args: readonly string[] = []): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-report-'));
  const file = join(folder, 'vitest.json');
  const started = performance.now();
  try {
    const chosen = projects.flatMap((project) => ['--project', project]);
    const reporters = ['--reporter=json', `--outputFile.json=${file}`];
    const { code, said } = await runProgram(['vitest', 'run', ...chosen, ...reporters, ...args]);
    const read = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const broken = read.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed),
    ).length;
    const unseen = code !== 0 && read.numFailedTests + broken === 0 ? 1 : 0;
    const tally = {
      passed: read.numPassedTests,
      failed: read.numFailedTests + broken + unseen,
      skipped: skippedOf(read),
      broken: brokenOf(read),
    };
    report(`${name}: ${tally.passed} passed`, code === 0, started, code === 0 ? '' : failuresOf(read) || said);
    return tally;
  } catch (error) {
    report(name, false, started, String(error));
    return { passed: 0, failed: 1, skipped: [], broken: [name] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isFailed = ({ status }: { status: string }) => status === 'failed';

const brokenOf = ({ testResults }: VitestReport) =>
  testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => [relative(root, name), ...assertionResults.filter(isFailed).map(({ fullName }) => fullName)]);

/** What failed and nothing else: in the record of a long run, the dots of thousands of tests hide it. */
function failuresOf({ testResults }: VitestReport): string {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => [
      `${relative(root, name)} ${message}`.trimEnd(),
      ...assertionResults.filter(isFailed).map(({ fullName, failureMessages = [] }) => `  ${fullName}\n${failureMessages.join('\n')}`),
    ])
    .join('\n');
}

function skippedOf({ testResults }: VitestReport): string[] {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending').map(({ fullName }) => fullName),
  );
}

/** Adds up, prints the closing line, and gives the exit code. */
export function close(tallies: readonly Tally[]): number {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  const skipped = tallies.flatMap((tally) => tally.skipped);
  for (const name of tallies.flatMap((tally) => tally.broken ?? [])) console.log(`failed: ${name}`);
  for (const reason of new Set(skipped)) console.log(`skipped: ${reason}`);
  console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
