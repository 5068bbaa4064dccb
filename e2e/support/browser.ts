import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Debian's package, and where other Linux systems put the same browser. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** No call to the outside: the browser's own errands would only fail, many at a time, where the network is closed. */
export const BROWSER_FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The machine's Chromium where there is one, else the one that comes with npm, unpacked once a machine and user. */
export async function findBrowser(): Promise<string> {
  return INSTALLED.find((path) => existsSync(path)) ?? unpackFromNpm();
}

async function unpackFromNpm(): Promise<string> {
  const { version } = JSON.parse(readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8')) as { version: string };
  const home = join(tmpdir(), `cigogne-chromium-${version}-${userInfo().username}`);
  if (!existsSync(home)) {
    const unfinished = mkdtempSync(`${home}-`);
    const { TMPDIR, FONTCONFIG_PATH } = process.env;
    // The package unpacks where temporary files go, and takes a half-written file for a finished one: give it a new folder.
    process.env.TMPDIR = unfinished;
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    restore('TMPDIR', TMPDIR);
    restore('FONTCONFIG_PATH', FONTCONFIG_PATH);
    if (existsSync(home)) rmSync(unfinished, { recursive: true });
    else renameSync(unfinished, home);
  }
  // Letters, where the machine has none of its own.
  process.env.FONTCONFIG_PATH ??= existsSync('/etc/fonts/fonts.conf') ? '/etc/fonts' : join(home, 'fonts');
  return join(home, 'chromium');
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
