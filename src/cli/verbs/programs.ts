import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { EXIT, type Terminal, UsageError, type Verb } from '../verb.ts';

/** Measures of what we promise, on this machine. */
export const benchVerb = programsVerb('bench', 'Measure speed on this machine: the programs of bench/, one after the other.');

/** Long random tests of the readers, and of identity. */
export const fuzzVerb = programsVerb(
  'fuzz',
  'Try the readers on damaged and hostile input, identity on random decisions, what is kept between readings: the programs of fuzz/, one after the other.',
);

/** A verb that runs the programs of a folder, each alone: what they measure is the whole machine's. */
function programsVerb(folder: 'bench' | 'fuzz', summary: string): Verb {
  return {
    name: folder,
    summary,
    operands: [],
    rest: 'NAME',
    options: {},
    notes: `NAME chooses some of them: a file of ${folder}/ without its ending. Each tells at its top what it does, and runs alone with\nmore options: node ${folder}/NAME.ts. Ends with 1 when one of them fails.`,
    async run({ operands }, terminal) {
      const programs = choose(folder, operands, terminal.root);
      if (folder === 'bench') terminal.say(machineFacts());
      const failed: string[] = [];
      for (const path of programs) {
        terminal.say(`\n${path}`);
        if ((await runProgram(path, terminal)) !== 0) failed.push(path);
      }
      if (failed.length > 0) terminal.tell(`Failed: ${failed.join(', ')}`);
      return failed.length === 0 ? EXIT.done : EXIT.fault;
    },
  };
}

function choose(folder: string, names: readonly string[], root: string): string[] {
  const all = globSync(`${folder}/*.ts`, { cwd: root }).toSorted();
  const unknown = names.find((name) => !all.includes(`${folder}/${name}.ts`));
  if (unknown === undefined) return names.length === 0 ? all : names.map((name) => `${folder}/${name}.ts`);
  throw new UsageError(`there is no "${unknown}" among ${all.map((path) => basename(path, '.ts')).join(', ')}`);
}

/** Without them a figure means nothing. */
function machineFacts(): string {
  const [first] = cpus();
  const busy = loadavg()[0]!.toFixed(1);
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores ${first?.model.trim() ?? '?'} (${arch()}), ${memory} GiB, Linux ${release()}, Node ${process.version}, load ${busy}`;
}

function runProgram(path: string, { root }: Terminal): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [join(root, path)], { cwd: root, stdio: 'inherit' });
    program.once('error', reject);
    program.once('exit', (code) => resolve(code ?? 1));
  });
}
