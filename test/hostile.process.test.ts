import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/**
 * A process of its own, so that memory is that of the readers alone: large buffers go back to the system as soon as they are free, and the young
 * generation of the collector is small beside the inputs. Three times the time is allowed, to a machine that runs other tests: `npm run fuzz` allows none.
 */
test('each reader takes or refuses what is made to cost more than it weighs, in its time and in four times its bytes', {
  timeout: 180_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-semi-space-size=2', 'fuzz/hostile.ts', '3', '4', '3'], {
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '0' },
    maxBuffer: 2 ** 24,
  }).catch((error: { stdout: string }) => error);
  const lines = stdout.trim().split('\n');
  // Told whole: which reader, what it cost and what was allowed.
  expect(lines.filter((line) => !line.startsWith('ok')).join('\n')).toBe('');
  for (const reader of ['CDA', 'HL7 v2', 'HPRIM', 'FHIR', 'XDM']) {
    const own = lines.filter((line) => line.includes(`  ${reader}: `));
    expect(own.length).toBeGreaterThan(10);
    expect(own.some((line) => /20 MB and one byte: \w+\.hostile at /.test(line))).toBe(true);
  }
});
