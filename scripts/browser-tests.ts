import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, root, runProgram, type Tally } from './steps.ts';

interface Suite {
  suites?: Suite[];
  specs?: { title: string; tests: { status: string; annotations: { type: string; description?: string }[] }[] }[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
  suites: Suite[];
}

/** The browser tests, against a real server and database. A test that passed only at its second try counts as failed. */
export async function browserTests(): Promise<Tally> {
  if (globSync('e2e/*.spec.ts', { cwd: root }).length === 0) return { passed: 0, failed: 0, skipped: [] };
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-report-'));
  const file = join(folder, 'browser.json');
  const started = performance.now();
  try {
    const { code, said } = await runProgram(['playwright', 'test', '--reporter=dot,json'], { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file } });
    const { stats, errors, suites } = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport;
    const found = stats.unexpected + stats.flaky + errors.length;
    const tally = { passed: stats.expected, failed: found === 0 && code !== 0 ? 1 : found, skipped: suites.flatMap(skippedOf) };
    report(`browser: ${tally.passed} passed`, tally.failed === 0, started, tally.failed === 0 ? '' : said);
    return tally;
  } catch (error) {
    report('browser', false, started, String(error));
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function skippedOf({ suites = [], specs = [] }: Suite): string[] {
  const here = specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'skipped')
      .map(({ annotations }) => {
        const reason = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
        return reason ? `${title}: ${reason}` : title;
      }),
  );
  return [...here, ...suites.flatMap(skippedOf)];
}
