import assert from 'node:assert/strict';
import type { Db } from '#kernel';
import { type Step, Universe } from './sequences.fixture.ts';

/** A sequence that broke what must hold; `steps` to take again. */
export class SequenceFault extends Error {
  override readonly name = 'SequenceFault';
  readonly steps: readonly Step[];
  constructor(steps: readonly Step[], cause: unknown) {
    super(`${cause instanceof Error ? cause.message : String(cause)}\nafter ${JSON.stringify(steps)}`, { cause });
    this.steps = steps;
  }
}

/**
 * Takes sequences side by side, each in a universe of its own people, on an empty register: one step of each, then one look at all that the
 * database holds of all of them.
 * @param first number of the first universe; the same again is the same people
 * @throws SequenceFault
 */
export async function runSequences(db: Db, sequences: readonly (readonly Step[])[], first: number): Promise<void> {
  await db.script(
    'delete from identity.waiting; delete from identity.source_identity; delete from identity.ins; delete from identity.patient',
  );
  const running = sequences.map((steps, n) => ({ steps, universe: new Universe(db, first + n) }));
  const longest = Math.max(0, ...sequences.map(({ length }) => length));
  for (let n = 0; n < longest; n++) {
    const taken = running.filter(({ steps }) => n < steps.length);
    await Promise.all(taken.map((one) => one.universe.take(one.steps[n]!).catch(faultOf(one.steps.slice(0, n + 1)))));
    await check(db, taken, running, n);
  }
  await Promise.all(running.map(({ steps, universe }) => universe.splitAll().catch(faultOf(steps))));
}

interface Running {
  steps: readonly Step[];
  universe: Universe;
}

const faultOf = (steps: readonly Step[]) => (cause: unknown) => {
  throw new SequenceFault(steps, cause);
};

/** Everything that must hold after each step: what the database says is what was done, no more. */
async function check(db: Db, taken: readonly Running[], running: readonly Running[], n: number): Promise<void> {
  const lines = await db.query<{ id: string; depositId: string; state: string; patientId: string | null }>(
    'test-waiting-lines',
    `select waiting_id as id, deposit_id as "depositId", state, patient_id as "patientId" from identity.waiting`,
  );
  const records = await db.query<{ id: string; into: string | null }>(
    'test-records',
    'select patient_id as id, merged_into as into from identity.patient',
  );
  const states = new Map(lines.map((line) => [line.depositId, line]));
  const merges = new Map(records.map(({ id, into }) => [id, into]));
  const open = lines.filter(({ state }) => state === 'waiting').length;
  for (const { steps, universe } of taken) {
    try {
      universe.checkDocuments();
      for (const [id, depositId] of universe.waiting)
        assert.deepEqual([states.get(depositId)?.id, states.get(depositId)?.state], [id, 'waiting']);
      for (const [depositId, home] of universe.filed) {
        const line = states.get(depositId);
        if (line) assert.deepEqual([line.state === 'waiting', line.patientId], [false, home], 'the worklist says where a document went');
      }
      for (const id of universe.whoIs.keys())
        assert.equal(merges.get(id) ?? undefined, universe.mergedInto.get(id), 'a record is merged as decided');
    } catch (error) {
      throw new SequenceFault(steps.slice(0, n + 1), error);
    }
  }
  const waiting = running.reduce((sum, { universe }) => sum + universe.waiting.size, 0);
  assert.equal(open, waiting, 'nothing else waits');
}
