import { ATTRIBUTE, attributeValue, escapeAttribute, scanXml, type XmlTape } from '#kernel';
import type { Item, LabReport, Section } from '../lab-report.ts';
import { withRefs } from './refs.ts';
import { CDA_VOCABULARY, V } from './vocabulary.ts';

/** What the schema takes as an xsd:ID. */
const NCNAME = /^[\p{L}_][\p{L}\p{M}\p{N}._-]*$/u;
const ID_IN_NARRATIVE = /\bID\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The report with every xsd:ID given once in the whole document, and all the IDs it has. A report is put together from sections
 * that were each numbered alone, from documents that were wrong, from pictures used twice: what is written must still be valid.
 *
 * The first to give an ID keeps it; the next ones get `ID-2`, `ID-3`… References follow the rule of the reader (`elementById`):
 * they lead to the element of their own section, else of the sections around it, else to the first of the document. A narrative
 * is changed only where it gives or uses an ID that is no longer the same, never in its words.
 */
export function withUniqueIds(report: LabReport): { report: LabReport; taken: Set<string> } {
  const given = [...idsOf(report.sections)];
  const taken = new Set(given);
  if (taken.size === given.length && given.every((id) => NCNAME.test(id))) return { report, taken };
  const naming: Naming = { used: new Set(), taken, copies: new Map() };
  const first = noNames();
  const named = nameSections(report.sections, naming, first);
  const sections = named.map((section) => renameSection(section, [first]));
  const { sections: _, ...rest } = report;
  return { report: { ...withRefs(rest, (ref) => nearest([first], 'any', ref) ?? ref), sections }, taken };
}

/** IDs as they are given, repeated ones too. Cheap, and may take printed words for an ID: it only says whether to look closer. */
function* idsOf(sections: readonly Section[]): Generator<string> {
  for (const { narrative, entries, sections: inner } of sections) {
    if (narrative !== undefined) for (const [, a, b] of narrative.matchAll(ID_IN_NARRATIVE)) yield a ?? b ?? '';
    yield* mediaRefs(entries);
    yield* idsOf(inner);
  }
}

/** IDs of the pictures and files, in the order in which `withRefs` meets them; every report written comes through here. */
function mediaRefs(entries: Section['entries']): string[] {
  const refs: string[] = [];
  for (const { items } of entries) takeRefs(items, refs);
  return refs;
}

function takeRefs(items: readonly Item[], refs: string[]): void {
  for (const item of items) {
    if (item.kind === 'battery' || item.kind === 'isolate') takeRefs(item.items, refs);
    else if (item.kind === 'result') {
      if (item.media) takeRefs(item.media, refs);
    } else if (item.kind !== 'administration' && item.ref !== undefined) refs.push(item.ref);
  }
}

/** New name of each ID of a section or of the document, by the name it was given; the first that gave it. */
interface Names {
  any: Map<string, string>;
  /** Of pictures and files alone: what a narrative shows is one of them, even where a word has the same ID. */
  media: Map<string, string>;
}

const noNames = (): Names => ({ any: new Map(), media: new Map() });

interface Naming {
  /** Names that stand in the written document. */
  used: Set<string>;
  /** Those and all the given ones. */
  taken: Set<string>;
  copies: Map<string, number>;
}

function newName(naming: Naming, id: string): string {
  const isFree = !naming.used.has(id) && NCNAME.test(id);
  let name = id;
  if (!isFree) {
    const stem = NCNAME.test(id) ? id : 'id';
    let copy = naming.copies.get(stem) ?? 1;
    do name = `${stem}-${++copy}`;
    while (naming.taken.has(name));
    naming.copies.set(stem, copy);
  }
  naming.used.add(name);
  naming.taken.add(name);
  return name;
}

/** A section with the new names of all that gives an ID in it, in the order of the document. */
interface Named {
  section: Section;
  tape: XmlTape | undefined;
  names: Names;
  /** In order of the narrative, then of the entries: several may have had one name. */
  words: string[];
  media: string[];
  inner: Named[];
}

function nameSections(sections: readonly Section[], naming: Naming, first: Names): Named[] {
  return sections.map((section) => {
    const tape = section.narrative === undefined ? undefined : scanXml(`${OPEN}${section.narrative}${CLOSE}`, CDA_VOCABULARY, FRAGMENT);
    const names = noNames();
    const words = tape ? idsGiven(tape).map((id) => keepName([names.any, first.any], id, newName(naming, id))) : [];
    const media = mediaRefs(section.entries).map((id) =>
      keepName([names.any, first.any, names.media, first.media], id, newName(naming, id)),
    );
    return { section, tape, names, words, media, inner: nameSections(section.sections, naming, first) };
  });
}

function keepName(maps: readonly Map<string, string>[], id: string, name: string): string {
  for (const map of maps) if (!map.has(id)) map.set(id, name);
  return name;
}

const OPEN = '<text>';
const CLOSE = '</text>';
const FRAGMENT = { isFragment: true };

function idsGiven(tape: XmlTape): string[] {
  const ids: string[] = [];
  for (let a = 0; a < tape.attributeCount; a++) if (tape.attributes[a * ATTRIBUTE] === V.ID) ids.push(attributeValue(tape, a));
  return ids;
}

/** @param around names of the sections around it, nearest first; those of the document last */
function renameSection({ section, tape, names, words, media, inner }: Named, around: readonly Names[]): Section {
  const scopes = [names, ...around];
  const leadsTo = (id: string) => nearest(scopes, 'any', id) ?? id;
  const nextMedia = media.values();
  const entries = withRefs(section.entries, (ref, isMedia) => (isMedia ? nextMedia.next().value : leadsTo(ref)));
  const sections = inner.map((each) => renameSection(each, scopes));
  const renamed: Section = { ...section, entries, sections };
  if (!tape) return renamed;
  const nextWords = words.values();
  renamed.narrative = withAttributes(tape, (key, value) => {
    if (key === V.ID) return nextWords.next().value ?? value;
    if (key === V.referencedObject) return value.replace(/\S+/g, (id) => nearest(scopes, 'media', id) ?? leadsTo(id));
    if (key === V.IDREF) return leadsTo(value);
    return key === V.href && value.startsWith('#') ? `#${leadsTo(value.slice(1))}` : value;
  });
  return renamed;
}

function nearest(scopes: readonly Names[], kind: keyof Names, id: string): string | undefined {
  for (const scope of scopes) {
    const name = scope[kind].get(id);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The narrative with the values of its attributes changed; all the rest byte for byte. */
function withAttributes(tape: XmlTape, change: (key: number, value: string) => string): string {
  const { source, attributes, attributeCount } = tape;
  let text = '';
  let from = OPEN.length;
  for (let a = 0; a < attributeCount; a++) {
    const old = attributeValue(tape, a);
    const now = change(attributes[a * ATTRIBUTE]!, old);
    if (now === old) continue;
    text += source.slice(from, attributes[a * ATTRIBUTE + 1]) + escapeAttribute(now);
    from = attributes[a * ATTRIBUTE + 2]!;
  }
  return text + source.slice(from, source.length - CLOSE.length);
}
