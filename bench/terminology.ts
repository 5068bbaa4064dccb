/** How fast results are normalised: `node bench/terminology.ts`. Every arriving result passes here. */
import { catalogueRows, normalise, type ResultToNormalise } from '#terminology';

const started = performance.now();
const rows = catalogueRows().filter((row) => row.unit !== '');
const inputs: ResultToNormalise[] = rows.flatMap((row, at) =>
  row.codes.map((code) => ({
    loinc: code.loinc,
    label: row.label,
    unit: code.unit,
    number: { value: 10 + (at % 90) / 10, decimals: 1 },
    interval: { low: 5, high: 15 },
    laboratoryFiness: '750000001',
  })),
);

function round(times: number): number {
  const from = performance.now();
  let flags = 0;
  for (let turn = 0; turn < times; turn += 1) for (const input of inputs) if (normalise(input).computedFlag) flags += 1;
  if (flags === 0) throw new Error('no flag was computed: nothing was measured');
  return (times * inputs.length) / ((performance.now() - from) / 1000);
}

const first = round(1);
const best = Math.max(...Array.from({ length: 5 }, () => round(400)));
console.log(`rows ready after ${(performance.now() - started).toFixed(0)} ms in all; ${inputs.length} different results`);
console.log(`first pass ${Math.round(first)} results/s, then ${Math.round(best)} results/s (best of 5)`);
