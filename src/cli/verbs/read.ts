import { readConfig } from '#kernel';
import type { StoredResult } from '#record';
import { EXIT, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';

/** Shows what Cigogne reads in a document, without keeping anything: for who writes such documents, and for who doubts. */
export const readVerb: Verb = {
  name: 'read',
  summary: 'Show what Cigogne reads in a laboratory report, keeping nothing.',
  operands: ['FILE'],
  options: { json: { type: 'boolean', help: 'Print a JSON array with one object a result.' } },
  notes:
    'Each object has: n (place in the report), code (LOINC, else the local code), codeSystem (loinc, local or none), label, value\n' +
    '(a number where the laboratory printed one, else its text), text (as printed), unit (as printed), at (sampling, ISO 8601),\n' +
    'status; and where known atPrecision, comparator, decimals, interval, flag, interpretation, method, comment, battery, isolate,\n' +
    'specimen; then normalised: what Cigogne makes of it (row of the catalogue, UCUM unit, conversion, computed flag).',
  async run({ options, operands }, terminal) {
    const { REGION_TIME_ZONE } = readConfig(terminal.env);
    const bytes = readDocument(operands[0] ?? '');
    const [{ readLabReport }, { normaliseResults }] = await Promise.all([import('#formats'), import('#flows')]);
    const report = readLabReport(bytes);
    const results = normaliseResults(report, REGION_TIME_ZONE);
    for (const { code, at, message } of report.warnings) terminal.tell(`${code} at ${at}: ${message}`);
    if (options['json']) terminal.say(JSON.stringify(results.map(asObject), null, 2));
    else for (const line of asTable(results)) terminal.say(line);
    return EXIT.done;
  },
};

function asObject({ n, loinc, local, label, text, number, unit, at, status, ...rest }: StoredResult) {
  return {
    n,
    code: loinc ?? local ?? null,
    codeSystem: loinc !== undefined ? 'loinc' : local !== undefined ? 'local' : 'none',
    ...(loinc !== undefined && local !== undefined && { local }),
    label,
    value: number && !number.comparator ? number.value : text,
    text,
    ...(number && { decimals: number.decimals, ...(number.comparator && { comparator: number.comparator, limit: number.value }) }),
    unit: unit ?? null,
    at: at ?? null,
    status,
    ...rest,
  };
}

function asTable(results: readonly StoredResult[]): string[] {
  const rows = results.map(({ label, text, unit, interval, flag, at, loinc, local }) => {
    const range = interval?.text ?? [interval?.low ?? '', interval?.high ?? ''].join(' – ');
    return [label, [text, unit].filter(Boolean).join(' '), range === ' – ' ? '' : range, flag ?? '', at ?? '', loinc ?? local ?? ''];
  });
  const titles = ['Result', 'Value', 'Interval', 'Flag', 'Sampled', 'Code'];
  const widths = titles.map((title, i) => Math.min(48, Math.max(title.length, ...rows.map((row) => row[i]!.length))));
  return [titles, ...rows].map((row) =>
    row
      .map((cell, i) => cell.replaceAll(/\s+/g, ' ').padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}
