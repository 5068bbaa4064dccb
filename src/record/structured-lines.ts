import { type ClinicalDocument, contentOf, regimenWords, treatmentChanges } from '#formats';
import type { StructuredKind, StructuredLine } from './document-contract.ts';

/** Longest list of one kind: beyond it the headings are what is read. */
const MOST_LINES = 60;

type Content = ReturnType<typeof contentOf>;
type Treatment = Content['treatments'][number];
type Said = Partial<Omit<StructuredLine, 'words'>> & { words: string | undefined };

/**
 * The coded entries of a document as short lines. What an entry denies, what ended and whom it is about when not the patient stand in its line: a
 * name alone would say the contrary of the document.
 */
export function structuredOf(document: ClinicalDocument): { kind: StructuredKind; lines: StructuredLine[] }[] {
  const { vaccinations, allergies, problems, procedures, plannedCare, devices } = contentOf(document);
  const lists: Partial<Record<StructuredKind, Said[]>> = {
    ...treatmentsOf(document),
    vaccinations: vaccinations.map(({ start, ...one }) => ({ words: productOf(one), ...from(start), ...denied(one) })),
    allergies: allergies.map((one) => ({ words: one.agentName ?? wordsOf(one.agent) ?? one.words, ...span(one), ...denied(one) })),
    problems: problems.map((one) => {
      const relative = wordsOf(one.relative);
      return { words: wordsOf(one.code) ?? one.words, ...span(one), ...denied(one), ...(relative !== undefined && { relative }) };
    }),
    procedures: procedures.map((one) => ({ words: wordsOf(one.code) ?? one.words, ...from(one.start), ...denied(one) })),
    // What has to be done is told by its own words: its code may say no more than « visit ».
    plannedCare: plannedCare.map((one) => ({ words: one.words ?? wordsOf(one.code), ...from(one.at) })),
    devices: devices.map((one) => ({ words: wordsOf(one.code) ?? one.words, ...span(one) })),
  };
  return Object.entries(lists).flatMap(([kind, said]) => {
    const lines = distinct(said.flatMap(({ words, ...more }) => (words === undefined || words.trim() === '' ? [] : [{ words, ...more }])));
    return lines.length === 0 ? [] : [{ kind: kind as StructuredKind, lines: lines.slice(0, MOST_LINES) }];
  });
}

/** LOINC of the letter that tells what became of each treatment. */
const DISCHARGE_LETTER = '11490-0';
const CHANGES = ['treatments-started', 'treatments-changed', 'treatments-stopped', 'treatments-continued'] as const;

/**
 * A discharge letter says what became of each treatment, with why; other documents list them. What is denied, or stands under another heading of the
 * letter than those it compares, is listed as such.
 */
function treatmentsOf(document: ClinicalDocument): Partial<Record<StructuredKind, Said[]>> {
  const { treatments } = contentOf(document);
  if (document.code.code !== DISCHARGE_LETTER) return { treatments: treatments.map((one) => treatmentLine(one)) };
  const told = treatmentChanges(document).map(({ change, treatment, before, reasons }) => ({
    kind: change === 'unsaid' ? ('treatments' as const) : (`treatments-${change}` as const),
    line: treatmentLine(treatment, { reasons, ...(change === 'changed' && { before }) }),
  }));
  const others = treatments.filter(({ moment, isNegated }) => isNegated || !['before', 'during', 'after'].includes(moment));
  const linesOf = (kind: StructuredKind) => told.filter((one) => one.kind === kind).map(({ line }) => line);
  return {
    ...Object.fromEntries(CHANGES.map((kind) => [kind, linesOf(kind)])),
    treatments: [...linesOf('treatments'), ...others.map((one) => treatmentLine(one))],
  };
}

/** The product with its dose and rhythm: of one that was changed, before and now. */
function treatmentLine(
  one: Treatment,
  { reasons = [], before }: { reasons?: readonly string[]; before?: Treatment | undefined } = {},
): Said {
  const now = regimenWords(one);
  const was = before ? regimenWords(before) : '';
  const regimen = was !== '' && now !== '' && was !== now ? `${was} → ${now}` : before ? '' : now;
  const product = [productOf(one), regimen].filter(Boolean).join(' : ');
  return { words: [product, ...reasons].filter(Boolean).join(' — '), ...span(one), ...denied(one) };
}

const productOf = ({ name, product, words }: Omit<Treatment, 'start'>) => name ?? wordsOf(product) ?? words;

function wordsOf(code: { display?: string; originalText?: string } | undefined): string | undefined {
  return code?.display ?? code?.originalText;
}

const denied = ({ isNegated }: { isNegated: boolean }) => (isNegated ? { isDenied: true as const } : {});

function span({ start, end }: { start?: string; end?: string }): Pick<StructuredLine, 'from' | 'until'> {
  const until = dayOf(end);
  return { ...from(start), ...(until !== undefined && { until }) };
}

function from(start: string | undefined): Pick<StructuredLine, 'from'> {
  const day = dayOf(start);
  return day === undefined ? {} : { from: day };
}

/** The day, month or year of an HL7 time, as far as its sender said it. */
function dayOf(time: string | undefined): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})?(\d{2})?/.exec(time ?? '') ?? [];
  return year === undefined ? undefined : [year, month, day].filter(Boolean).join('-');
}

function distinct(lines: readonly StructuredLine[]): StructuredLine[] {
  return [...new Map(lines.map((line) => [JSON.stringify(line), line])).values()];
}
