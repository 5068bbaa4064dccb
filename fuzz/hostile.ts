import { tryHostile } from '../test/support/hostile.ts';
import { hostileReaders } from '../test/support/hostile-inputs.ts';

/**
 * Inputs made to cost more than they weigh, for every reader: each must be read or refused within 50 ms and 10 ms a megabyte of processor time, in four
 * times its bytes of memory. `node fuzz/hostile.ts [MEGABYTES] [TIMES] [SLACK]` prints the time and memory of each; ends with 1 when one is late or heavy.
 * Memory is told well only as `test/hostile.process.test.ts` starts it.
 */
const [megabytes = '15', times = '3', slack = '1'] = process.argv.slice(2);
let failures = 0;
for (const reader of hostileReaders(Number(megabytes))) failures += tryHostile(reader, { times: Number(times), slack: Number(slack) });
process.exitCode = failures > 0 ? 1 : 0;
