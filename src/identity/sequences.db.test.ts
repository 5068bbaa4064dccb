import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { runSequences } from './run-sequences.fixture.ts';
import { sequence } from './sequences.fixture.ts';

const database = testDatabase();

/**
 * Random sequences of arrivals, decisions, merges, splits, recalls and corrections. Whatever happens, each document is in exactly one record or in
 * the worklist, never in a record of someone else, and a split gives back what was there. `npm run fuzz identity-sequences` is the long run.
 */
test('whatever arrives and is decided, each document is in one record of its own person or in the worklist, and a split restores', async () => {
  const property = fc.asyncProperty(fc.array(sequence, { minLength: 16, maxLength: 16 }), (sequences) =>
    runSequences(database.db, sequences, 1),
  );
  // the message of the fault has its steps; the long run makes them fewer
  await expect(fc.assert(property, { numRuns: 4, endOnFailure: true })).resolves.toBeUndefined();
});
