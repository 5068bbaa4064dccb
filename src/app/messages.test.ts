import { globSync, readFileSync } from 'node:fs';
import { createIntl } from 'react-intl';
import { expect, test } from 'vitest';

type Catalogue = Record<string, string>;

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Catalogue;
const folders = globSync('src/**/messages.fr.json').map((file) => file.replace(/messages\.fr\.json$/, ''));
const fr = folders.map((folder) => read(`${folder}messages.fr.json`));
const en = folders.map((folder) => read(`${folder}messages.en.json`));
const known = new Set(fr.flatMap((catalogue) => Object.keys(catalogue)));
const sources = globSync('src/**/*.{ts,tsx}')
  .filter((file) => /^src\/(app|ui|[^/]+\/web)\//.test(file) && !file.includes('.test.'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Keys written whole in the source: `t('app.retry')`, `id="app.retry"`, and any word that begins like a key of its module. */
const used = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/(?:\bt\(|\bid=)\s*['"]([a-z]+(?:\.[\w-]+)+)['"]/g)].map(([, key]) => ({ file, key: key! })),
);

test('the test sees the catalogues and their use', () => {
  expect(folders.length).toBeGreaterThan(1);
  expect(used.length).toBeGreaterThan(20);
});

test('every word on screen exists in French and in English', () => {
  for (const [i] of folders.entries()) expect(Object.keys(en[i]!).toSorted()).toEqual(Object.keys(fr[i]!).toSorted());
});

test('every key written in the source has its words', () => {
  expect(used.filter(({ key }) => !known.has(key))).toEqual([]);
});

test('no words are kept that no page says', () => {
  const found = (pattern: RegExp) => new Set(sources.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, words]) => words!)));
  const whole = found(/['"]([\w-]+(?:\.[\w-]+)+)['"]/g);
  // `t(`biology.row.${row}`)`: the fixed beginning is in the source.
  const beginnings = found(/`([\w-]+(?:\.[\w-]+)+)\.\$\{/g);
  const isBuilt = (key: string) => key.split('.').some((_, i, parts) => beginnings.has(parts.slice(0, i + 1).join('.')));
  expect([...known].filter((key) => !whole.has(key) && !isBuilt(key))).toEqual([]);
});

test('every message reads as ICU, is named after its module, and neither blames nor shouts', () => {
  const faults = [
    ...fr.flatMap((catalogue, i) => faultsOf('fr', catalogue, folders[i]!)),
    ...en.flatMap((catalogue, i) => faultsOf('en', catalogue, folders[i]!)),
  ];
  expect(faults).toEqual([]);
});

function faultsOf(locale: string, catalogue: Catalogue, folder: string): string[] {
  const faults: string[] = [];
  const intl = createIntl({ locale, messages: catalogue, onError: (error) => void faults.push(error.message) });
  for (const [key, words] of Object.entries(catalogue)) {
    intl.formatMessage({ id: key }, sample(words));
    if (!key.startsWith(`${folder.split('/')[1]}.`)) faults.push(`${key}: not of this module`);
    if (/!|oups/i.test(words)) faults.push(`${key}: shouting`);
  }
  return faults;
}

/** A value for each name in the message, good for words and numbers alike. */
const sample = (words: string) => ({
  ...Object.fromEntries([...words.matchAll(/\{(\w+)/g)].map(([, name]) => [name!, 2])),
  b: (parts: unknown) => String(parts),
});

test('every page whose words come after those of results waits for them', () => {
  const router = readFileSync('src/app/router.tsx', 'utf8');
  const impatient = [...router.matchAll(/lazyRouteComponent\(\(\) => import\('([^']+)'/g)].map(([, page]) => page);
  expect(impatient).toEqual(['./patient-biology.page.tsx']);
});
