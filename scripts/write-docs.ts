/** Writes the pages of docs/ that are made from the program: run it after changing what the command line says. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { helpAsMarkdown, verbsOf } from '../src/cli/index.ts';

mkdirSync('docs', { recursive: true });
const unwired = () => Promise.reject(new Error('only the help is asked for'));
writeFileSync(
  'docs/cli.md',
  helpAsMarkdown(
    verbsOf({ start: unwired, runDemo: unwired, runLis: unwired, writeExtracts: unwired, demoClientOf: unwired, servePractice: unwired }),
  ),
);
