import type { Attachment, Battery, Coded, Entry, Identifier, Isolate, Item, Result, Specimen } from '../lab-report.ts';
import { isChapter } from './chapters.ts';
import { unescape } from './escapes.ts';
import { components, placeOf, raw, repetitions, type Segment, warn, words, wordsOf } from './lexer.ts';
import { moment, readResult } from './read-obx.ts';
import { isEncapsulated, readEncapsulated } from './read-encapsulated.ts';
import { type Hl7Context, partyOf, plainId, readCwe, readEi, readXcn } from './read-types.ts';
import { rootOf } from './systems.ts';

/** The segments of one order: its OBR and what follows, until the next. */
export interface OrderGroup {
  orc: Segment | undefined;
  obr: Segment;
  notes: Segment[];
  lines: { obx: Segment; notes: Segment[] }[];
  specimens: Segment[];
}

/** What one order gives. */
export interface ReadOrder {
  group: OrderGroup;
  entry: Entry;
  code: Coded | undefined;
  filler: Identifier | undefined;
  placer: Identifier | undefined;
  /** The first PDF among its lines. */
  pdf?: string;
  /** Where the results of an isolate are, by `code` and sub-id: an antibiogram names them as its parent. */
  isolates: Map<string, Isolate>;
}

/** Status of an order (table 0123) as the status of an act. Partial (A): its lines say themselves which are to come. */
const ORDER_STATUSES: Readonly<Record<string, string>> = {
  F: 'completed',
  C: 'completed',
  A: 'completed',
  P: 'active',
  R: 'active',
  I: 'active',
  O: 'active',
  S: 'active',
  X: 'aborted',
};

/** Reads one order with its lines (HL7 v2.5 §7.4.1). */
export function readOrder(c: Hl7Context, group: OrderGroup): ReadOrder {
  const { obr, orc } = group;
  const named = raw(obr, 4);
  const code = named === undefined ? undefined : readCwe(c, named, true);
  const status = ORDER_STATUSES[raw(obr, 25) ?? ''];
  const specimens = readSpecimens(c, group);
  const sampledAt = specimens[0]?.sampledAt ?? moment(c, raw(obr, 7));
  const read: ReadOrder = {
    group,
    code,
    filler: identifier(c, raw(obr, 3) ?? raw(orc, 3)),
    placer: identifier(c, raw(obr, 2) ?? raw(orc, 2)),
    entry: { status: status ?? 'completed', items: [] },
    isolates: new Map(),
  };
  const items = readLines(c, read, { at: sampledAt, status });
  const { entry } = read;
  if (code) entry.code = code;
  if (specimens.length > 0) entry.specimens = specimens;
  const comments = group.notes.flatMap((nte) => noteOf(c, nte) ?? []);

  if (isChapter(code) || !items.some(({ kind }) => kind === 'result')) {
    entry.items = items;
    if (comments.length > 0) entry.comments = comments;
  } else {
    const battery: Battery = { kind: 'battery', ...(code && { code }), status: entry.status, items: items.filter(isOfPanel) };
    if (comments.length > 0) battery.comments = comments;
    entry.items = [battery, ...items.filter((item) => !isOfPanel(item))];
  }
  return read;
}

const isOfPanel = ({ kind }: Item) => kind === 'result';

function identifier(c: Hl7Context, value: string | undefined): Identifier | undefined {
  const id = value === undefined ? undefined : readEi(c, value);
  return id && plainId(id);
}

function readLines(c: Hl7Context, read: ReadOrder, defaults: Parameters<typeof readResult>[2]): Item[] {
  const items: Item[] = [];
  const bySubId = new Map<string, Isolate>();
  for (const { obx, notes } of read.group.lines) {
    if (isEncapsulated(obx)) {
      takeDocument(c, obx, read, items);
      continue;
    }
    const result = readResult(c, obx, defaults);
    if (!result) {
      warn(c, 'line.unread', placeOf(obx, 11), 'a line that only describes the order: it stays in the original');
      continue;
    }
    if (notes.length > 0) takeNotes(c, notes, result);
    const subId = raw(obx, 4);
    const isolate = subId === undefined ? undefined : isolateOf(result, subId, bySubId, items);
    if (isolate) isolate.items.push(result);
    else items.push(result);
    if (isolate && subId !== undefined) read.isolates.set(isolateKey(result.code.code ?? '', subId), isolate);
  }
  return items;
}

function takeNotes(c: Hl7Context, notes: readonly Segment[], result: Result): void {
  const comments = notes.flatMap((nte) => noteOf(c, nte) ?? []);
  if (comments.length > 0) result.comments = comments;
}

export const isolateKey = (code: string, subId: string): string => `${code} ${subId}`;

/** LOINC of « what grew »: the line whose value is the organism. */
export const ORGANISM_CODES: ReadonlySet<string> = new Set(
  '11475-1 17898-8 20878-5 23667-9 41852-5 43409-2 580-1 600-7 606-4 6463-4 612-2 618-9 624-7 626-2 630-4 634-6'.split(' '),
);

/** An isolate begins with the line that names what grew; the lines of the same sub-id are about it. */
function isolateOf(result: Result, subId: string, bySubId: Map<string, Isolate>, items: Item[]): Isolate | undefined {
  const known = bySubId.get(subId);
  if (known || !ORGANISM_CODES.has(result.code.code ?? '') || !result.value) return known;
  const organism =
    result.value.type === 'coded' ? result.value.code : result.value.type === 'text' ? { originalText: result.value.text } : undefined;
  if (!organism) return undefined;
  const isolate: Isolate = { kind: 'isolate', organism, status: result.status, items: [] };
  if (result.at !== undefined) isolate.at = result.at;
  bySubId.set(subId, isolate);
  items.push(isolate);
  return isolate;
}

function takeDocument(c: Hl7Context, obx: Segment, read: ReadOrder, items: Item[]): void {
  const document = readEncapsulated(c, obx);
  if (document.mediaType === 'application/pdf' && read.pdf === undefined) {
    read.pdf = document.base64;
    return;
  }
  const named = raw(obx, 3);
  const type = named === undefined ? undefined : readCwe(c, named);
  const attachment: Attachment = { kind: 'attachment', ...(type && { type }), mediaType: document.mediaType, base64: document.base64 };
  items.push(attachment);
}

/** NTE-3, its repetitions being lines. */
export function noteOf(c: Hl7Context, nte: Segment): string | undefined {
  const text = repetitions(c, nte, 3)
    .map((line) => unescape(line, c.d).trimEnd())
    .join('\n');
  return text.trim() === '' ? undefined : text;
}

/** SPM, or what OBR says of the specimen in older messages. */
function readSpecimens(c: Hl7Context, { obr, specimens }: OrderGroup): Specimen[] {
  const read = specimens.map((spm) => readSpecimen(c, spm, obr));
  if (read.length > 0) return read;
  const source = words(c, obr, 15);
  const display = words(c, obr, 15, 2);
  const specimen: Specimen = {
    ...(source !== undefined && { type: { code: source, ...(display !== undefined && { display }) } }),
    ...ofOrder(c, obr),
  };
  for (const _ in specimen) return [specimen];
  return [];
}

function ofOrder(c: Hl7Context, obr: Segment): Specimen {
  const specimen: Specimen = {};
  const sampledAt = moment(c, raw(obr, 7));
  if (sampledAt !== undefined) specimen.sampledAt = sampledAt;
  const receivedAt = moment(c, raw(obr, 14));
  if (receivedAt !== undefined) specimen.receivedAt = receivedAt;
  const collector = repetitions(c, obr, 10)[0];
  const sampler = collector === undefined ? undefined : readXcn(c, collector);
  if (sampler) specimen.sampler = sampler;
  return specimen;
}

const SPECIMEN_CODES = [
  [4, 'type'],
  [7, 'act'],
  [8, 'site'],
] as const;

function readSpecimen(c: Hl7Context, spm: Segment, obr: Segment): Specimen {
  const specimen: Specimen = ofOrder(c, obr);
  const ids = components(c, raw(spm, 2) ?? '').flatMap((eip) => {
    const [number, ...authority] = eip.split(c.d.subcomponent, 4);
    const extension = wordsOf(c, number);
    const party = partyOf(c, authority);
    if (extension === undefined) return [];
    return [{ root: rootOf(party, c.facility), extension, ...(party.name !== undefined && { assigningAuthority: party.name }) }];
  });
  if (ids.length > 0) specimen.ids = ids;
  for (const [field, key] of SPECIMEN_CODES) {
    const value = raw(spm, field);
    const coded = value === undefined ? undefined : readCwe(c, value);
    if (coded) specimen[key] = coded;
  }
  // Collection is a range: it ends when the sampling is done.
  const [from, to] = components(c, raw(spm, 17) ?? '');
  const sampledAt = wordsOf(c, to) ?? wordsOf(c, from);
  if (sampledAt !== undefined) specimen.sampledAt = sampledAt;
  const receivedAt = moment(c, raw(spm, 18));
  if (receivedAt !== undefined) specimen.receivedAt = receivedAt;
  const comments = repetitions(c, spm, 14).flatMap((text) => unescape(text, c.d).trim() || []);
  if (comments.length > 0) specimen.comments = comments;
  return specimen;
}
