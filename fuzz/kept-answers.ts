import { spawnSync } from 'node:child_process';

/**
 * Long runs of src/fhir/world/kept-answers.db.test.ts: a server that has answered everybody against one that has just started, while reports come and rights
 * change. `node fuzz/kept-answers.ts [ACTS] [SEED]`; ends with 1 when one answer of the two differs, and tells the seed that shows it again.
 */
const [acts = '400', seed = String(Math.floor(Math.random() * 1_000_000))] = process.argv.slice(2);
const test = 'src/fhir/world/kept-answers.db.test.ts';
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'database', test], {
  env: { ...process.env, KEPT_ACTS: acts, KEPT_SEED: seed },
  stdio: 'inherit',
});
process.exitCode = status === 0 ? 0 : 1;
