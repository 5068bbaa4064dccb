import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdFolder, StartError } from '#kernel';
import type { Terminal } from './verb.ts';

/** What the browser's files are made from. */
const SOURCES = ['src/**/*.{ts,tsx,css,json,html,svg}', 'vite.config.ts', 'package-lock.json'];
export const webFolder = (root: string) => join(root, 'dist/web');

const isTest = (path: string) => /\.test\.tsx?$/.test(path);

/**
 * Builds the browser's files into dist/web, unless they were built from these very sources already.
 * @throws StartError with the end of what Vite said
 */
export async function readyWebBundle({ root, tell }: Pick<Terminal, 'root' | 'tell'>): Promise<void> {
  const turn = await takeTurn(root);
  try {
    await buildWhenStale(root, tell);
  } finally {
    await turn();
  }
}

/** Two starts side by side, on two data folders, build once. */
async function takeTurn(root: string): Promise<() => Promise<void>> {
  for (;;) {
    const release = await holdFolder('web', root);
    if (release) return release;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function buildWhenStale(root: string, tell: (line: string) => void): Promise<void> {
  const bundle = webFolder(root);
  const stampFile = join(bundle, '.built-from');
  const stamp = stampOf(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  tell('Building the pages for the browser…');
  const unfinished = join(root, `dist/web.${process.pid}`);
  const { code, said } = await viteBuild(root, unfinished);
  if (code !== 0) throw new StartError(`The pages for the browser could not be built; Vite said:\n${said.trim()}`);
  writeFileSync(join(unfinished, '.built-from'), stamp);
  rmSync(bundle, { recursive: true, force: true });
  renameSync(unfinished, bundle);
}

function stampOf(root: string): string {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: root }).toSorted()) {
    if (!isTest(path)) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

function viteBuild(root: string, outDir: string): Promise<{ code: number; said: string }> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  return new Promise((resolve, reject) => {
    const build = spawn(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'], { cwd: root });
    let said = '';
    const keep = (text: Buffer) => {
      said = (said + text).slice(-4_000);
    };
    build.stdout.on('data', keep);
    build.stderr.on('data', keep);
    build.once('error', reject);
    build.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}
