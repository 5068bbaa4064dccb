import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const rule = (timeZone: string) => ({
  test: {
    name: `rules ${timeZone}`,
    include: ['src/**/*.test.{ts,tsx}', 'test/*.test.ts'],
    exclude: ['**/*.{db,process}.test.ts', '**/node_modules/**'],
    env: { TZ: timeZone },
    // Pure functions share one process a zone: what they import is read once, in half the time.
    isolate: false,
    // Property tests on a machine that also runs other things.
    testTimeout: 30_000,
  },
});

/**
 * A test waits for the state that it needs: nothing here judges how soon a slow machine reaches it, which by default is one second. It looks again soon, since
 * what it waits for mostly takes a few milliseconds.
 */
const PATIENT = { poll: { timeout: 20_000, interval: 10 } };

export default defineConfig({
  test: {
    // All cores: tests wait for the database and for programs half of their time, so that one less leaves a machine of two half idle.
    maxWorkers: availableParallelism(),
    projects: [
      rule('UTC'),
      rule('Europe/Paris'),
      rule('Indian/Reunion'),
      {
        test: {
          name: 'database',
          include: ['src/**/*.db.test.ts', 'test/**/*.db.test.ts'],
          globalSetup: ['test/support/database-server.ts'],
          expect: PATIENT,
          // Each file has a database of its own; the modules that they share keep nothing between files.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'processes',
          include: ['test/*.process.test.ts'],
          globalSetup: ['test/support/database-server.ts'],
          expect: PATIENT,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
