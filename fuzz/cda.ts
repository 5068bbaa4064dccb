import { globSync, readFileSync } from 'node:fs';
import { type LabReport, narrativeToHtml, readLabReport, type Section, writeCda } from '../src/formats/index.ts';
import { makeVocabulary, Refusal, scanXml } from '../src/kernel/index.ts';
import { chemistryReport } from '../test/support/lab-report.ts';
import { damaged, pick, randomFrom, randomXml } from '../test/support/random-xml.ts';
import { disagreement } from '../test/support/xml-events.ts';

/**
 * Grammar fuzz of the XML scanner and of the CDA reader. Each input comes from a seed, so that a failure is shown again by
 * `node fuzz/cda.ts 1 SEED`. What must hold:
 * - the scanner takes, refuses and sees what a conforming parser does (but where it is stricter on purpose);
 * - a damaged report gives a report, or a refusal that says where, and nothing else;
 * - what was read can be written, and what was written can be read;
 * - a narrative becomes HTML that holds our own tags only.
 */
export interface FuzzOutcome {
  inputs: number;
  reports: number;
  refusals: number;
  /** What went wrong, with the seed that shows it again. */
  failures: string[];
}

export interface FuzzLimits {
  iterations?: number;
  seconds?: number;
  seed?: number;
}

const MAX_FAILURES = 20;
const { vocabulary } = makeVocabulary('urn:hl7-org:v3', [['a', 'b', 'code', 'section']], ['urn:x']);
const OUR_TAGS =
  /<\/?(?:table|thead|tbody|tfoot|tr|th|td|caption|ul|ol|li|p|span|sub|sup|br)(?: (?:colspan|rowspan)="\d+"| class="[a-z -]+"| data-(?:ref|media)="[\w.-]+")*>/g;

export function run({ iterations = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, seed = 1 }: FuzzLimits): FuzzOutcome {
  const outcome: FuzzOutcome = { inputs: 0, reports: 0, refusals: 0, failures: [] };
  const documents = startingDocuments();
  const end = performance.now() + seconds * 1000;
  for (let at = seed; outcome.inputs < iterations && outcome.failures.length < MAX_FAILURES; at++) {
    if (outcome.inputs % 64 === 0 && performance.now() > end) break;
    outcome.inputs += 1;
    try {
      // One in six is a whole report: forty times the work of a small document.
      const fault = at % 6 === 0 ? tryReport(at, documents, outcome) : disagreement(randomXml(at), (source) => scanXml(source, vocabulary));
      if (fault !== undefined) outcome.failures.push(`seed ${at}: ${fault}`);
    } catch (error) {
      outcome.failures.push(`seed ${at}: ${String(error)}`);
    }
  }
  return outcome;
}

/** Our own small report, and the official samples without their PDFs when they are there. */
function startingDocuments(): string[] {
  const samples = globSync('../shared/samples/cda/*.xml').map((file) =>
    readFileSync(file, 'utf8').replace(/[A-Za-z0-9+/=\s]{2000,}/g, 'AAAA'),
  );
  return [writeCda(chemistryReport(1)), writeCda(chemistryReport(3), { pdf: 'AAAA' }), ...samples];
}

function tryReport(seed: number, documents: readonly string[], outcome: FuzzOutcome): string | undefined {
  const random = randomFrom(seed);
  let xml = pick(random, documents);
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) xml = damaged(random, xml);
  let report: LabReport;
  try {
    report = readLabReport(Buffer.from(xml), 'application/xml');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    outcome.refusals += 1;
    return error.at ? undefined : `a refusal without a place: ${error.message}`;
  }
  outcome.reports += 1;
  readLabReport(Buffer.from(writeCda(report)), 'application/xml');
  return report.sections.map(foreignMarkup).find((fault) => fault !== undefined);
}

function foreignMarkup(section: Section): string | undefined {
  const html = section.narrative === undefined ? '' : narrativeToHtml(section.narrative);
  if (/[<>]/.test(html.replace(OUR_TAGS, ''))) return 'a narrative let foreign markup through';
  return section.sections.map(foreignMarkup).find((fault) => fault !== undefined);
}

if (import.meta.main) {
  const [iterations = '100000', seed = '1'] = process.argv.slice(2);
  const started = performance.now();
  const outcome = run({ iterations: Number(iterations), seed: Number(seed) });
  for (const failure of outcome.failures) console.log(failure);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${outcome.inputs} inputs in ${seconds.toFixed(0)} s: ${outcome.reports} damaged reports read, ${outcome.refusals} refused, ${outcome.failures.length} failures`,
  );
  process.exitCode = outcome.failures.length > 0 ? 1 : 0;
}
