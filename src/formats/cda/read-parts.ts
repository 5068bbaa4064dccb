import { child, NONE } from '#kernel';
import type { Attachment, Image, Item, LabReport, Section, Specimen } from '../lab-report.ts';
import { attr, type Reading, said } from './reading.ts';
import { readBase64, readCoded, readIdentifiers } from './read-values.ts';
import { V } from './vocabulary.ts';

/** A comment act (code 48767-8): its words, in place or in the narrative. */
export function takeComment(r: Reading, n: number, into: { comments?: string[] }): void {
  const { text } = said(r, child(r.tape, n, V.text));
  if (text !== undefined) (into.comments ??= []).push(text);
}

/** `specimen/specimenRole`: identifiers and the nature of what was examined. */
export function readSpecimenRole(r: Reading, n: number): Specimen {
  const role = child(r.tape, n, V.specimenRole);
  const ids = readIdentifiers(r, role);
  const type = readCoded(r, child(r.tape, child(r.tape, role, V.specimenPlayingEntity), V.code));
  return { ...(ids.length > 0 && { ids }), ...(type && { type }) };
}

/** A picture, a curve or a file. */
export function readImage(r: Reading, n: number): Image {
  const value = child(r.tape, n, V.value);
  const image: Image = {
    kind: 'image',
    mediaType: attr(r, value, V.mediaType) ?? 'application/octet-stream',
    base64: value === NONE ? '' : readBase64(r, value),
  };
  const ref = attr(r, n, V.ID);
  if (ref !== undefined) image.ref = ref;
  return image;
}

/** The laboratory's own PDF among the sections of a level 3 document. */
export function pdfCopyOf(sections: readonly Section[]): LabReport['pdf'] {
  const items = sections.filter(({ kind }) => kind === 'pdf-copy').flatMap(({ entries }) => entries.flatMap((entry) => entry.items));
  const copy = items.find(isPdf);
  return copy && { base64: copy.base64, ...(copy.ref !== undefined && { ref: copy.ref }) };
}

export const isPdf = (item: Item): item is Attachment | Image =>
  (item.kind === 'attachment' || item.kind === 'image') && item.mediaType === 'application/pdf';
