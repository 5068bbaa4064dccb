import { readConfig } from '#kernel';
import type { Content, LabReport, ReadingWarning } from '#formats';
import type { StoredResult } from '#record';
import { EXIT, type Terminal, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';
import { reportAsText } from './report-text.ts';

/** Shows what Cigogne reads in a document, without keeping anything: for who writes such documents, and for who doubts. */
export const readVerb: Verb = {
  name: 'read',
  summary: 'Show what Cigogne reads in a file (CDA, HL7 v2, HPRIM, XDM, FHIR), keeping nothing.',
  operands: ['FILE'],
  options: { json: { type: 'boolean', help: 'Print a JSON array with one object a result.' } },
  notes:
    'Each object has: n (place in the report), code (LOINC, else the local code), codeSystem (loinc, local or none), label, value\n' +
    '(a number where the laboratory printed one, else its text), text (as printed), unit (as printed), at (sampling, ISO 8601),\n' +
    'status; and where known atPrecision, comparator, decimals, interval, flag, interpretation, method, comment, battery, isolate,\n' +
    'specimen; then normalised: what Cigogne makes of it (row of the catalogue, UCUM unit, conversion, computed flag).\n' +
    'A file that holds something else than one report (an archive, several dossiers, a letter, a message) gives one object for each thing\n' +
    'that it holds: kind (report, document, message or file), with results, or the document or message as read, and metadata in an archive.',
  async run({ options, operands }, terminal) {
    const { REGION_TIME_ZONE } = readConfig(terminal.env);
    const bytes = readDocument(operands[0] ?? '');
    const [{ readAny, writeAs }, { normaliseResults }] = await Promise.all([import('#formats'), import('#flows')]);
    const { contents, warnings } = readAny(bytes);
    tellWarnings(warnings, terminal);
    const resultsOf = (report: LabReport) => normaliseResults(report, REGION_TIME_ZONE);
    const [first] = contents;
    if (options['json'] && contents.length === 1 && first?.kind === 'report') {
      tellWarnings(first.report.warnings, terminal);
      terminal.say(JSON.stringify(resultsOf(first.report).map(asObject), null, 2));
      return EXIT.done;
    }
    const told = contents.map((content, n) => {
      if (contents.length > 1) terminal.tell(`document ${n + 1}`);
      tellWarnings(warningsOf(content), terminal);
      return content;
    });
    if (options['json']) {
      const asJson = (content: (typeof contents)[number]) =>
        content.kind === 'report' ? { ...bare(content), results: resultsOf(content.report).map(asObject) } : bare(content);
      terminal.say(JSON.stringify(told.map(asJson), null, 2));
      return EXIT.done;
    }
    const context = { now: new Date(0), zone: REGION_TIME_ZONE, sender: { name: '', software: '', version: '', publisher: '' } };
    for (const content of told) {
      if (content.kind === 'report')
        for (const line of reportAsText(content.report, resultsOf(content.report), REGION_TIME_ZONE)) terminal.say(line);
      else if (content.kind === 'document')
        terminal.say(
          Buffer.from(writeAs(content, 'text', context).bytes)
            .toString()
            .trimEnd(),
        );
      else if (content.kind === 'message') terminal.say(JSON.stringify(content.message, null, 2));
      else terminal.say(`${content.mediaType}, ${content.bytes.length} bytes, not opened`);
    }
    return EXIT.done;
  },
};

function tellWarnings(warnings: readonly ReadingWarning[], { tell }: Terminal): void {
  for (const { code, at, message } of warnings) tell(`${code} at ${at}: ${message}`);
}

function warningsOf(content: Content): readonly ReadingWarning[] {
  switch (content.kind) {
    case 'report':
      return content.report.warnings;
    case 'document':
      return content.document.warnings;
    case 'message':
      return content.message.warnings;
    case 'file':
      return [];
  }
}

/** A content without its bytes, which are no text. */
function bare(content: Content): object {
  const {
    source: _source,
    bytes: _bytes,
    part: _part,
    report: _report,
    ...rest
  } = content as Content & { source?: unknown; bytes?: unknown; part?: unknown; report?: unknown };
  return rest;
}

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
