import { clockTime, REGION_ZONE } from '#ui';
import type { DocumentGroup, DocumentItem } from '../contract.ts';

/** What a list of documents is narrowed to; every part that is absent narrows nothing. */
export interface DocumentFilter {
  group?: DocumentGroup | undefined;
  /** FINESS of a structure, or `me`. */
  author?: string | undefined;
  since?: Since | undefined;
  /** Of what they are about, in the region's time. */
  year?: string | undefined;
  /** Words looked for in titles, authors and structures. */
  find?: string | undefined;
  /** Documents whose text holds the words, as the server found them. */
  found?: ReadonlySet<string> | undefined;
}

/** What happened since the reader's last visit. */
export type Since = 'new' | 'replaced' | 'visibility';
export const SINCE: readonly Since[] = ['new', 'replaced', 'visibility'];

/** `me` when the reader wrote it, otherwise the structure that answers for it. */
export function authorOf({ authors, structure }: DocumentItem, me: string): { key: string; name: string } {
  return authors.some(({ id }) => id === me) ? { key: 'me', name: '' } : { key: structure.finess, name: structure.name };
}

/** What changed in one document since a visit; nothing on a first visit, when everything is new. */
export function changeSince(item: DocumentItem, lastVisit: string | undefined): Since | undefined {
  if (lastVisit === undefined) return undefined;
  if (item.receivedAt > lastVisit) return item.relations.some(({ kind }) => kind === 'replaces') ? 'replaced' : 'new';
  return (item.changedAt ?? '') > lastVisit ? 'visibility' : undefined;
}

/** The year of what a document is about, as its region counts it. */
export const yearOf = ({ servedAt }: Pick<DocumentItem, 'servedAt'>): string => String(clockTime(servedAt, REGION_ZONE).year);

/** Words without accents nor case, as they are compared. */
export function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('œ', 'oe').replaceAll('Œ', 'oe').toLowerCase();
}

export function isKept(item: DocumentItem, filter: DocumentFilter, me: string, lastVisit: string | undefined): boolean {
  const { group, author, since, year, find, found } = filter;
  if (group !== undefined && item.group !== group) return false;
  if (author !== undefined && authorOf(item, me).key !== author) return false;
  if (year !== undefined && yearOf(item) !== year) return false;
  if (since !== undefined && changeSince(item, lastVisit) !== since) return false;
  if (!find?.trim() || found?.has(item.documentId)) return true;
  const said = folded([item.title, item.detail, item.structure.name, ...item.authors.map(({ name }) => name)].join(' '));
  return folded(find)
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => said.includes(word));
}

/** How many documents stand under each value, most first; ties keep the order of the list. */
export function countBy<T>(items: readonly DocumentItem[], valueOf: (item: DocumentItem) => T | undefined): [value: T, count: number][] {
  const counts = new Map<T, number>();
  for (const item of items) {
    const value = valueOf(item);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** Documents by month of what they are about, in the order of the list. */
export function byMonth(items: readonly DocumentItem[], monthOf: (item: DocumentItem) => string): [month: string, items: DocumentItem[]][] {
  return [...Map.groupBy(items, monthOf)];
}
