import { expect, test } from 'vitest';
import { checkVersion } from './prepare.ts';
import { StartError } from './start-error.ts';

test.each([150_000, 150_018, 180_004])('PostgreSQL %i is taken', (version) => {
  expect(() => checkVersion(version)).not.toThrow();
});

test.each([140_012, 90_624])('PostgreSQL %i is too old, which is told with what to do', (version) => {
  expect(() => checkVersion(version)).toThrow(StartError);
  expect(() => checkVersion(version)).toThrow(/Cigogne needs 15 to 18: upgrade it, or point DATABASE_URL to another/);
});
