import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FLOORS } from '../src/floors.ts';

const IMPORT = /^\s*(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const moduleOf = (path: string) => path.replace(/^(#|src\/)/, '').split('/')[0] ?? '';
const floorOf = (module: string) => FLOORS.findIndex((floor) => floor.includes(module));
const isWeb = (path: string) => /^src\/(app|ui|[^/]+\/web)\//.test(path);
const files = globSync('src/*/**/*.{ts,tsx}').filter((file) => !/\.test\.tsx?$/.test(file));

/** Every import of our own code: from which file, and to which `#door` or relative path. */
const imports = files.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)]
    .map(([, fixed, bare, lazy]) => fixed ?? bare ?? lazy ?? '')
    .filter((target) => /^[#.]/.test(target))
    .map((target) => ({ file, target })),
);

test('the architecture test sees the imports of the house', () => {
  expect(imports.length).toBeGreaterThan(5);
});

test('every folder of src stands on a floor', () => {
  const homeless = [...new Set(files.map(moduleOf))].filter((module) => floorOf(module) < 0);
  expect(homeless, 'add the folder to src/floors.ts').toEqual([]);
});

test('a module imports only modules of a lower floor, by their front door', () => {
  const broken: string[] = [];
  for (const { file, target } of imports) {
    const here = moduleOf(file);
    const byName = target.startsWith('#');
    const there = moduleOf(byName ? target : join(dirname(file), target));
    const allowed = there === here ? !byName : byName && floorOf(there) < floorOf(here);
    if (!allowed) broken.push(`${file} → ${target}`);
  }
  expect(broken, 'move the wanted thing lower, or let the two modules meet in flows/').toEqual([]);
});

test('server files never import browser files, and browser files import only ui, contracts and pure rules offered to them', () => {
  const broken: string[] = [];
  for (const { file, target } of imports) {
    const toWeb = target.endsWith('/web') || target === '#ui' || (target.startsWith('.') && isWeb(join(dirname(file), target)));
    if (!isWeb(file) && toWeb) broken.push(`${file} → ${target}: server to browser`);
    const insideModule = target.startsWith('.');
    const allowedInWeb = insideModule || target === '#ui' || target.endsWith('/contract') || target.endsWith('/web');
    if (isWeb(file) && !allowedInWeb) broken.push(`${file} → ${target}: the browser takes contracts only`);
  }
  expect(broken).toEqual([]);
});

test('a server that a file of test/support opens when it is imported is of one test file: files share modules, and it ends with the first of them', () => {
  const readers = globSync(['src/**/*.test.ts', 'test/**/*.ts', 'fuzz/*.ts']).map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  const opening = globSync('test/support/*.ts').filter((file) =>
    /^(?:export )?const .* = test(?:Server|Database)\(/m.test(readFileSync(file, 'utf8')),
  );
  const shared = opening.filter((file) => readers.filter(({ text }) => text.includes(`/${basename(file)}'`)).length > 1);
  expect(shared, 'give it in a function that each test file calls').toEqual([]);
});
