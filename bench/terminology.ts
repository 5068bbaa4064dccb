/** How fast results are normalised: `node bench/terminology.ts`. Every arriving result passes here, with strings never seen before. */
import { catalogueRows, normalise, type ResultToNormalise } from '#terminology';

const ROUNDS = 5;
const COPIES = 300;

const started = performance.now();
const rows = catalogueRows().filter((row) => row.unit !== '');
const inputs: ResultToNormalise[] = rows.flatMap((row, at) =>
  row.codes.map((code) => ({
    loinc: code.loinc,
    label: row.label,
    unit: at % 2 === 0 ? code.unit : row.unitPrinted,
    number: { value: 10 + (at % 90) / 10, decimals: 1 },
    interval: { low: 5, high: 15 },
    laboratoryFiness: '750000001',
  })),
);
const readyMs = performance.now() - started;
const json = JSON.stringify(Array.from({ length: COPIES }, () => inputs).flat());

/** Results a second over fresh copies; reading the copies is not counted. */
function round(): number {
  const fresh = JSON.parse(json) as ResultToNormalise[];
  const from = performance.now();
  let flags = 0;
  for (const input of fresh) if (normalise(input).computedFlag) flags += 1;
  if (flags === 0) throw new Error('no flag was computed: nothing was measured');
  return fresh.length / ((performance.now() - from) / 1000);
}

const rates = Array.from({ length: ROUNDS }, round).map(Math.round);
console.log(`inputs ready after ${readyMs.toFixed(0)} ms; ${inputs.length} different results, ${inputs.length * COPIES} a round`);
console.log(`first round ${rates[0]} results/s, then ${rates.slice(1).join(', ')} results/s`);
