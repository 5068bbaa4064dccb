import { step, type Tally, vitest } from './steps.ts';

const TIME_ZONES = ['rules UTC', 'rules Europe/Paris', 'rules Indian/Reunion'];

/** All that can be said of the sources without a database or a browser. Two at a time: the machines we aim at have two cores. */
export async function checks(): Promise<Tally[]> {
  const first = async () => [
    await step('types', ['tsc', '-p', '.']),
    await step('lint', ['oxlint']),
    await step('format', ['biome', 'check', '.']),
    await step('dead code', ['knip']),
  ];
  const second = async () => [await vitest('rules and architecture, in three time zones', TIME_ZONES)];
  return (await Promise.all([first(), second()])).flat();
}
