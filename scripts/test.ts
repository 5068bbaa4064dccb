/** `npm test`: the checks, the tests on a real database, the browser tests. The last line counts them all. */
import { browserTests } from './browser-tests.ts';
import { checks } from './checks.ts';
import { close, vitest } from './steps.ts';

const started = performance.now();
const tallies = [...(await checks()), await vitest('database and real processes', ['database', 'processes']), await browserTests()];
console.log(`All tests took ${Math.round((performance.now() - started) / 1000)} s.`);
process.exitCode = close(tallies);
