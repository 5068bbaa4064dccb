import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';

/** React Aria carries its own words in thirty languages; the screens speak two. The others would weigh 30 kB in every page. */
function onlyOurLanguages(): Plugin {
  return {
    name: 'only-our-languages',
    load(id) {
      const language = /\/react-(?:aria|stately|aria-components)\/dist\/private\/intl\/[^/]+\/([a-z]{2}-[A-Z]{2})\.mjs$/.exec(id)?.[1];
      return language && !['fr-FR', 'en-US'].includes(language) ? 'export default {};' : undefined;
    },
  };
}

/** Scripts and styles once more in Brotli and gzip beside themselves: the server sends what the browser takes, and compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir }) {
      for (const file of globSync(`${dir}/**/*.{js,css,svg}`)) {
        const bytes = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/**
 * The page names from its first line what every screen needs: the browser fetches the scripts, the styles and the letters together, instead of
 * finding each in the one before.
 */
function namedAhead(): Plugin {
  return {
    name: 'named-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {}, path }) => {
        // The page of another software names what it needs itself.
        if (!path.endsWith('/index.html')) return [];
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const [main, viewer] = ['main.tsx', 'patient-biology.page.tsx'].map((file) => {
          const found = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/app/${file}`)));
          if (!found) throw new Error(`no script is made of ${file}`);
          return found;
        });
        const scripts = [main!, viewer!, ...chunks.filter(({ fileName, isEntry }) => !isEntry && main!.imports.includes(fileName))];
        const styles = [...new Set(scripts.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]))];
        const letters = Object.keys(bundle).filter((name) => name.endsWith('.woff2'));
        const link = (attrs: HtmlTagDescriptor['attrs']): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { ...attrs, crossorigin: true },
          injectTo: 'head',
        });
        return [
          ...scripts.map(({ fileName }) => link({ rel: 'modulepreload', href: `/${fileName}` })),
          ...styles.map((name) => link({ rel: 'stylesheet', href: `/${name}` })),
          ...letters.map((name) => link({ rel: 'preload', as: 'font', type: 'font/woff2', href: `/${name}` })),
        ];
      },
    },
  };
}

interface ModuleInfos {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

const needed = new Map<string, Set<string>>();

/** The modules that run before a module of the shell does, itself included. */
function modulesNeededBy(file: string, modules: ModuleInfos): Set<string> {
  const known = needed.get(file);
  if (known) return known;
  const found = new Set([fileURLToPath(new URL(`src/app/${file}`, import.meta.url))]);
  for (const id of found) for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  needed.set(file, found);
  return found;
}

/** Names the file of the modules that a module of the shell needs, when no group before it took them. */
const neededBy = (file: string, name: string) => (id: string, modules: ModuleInfos) =>
  modulesNeededBy(file, modules).has(id) ? name : null;

/** Of 11: a tenth larger than the best, ten times faster, because a first start waits for it. */
const BROTLI_QUALITY = 9;

const page = (name: string) => fileURLToPath(new URL(`src/app/${name}`, import.meta.url));

const server = `http://127.0.0.1:${process.env['PORT'] ?? 8080}`;

export default defineConfig({
  root: fileURLToPath(new URL('src/app', import.meta.url)),
  plugins: [react(), onlyOurLanguages(), namedAhead(), compressed()],
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    /* The content policy allows files of our own address only: nothing becomes a data: address. */
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      /* Cigogne, and the demonstration software of a practice, which another server serves. */
      input: { index: page('index.html'), practice: page('practice.html') },
      output: {
        codeSplitting: {
          groups: [
            /* Two files a language, whatever the number of modules that have words: of the first pages, of the others. */
            { name: 'words-fr', test: /(?:app|ui|(?:biology|terminology).web).messages\.fr\.json$/ },
            { name: 'words-en', test: /(?:app|ui|(?:biology|terminology).web).messages\.en\.json$/ },
            { name: 'lgc-words-fr', test: /lgc.web.messages\.fr\.json$/ },
            { name: 'lgc-words-en', test: /lgc.web.messages\.en\.json$/ },
            { name: 'more-words-fr', test: /messages\.fr\.json$/ },
            { name: 'more-words-en', test: /messages\.en\.json$/ },
            /* Each file costs a question to the server: what every screen needs is one, what the viewer adds before its first row another. */
            { name: neededBy('early.ts', 'early'), priority: -1 },
            { name: neededBy('main.tsx', 'shell'), priority: -2 },
            { name: neededBy('patient-biology.page.tsx', 'viewer'), priority: -3 },
          ],
        },
      },
    },
  },
  /* `vite` alone, while drawing screens: the page from here, the answers from a running server. */
  server: { proxy: { '/api': server, '/oidc': server } },
});
