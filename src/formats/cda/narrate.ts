import { escapeAttribute, escapeText } from '#kernel';
import type {
  Battery,
  Coded,
  Entry,
  Isolate,
  Item,
  LabReport,
  PreviousResult,
  Result,
  ResultValue,
  Section,
  Specimen,
} from '../lab-report.ts';
import { printReference, printTime, printValue } from '../print-value.ts';
import { withRefs } from './refs.ts';
import { withUniqueIds } from './unique-ids.ts';

/**
 * Gives every section that has entries but no narrative the narrative that says the same: the legally readable content. Each
 * result points to its line by `code.ref`, words of uncoded values by `ref`, so that a screen can show one in the other.
 *
 * Sections that have their narrative keep it, but for an ID that another section gives too (`withUniqueIds`). The given report
 * is not changed.
 * Source: CI-SIS volume CR-BIO 2024.01, narrative of a chapter: name, value, unit, interval, previous values, method, validator.
 */
export function withNarrative(report: LabReport): LabReport {
  return narrate(report).report;
}

/** The same, with the xsd:ID where each comment was put: entries point to it and the model does not hold it. */
export function narrate(given: LabReport): { report: LabReport; places: Map<string, string> } {
  const { report, taken } = withUniqueIds(given);
  const ids: Ids = { next: 1, taken, places: new Map() };
  return { report: { ...report, sections: report.sections.map((section) => narrateSection(section, ids)) }, places: ids.places };
}

/** Makes xsd:IDs that the document does not have yet. */
interface Ids {
  next: number;
  taken: Set<string>;
  places: Map<string, string>;
}

function nextId(ids: Ids, kind: string): string {
  let id = `${kind}${ids.next++}`;
  while (ids.taken.size > 0 && ids.taken.has(id)) id = `${kind}${ids.next++}`;
  return id;
}

/** An ID for a text that an entry has to point to. */
function placeOf(ids: Ids, kind: string, words: string): string {
  const id = nextId(ids, kind);
  ids.places.set(words, id);
  return id;
}

function narrateSection(section: Section, ids: Ids): Section {
  const sections = section.sections.length > 0 ? section.sections.map((inner) => narrateSection(inner, ids)) : section.sections;
  if (section.narrative !== undefined || section.entries.length === 0)
    return sections === section.sections ? section : { ...section, sections };
  const page: Page = { ids, body: '', isTableOpen: false };
  const entries = section.entries.map((entry) => narrateEntry(pointsIntoNarrative(entry) ? unplaced(entry) : entry, page));
  closeTable(page);
  return { ...section, sections, narrative: page.body, entries };
}

/** A report that had a narrative points to it from its results, documents or samplings; most reports that are written never had one. */
function pointsIntoNarrative({ items, specimens, code }: Entry): boolean {
  return (
    items.some(itemPoints) || code?.ref !== undefined || (specimens ?? []).some(({ type, act }) => (type?.ref ?? act?.ref) !== undefined)
  );
}

function itemPoints(item: Item): boolean {
  switch (item.kind) {
    case 'result':
      return (item.code.ref ?? item.method?.ref ?? item.previous?.[0]?.code.ref) !== undefined || valueRef(item.value) !== undefined;
    case 'battery':
      return item.code?.ref !== undefined || item.items.some(itemPoints);
    case 'isolate':
      return item.organism.ref !== undefined || item.items.some(itemPoints);
    case 'attachment':
      return item.type?.ref !== undefined;
    case 'administration':
      return (item.code?.ref ?? item.product?.ref) !== undefined;
    case 'image':
      return false;
  }
}

function valueRef(value: ResultValue | undefined): string | undefined {
  if (value?.type === 'coded') return value.code.ref;
  return value?.type === 'text' ? value.ref : undefined;
}

/** Pictures and files keep the ID by which a narrative shows them; every other `ref` pointed into a narrative that is no more. */
const unplaced = (entry: Entry): Entry => withRefs(entry, (ref, isMedia) => (isMedia ? ref : undefined));

/** The narrative while it grows. */
interface Page {
  ids: Ids;
  body: string;
  isTableOpen: boolean;
}

const HEAD =
  '<table><thead><tr><th>Examen</th><th>Résultat</th><th>Unité</th><th>Valeurs de référence</th><th>Antériorités</th></tr></thead><tbody>';

function openTable(page: Page): void {
  if (!page.isTableOpen) page.body += HEAD;
  page.isTableOpen = true;
}

function closeTable(page: Page): void {
  if (page.isTableOpen) page.body += '</tbody></table>';
  page.isTableOpen = false;
}

/** A line across the table: the name of a battery or of an organism. */
function across(page: Page, words: string, id: string): void {
  openTable(page);
  page.body += `<tr><td colspan="5"><content ID="${id}" styleCode="Bold">${escapeText(words)}</content></td></tr>`;
}

function paragraph(page: Page, words: string, id?: string): void {
  closeTable(page);
  page.body += id === undefined ? `<paragraph>${lines(words)}</paragraph>` : `<paragraph ID="${id}">${lines(words)}</paragraph>`;
}

/** Line ends of a comment become `<br/>`. */
const lines = (words: string) => (words.includes('\n') ? words.split('\n').map(escapeText).join('<br/>') : escapeText(words));

function narrateEntry(entry: Entry, page: Page): Entry {
  for (const specimen of entry.specimens ?? []) narrateSpecimen(specimen, page);
  const items = entry.items.map((item) => narrateItem(item, page));
  for (const comment of entry.comments ?? []) paragraph(page, comment, placeOf(page.ids, 'c', comment));
  for (const { name, time } of entry.validators ?? []) {
    const who = [name?.prefix, name?.given, name?.family].filter(Boolean).join(' ');
    if (who) paragraph(page, `Validé par ${who}${time === undefined ? '' : ` le ${printTime(time)}`}`);
  }
  return { ...entry, items };
}

function narrateSpecimen({ sampledAt, type, act, comments }: Specimen, page: Page): void {
  const what = [wordsOf(type), wordsOf(act)].filter(Boolean).join(', ');
  const when = sampledAt === undefined ? '' : ` du ${printTime(sampledAt)}`;
  if (what || when) paragraph(page, `Prélèvement${when}${what ? ` : ${what}` : ''}`);
  for (const comment of comments ?? []) paragraph(page, comment, placeOf(page.ids, 'c', comment));
}

function narrateItem(item: Item, page: Page): Item {
  switch (item.kind) {
    case 'result':
      return narrateResult(item, page);
    case 'battery':
      return narrateBattery(item, page);
    case 'isolate':
      return narrateIsolate(item, page);
    case 'image':
    case 'attachment':
      return { ...item, ref: showMedia(item.ref, page) };
    case 'administration': {
      const words = item.narrative ?? [wordsOf(item.code), item.productName ?? wordsOf(item.product)].filter(Boolean).join(' : ');
      paragraph(page, words, placeOf(page.ids, 'a', words));
      return { ...item, narrative: words };
    }
  }
}

function showMedia(given: string | undefined, page: Page): string {
  const ref = given ?? nextId(page.ids, 'media');
  closeTable(page);
  page.body += `<renderMultiMedia referencedObject="${escapeAttribute(ref)}"/>`;
  return ref;
}

function narrateBattery(battery: Battery, page: Page): Battery {
  let { code } = battery;
  const title = wordsOf(code);
  if (code && title) {
    const id = nextId(page.ids, 'b');
    across(page, title, id);
    code = said(code, title, id);
  }
  if (battery.specimen) narrateSpecimen(battery.specimen, page);
  const items = battery.items.map((item) => narrateItem(item, page));
  for (const comment of battery.comments ?? []) paragraph(page, comment, placeOf(page.ids, 'c', comment));
  return code ? { ...battery, code, items } : { ...battery, items };
}

function narrateIsolate(isolate: Isolate, page: Page): Isolate {
  const name = wordsOf(isolate.organism) || 'Germe isolé';
  const id = nextId(page.ids, 'g');
  across(page, name, id);
  const items = isolate.items.map((item) => narrateItem(item, page));
  for (const comment of isolate.comments ?? []) paragraph(page, comment, placeOf(page.ids, 'c', comment));
  return { ...isolate, organism: said(isolate.organism, name, id), items };
}

function narrateResult(result: Result, page: Page): Result {
  openTable(page);
  const label = wordsOf(result.code) || 'Examen';
  const id = nextId(page.ids, 'r');
  let method = result.method;
  let methodLine = '';
  const methodWords = wordsOf(method);
  if (method && methodWords) {
    const methodId = nextId(page.ids, 'm');
    methodLine = `<br/><content ID="${methodId}">${escapeText(methodWords)}</content>`;
    method = said(method, methodWords, methodId);
  }
  const shown = printValue(result.value);
  const spoken = speakValue(result.value, page, shown.text);
  const flags = result.interpretations ? ` (${result.interpretations.join(', ')})` : '';
  const cell = `${spoken.cell || (result.status === 'aborted' ? 'non réalisé' : '')}${escapeText(flags)}`;
  page.body += `<tr><td><content ID="${id}">${escapeText(label)}</content>${methodLine}</td><td>${cell}</td><td>${escapeText(shown.unit)}</td><td>${escapeText(
    printReference(result.reference),
  )}</td><td>${escapeText((result.previous ?? []).map(printPrevious).join(' ; '))}</td></tr>`;
  for (const comment of result.comments ?? []) {
    page.body += `<tr><td colspan="5"><content ID="${placeOf(page.ids, 'c', comment)}">${lines(comment)}</content></td></tr>`;
  }
  const narrated: Result = { ...result, code: said(result.code, label, id) };
  if (method) narrated.method = method;
  if (spoken.value) narrated.value = spoken.value;
  if (result.media) narrated.media = result.media.map((item) => ({ ...item, ref: showMedia(item.ref, page) }));
  return narrated;
}

function printPrevious({ value, at }: PreviousResult): string {
  const { text, unit } = printValue(value);
  const measured = text !== '' && unit !== '' ? `${text} ${unit}` : text || unit;
  if (!at) return measured;
  return measured === '' ? `(${printTime(at)})` : `${measured} (${printTime(at)})`;
}

/** The words of a value; those that have no code get an ID, because their entry can only point to them. */
function speakValue(value: ResultValue | undefined, page: Page, text: string): { cell: string; value?: ResultValue } {
  if (value?.type !== 'coded' || text === '') return { cell: lines(text), ...(value && { value }) };
  const id = nextId(page.ids, 'v');
  return { cell: `<content ID="${id}">${escapeText(text)}</content>`, value: { type: 'coded', code: said(value.code, text, id) } };
}

/** The coded concept, with the words of the narrative and where they are. */
const said = (coded: Coded, words: string, ref: string): Coded => ({ ...coded, originalText: words, ref });

/** What to print for a coded concept. */
export function wordsOf(coded: Coded | undefined): string {
  if (!coded) return '';
  return coded.originalText ?? coded.display ?? coded.translations?.[0]?.display ?? coded.code ?? coded.translations?.[0]?.code ?? '';
}
