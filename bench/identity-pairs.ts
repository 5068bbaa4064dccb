/**
 * How well printed patients are told apart: `node bench/identity-pairs.ts [pairs, 1000000]`.
 * Half of the pairs are one person printed twice, with the slips of a reception desk; half are two people, most of them close on purpose (twins,
 * homonyms, parents and children, neighbours in the alphabet). Measured: the automatic rule (same INS, concordant traits), and whether the score
 * would put the right record in front of a person. The share of each slip is our estimate.
 */
import { compareTraits, isConcordant } from '../src/identity/compare.ts';
import type { Patient, Traits } from '../src/identity/contract.ts';
import { DEFAULT_SCORE, scoreCandidate } from '../src/identity/score.ts';

const PAIRS = Number(process.argv[2] ?? 1_000_000);
let state = 7;
const below = (n: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!;
const SYLLABLES = ['BAR', 'LE', 'MON', 'DU', 'RI', 'CHE', 'VAN', 'TO', 'GAU', 'PER', 'LIN', 'SA', 'MAR', 'DE', 'ROU', 'FA', 'NI', 'COL'];
const name = () => Array.from({ length: 2 + below(2) }, () => oneOf(SYLLABLES)).join('');
const two = (n: number) => String(n).padStart(2, '0');
const day = () => `${1930 + below(90)}-${two(1 + below(12))}-${two(1 + below(28))}`;

function person(): Traits {
  const first = name();
  return {
    birthFamily: `${name()}-ESSAI`,
    firstBirthGiven: first,
    birthGivens: `${first} ${name()}`,
    sex: oneOf(['M', 'F'] as const),
    birthDate: day(),
    birthPlace: { cog: `99${below(900) + 100}` },
  };
}

function slip(text: string): string {
  const at = below(text.length);
  const letters = [...text];
  if (below(2) === 0) letters[at] = oneOf([...'ABCDEFGHIKLMNOPRSTUV']);
  else letters.splice(at, 1);
  return letters.join('');
}
const swapDay = (date: string) => {
  const [year, month, dayOfMonth] = date.split('-') as [string, string, string];
  return Number(dayOfMonth) <= 12 ? `${year}-${dayOfMonth}-${month}` : `${year}-${month}-${two((Number(dayOfMonth) % 28) + 1)}`;
};

/** What happens to a print of one person: what, and in how many of 1,000. */
const SLIPS: [what: string, in1000: number, change: (traits: Traits) => Partial<Traits>][] = [
  ['case, accents, hyphens', 100, ({ birthFamily }) => ({ birthFamily: birthFamily.toLowerCase().replace('-', ' ') })],
  ['first given name alone', 150, ({ firstBirthGiven }) => ({ birthGivens: firstBirthGiven })],
  ['slip in the birth name', 15, ({ birthFamily }) => ({ birthFamily: slip(birthFamily) })],
  ['used name in its place', 15, () => ({ birthFamily: name() })],
  ['slip in the given name', 10, ({ firstBirthGiven }) => ({ firstBirthGiven: slip(firstBirthGiven), birthGivens: slip(firstBirthGiven) })],
  ['day or month', 8, ({ birthDate }) => ({ birthDate: swapDay(birthDate) })],
  ['no birthplace', 60, () => ({ birthPlace: {} })],
  ['sex', 3, ({ sex }) => ({ sex: sex === 'M' ? 'F' : 'M' })],
];
function printedAgain(traits: Traits): Traits {
  const changes = SLIPS.filter(([, in1000]) => below(1_000) < in1000).map(([, , change]) => change(traits));
  return Object.assign({}, traits, ...changes) as Traits;
}

const OTHERS: [what: string, make: (traits: Traits) => Partial<Traits>][] = [
  ['a stranger', () => person()],
  ['a twin of the same sex', ({ firstBirthGiven }) => given(another(firstBirthGiven))],
  ['a homonym born elsewhere', () => ({ birthPlace: { cog: `99${below(900) + 100}` } })],
  ['a parent or child of the same given name', () => ({ birthDate: day() })],
  [
    'a stranger of the same birth date and name',
    ({ firstBirthGiven }) => ({ ...given(another(firstBirthGiven)), birthPlace: { cog: `99${below(900) + 100}` } }),
  ],
];
function another(given: string): string {
  for (;;) {
    const drawn = name();
    if (drawn !== given) return drawn;
  }
}
const given = (first: string) => ({ firstBirthGiven: first, birthGivens: `${first} ${name()}` });

const asPatient = (traits: Traits): Patient => ({ patientId: 'x', traits, status: 'qualified', attributes: [] });
const count = new Map<string, { pairs: number; joined: number; proposed: number }>();
function judge(kind: string, printed: Traits, known: Traits): void {
  const line = count.get(kind) ?? { pairs: 0, joined: 0, proposed: 0 };
  line.pairs += 1;
  if (isConcordant(compareTraits(printed, known))) line.joined += 1;
  if (scoreCandidate(printed, undefined, asPatient(known)).score >= DEFAULT_SCORE.leastScore) line.proposed += 1;
  count.set(kind, line);
}

const from = performance.now();
for (let n = 0; n < PAIRS; n += 2) {
  const known = person();
  judge('one person printed twice', printedAgain(known), known);
  const [kind, make] = oneOf(OTHERS);
  const other = { ...known, ...make(known) };
  const isOther = JSON.stringify(other) !== JSON.stringify(known);
  if (isOther) judge(kind, printedAgain(other), known);
}
console.log(`${PAIRS} pairs in ${((performance.now() - from) / 1000).toFixed(1)} s`);
console.log('| pair | pairs | joined under one INS | proposed to a person without INS |\n| --- | --- | --- | --- |');
const share = (part: number, of: number) => `${((100 * part) / of).toFixed(2)} % (${part})`;
for (const [kind, { pairs, joined, proposed }] of count) {
  console.log(`| ${kind} | ${pairs} | ${share(joined, pairs)} | ${share(proposed, pairs)} |`);
}
