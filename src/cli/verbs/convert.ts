import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Content } from '#formats';
import { readConfig, Refusal, StartError } from '#kernel';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';

/** Formats whose bytes are UTF-8 text, fit for a terminal. */
const PRINTABLE = new Set(['cda', 'fhir', 'hl7', 'text']);

/** Writes what a file holds in another format, and says what that loses. */
export const convertVerb: Verb = {
  name: 'convert',
  summary: 'Write what a file holds in another format, listing each loss.',
  operands: ['FILE'],
  options: {
    to: { type: 'string', value: 'FORMAT', help: 'cda, fhir, hl7, hprim (Médecin), hprim-sante, pdf, text or xdm.' },
    output: { type: 'string', value: 'FILE', help: 'Where to write; by default the terminal, for formats that are text.' },
    document: { type: 'string', value: 'N', help: 'Which document of FILE, from 1, when it holds several.' },
  },
  notes:
    'Reads CDA, HL7 v2, HPRIM, FHIR and archives (IHE XDM), told by their first bytes. A document that came in CDA goes on byte for byte, also\n' +
    'into an archive. Each loss is one line on the standard error: the place in the report that the format cannot hold, found by reading again\n' +
    'what was written. A PDF is the sender’s own when there is one, byte for byte; otherwise one is made of the narrative.',
  async run(given, terminal) {
    const { WRITE_FORMATS, readAny, writeAs } = await import('#formats');
    const formats = [...WRITE_FORMATS, 'pdf'] as const;
    const to = formats.find((format) => format === given.options['to']);
    if (to === undefined) throw new UsageError(`--to has to be one of ${formats.join(', ')}`);
    if (given.options['output'] === undefined && !PRINTABLE.has(to))
      throw new UsageError(`${to} is no text for a terminal: name a file with --output`);
    const { REGION_TIME_ZONE } = readConfig(terminal.env);
    const { contents } = readAny(readDocument(given.operands[0] ?? ''));
    const content = contents[chosen(given, contents.length)]!;
    const context = { now: new Date(), zone: REGION_TIME_ZONE, sender: senderOf(content, terminal) };
    const { bytes, losses } = to === 'pdf' ? await asPdf(content, REGION_TIME_ZONE) : writeAs(content, to, context);
    write(bytes, given, terminal);
    for (const loss of losses) terminal.tell(`lost: ${loss}`);
    terminal.tell(losses.length === 0 ? 'Nothing is lost.' : `${losses.length} losses.`);
    return EXIT.done;
  },
};

async function asPdf(content: Content, zone: string): Promise<{ bytes: Uint8Array; losses: string[] }> {
  if (content.kind === 'file' && content.mediaType === 'application/pdf') return { bytes: content.bytes, losses: [] };
  const document = content.kind === 'report' ? content.report : content.kind === 'document' ? content.document : undefined;
  if (!document) throw new Refusal('request.invalid', 'the file holds neither a report nor a document', { at: 'to' });
  const { pdfOf } = await import('#formats');
  const { bytes, isOwn } = await pdfOf(document, zone);
  const words = isOwn ? 'codes and structure: the PDF of the sender alone is kept' : 'codes and structure: the words alone are kept';
  return { bytes, losses: [words] };
}

function chosen({ options }: Given, count: number): number {
  const asked = options['document'];
  if (asked === undefined) {
    if (count === 1) return 0;
    throw new UsageError(`the file holds ${count} documents: choose one with --document`);
  }
  const n = Number(asked);
  if (!Number.isInteger(n) || n < 1 || n > count) throw new UsageError(`--document has to be from 1 to ${count}`);
  return n - 1;
}

function senderOf(content: object, { root }: Terminal): { name: string; software: string; version: string; publisher: string } {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const held = 'report' in content ? content.report : 'document' in content ? content.document : {};
  const name = (held as { custodian?: { name?: string } }).custodian?.name;
  return { name: name ?? 'Cigogne', software: 'Cigogne', version, publisher: 'Cigogne' };
}

function write(bytes: Uint8Array, { options }: Given, terminal: Terminal): void {
  const file = options['output'];
  if (typeof file !== 'string') {
    terminal.say(Buffer.from(bytes).toString('utf8').trimEnd());
    return;
  }
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw new StartError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}
