import { LOINC, REPORT_CODE } from '../cda/oids.ts';
import type {
  Attachment,
  Battery,
  Coded,
  Entry,
  Image,
  Isolate,
  Item,
  LabReport,
  Participant,
  Result,
  Section,
  ServiceEvent,
  Specimen,
} from '../lab-report.ts';
import { isChapter, serviceOf } from './chapters.ts';
import { ORGANISM_CODES } from './read-order.ts';
import { writeCwe } from './write-types.ts';

/** A line of an order: a result, alone or of an isolate, or a document. */
export type Line = { result: Result; subId?: string } | { document: Attachment | Image };

/** What one OBR holds. */
export interface Order {
  code: Coded | undefined;
  /** Table 0074. */
  service: string | undefined;
  status: string;
  event: ServiceEvent | undefined;
  specimens: Specimen[];
  comments: string[];
  validators: Participant[] | undefined;
  lines: Line[];
  /** OBR-26 as written: the line that an antibiogram is about. */
  parent?: string;
}

/**
 * The orders that a report becomes: the results that stand alone in an entry make one, each panel another, each antibiogram one more that
 * names the line of its isolate.
 */
export function ordersOf(report: LabReport): Order[] {
  const making: Making = { report, orders: [], isolates: 0, used: new Set() };
  for (const section of report.sections) takeSection(making, section, section);
  if (making.orders.length === 0) making.orders.push(emptyOrder(making, { status: 'completed', items: [] }, undefined));
  const isSaid = making.orders.some(
    ({ validators, lines }) => validators ?? lines.some((line) => 'result' in line && line.result.validators),
  );
  // Who validated is said of the whole report when no line says it.
  if (!isSaid && report.validators.length > 0) for (const order of making.orders) order.validators = report.validators;
  return making.orders;
}

interface Making {
  report: LabReport;
  orders: Order[];
  /** Isolates met so far: their sub-ids are unique in the message. */
  isolates: number;
  /** Events already given to an order. */
  used: Set<ServiceEvent>;
}

function takeSection(making: Making, section: Section, chapter: Section): void {
  if (section.kind !== 'comment') for (const entry of section.entries) takeEntry(making, entry, chapter);
  for (const inner of section.sections) takeSection(making, inner, inner.code && isChapter(inner.code) ? inner : chapter);
}

function takeEntry(making: Making, entry: Entry, chapter: Section): void {
  const alone = entry.items.filter(({ kind }) => kind !== 'battery');
  const panels = entry.items.filter((item): item is Battery => item.kind === 'battery');
  const said = { comments: [...(entry.comments ?? [])] };
  const [only] = panels;
  // One panel asked by that name, with what came beside its results: one order, as it was.
  if (only && panels.length === 1 && isSame(only.code, entry.code) && alone.every(({ kind }) => kind !== 'result')) {
    addOrder(making, entry, { chapter, items: [...only.items, ...alone], code: entry.code, panel: only, said });
    return;
  }
  if (alone.length > 0 || panels.length === 0) addOrder(making, entry, { chapter, items: alone, code: entry.code ?? chapter.code, said });
  for (const panel of panels)
    addOrder(making, entry, { chapter, items: panel.items, code: panel.code ?? entry.code ?? chapter.code, panel, said });
}

interface Asked {
  chapter: Section;
  items: readonly Item[];
  code: Coded | undefined;
  panel?: Battery;
  /** Comments of the entry, taken by its first order. */
  said: { comments: string[] };
  parent?: string;
}

function addOrder(making: Making, entry: Entry, { chapter, items, code, panel, said, parent }: Asked): void {
  const order = emptyOrder(making, entry, code);
  const service = serviceOf(chapter.code);
  order.service = isChapter(code) ? undefined : service;
  order.status = panel?.status || entry.status;
  if (panel?.specimen) order.specimens = [panel.specimen];
  order.validators = panel?.validators ?? entry.validators;
  order.comments = [...said.comments.splice(0), ...(panel?.comments ?? [])];
  if (parent !== undefined) order.parent = parent;
  making.orders.push(order);
  const antibiograms: [Battery, string][] = [];
  for (const item of items) takeItem(making, order, item, antibiograms);
  for (const [battery, of] of antibiograms)
    addOrder(making, entry, { chapter, items: battery.items, code: battery.code, panel: battery, said, parent: of });
}

function emptyOrder({ report, used }: Making, entry: Entry, code: Coded | undefined): Order {
  const same = (event: ServiceEvent) => event.code !== undefined && isSame(event.code, code);
  const event = report.events.find((one) => !used.has(one) && same(one)) ?? report.events.find(same) ?? report.events[0];
  if (event) used.add(event);
  return {
    code: code ?? { code: REPORT_CODE, system: LOINC, display: "CR d'examens biologiques" },
    service: undefined,
    status: entry.status,
    event,
    specimens: entry.specimens ?? [],
    comments: [],
    validators: entry.validators,
    lines: [],
  };
}

const isSame = (one: Coded | undefined, other: Coded | undefined) => codeKey(one ?? {}) === codeKey(other ?? {});

const codeKey = ({ code, originalText, translations }: Coded) => code ?? translations?.[0]?.code ?? originalText;

function takeItem(making: Making, order: Order, item: Item, antibiograms: [Battery, string][]): void {
  if (item.kind === 'result' && item.value?.type === 'attachment') {
    const { mediaType, base64 } = item.value;
    order.lines.push({ document: { kind: 'attachment', type: item.code, mediaType, base64 } });
  } else if (item.kind === 'result') {
    order.lines.push({ result: item }, ...(item.media ?? []).map((document) => ({ document })));
  } else if (item.kind === 'isolate') takeIsolate(making, order, item, antibiograms);
  else if (item.kind === 'battery') for (const inner of item.items) takeItem(making, order, inner, antibiograms);
  else if (item.kind === 'image' || item.kind === 'attachment') order.lines.push({ document: item });
}

/** A result, but for one whose value is a document. */
const isMeasured = (item: Item): item is Result => item.kind === 'result' && item.value?.type !== 'attachment';

function withoutMedia(result: Result): Result {
  const { media, ...rest } = result;
  return media ? rest : result;
}

/** The line that names what grew comes first: it is made when the report says the organism only as the isolate's name. */
function takeIsolate(making: Making, order: Order, isolate: Isolate, antibiograms: [Battery, string][]): void {
  const subId = String(++making.isolates);
  const results = isolate.items.filter(isMeasured);
  for (const item of isolate.items) if (item.kind !== 'battery' && !isMeasured(item)) takeItem(making, order, item, antibiograms);
  const naming = results.find(({ code }) => ORGANISM_CODES.has(code.code ?? ''));
  const first = naming ?? namingLine(isolate);
  const all = [first, ...results.filter((result) => result !== naming)];
  order.lines.push(...all.map((result) => ({ result, subId })));
  const of = `${writeCwe(first.code).split('^').slice(0, 3).join('&')}^${subId}`;
  for (const item of isolate.items) {
    if (item.kind !== 'battery') continue;
    const tested = item.items.filter(isMeasured);
    const others = [...item.items.filter((inner) => !isMeasured(inner)), ...tested.flatMap(({ media }) => media ?? [])];
    for (const other of others) takeItem(making, order, other, antibiograms);
    if (tested.length > 0) antibiograms.push([{ ...item, items: tested.map(withoutMedia) }, of]);
  }
}

function namingLine({ organism, status, at }: Isolate): Result {
  const code: Coded = { code: '634-6', system: LOINC, display: 'Bactérie identifiée' };
  return { kind: 'result', code, status, ...(at !== undefined && { at }), value: { type: 'coded', code: organism } };
}
