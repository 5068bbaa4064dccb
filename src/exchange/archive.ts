import {
  type DocumentHeader,
  entryUuidOf,
  type FileRead,
  pdfOf,
  readAny,
  readXdm,
  writeAs,
  writeCda,
  writeXdm,
  type XdmSender,
} from '#formats';
import { Refusal } from '#kernel';
import type { Mask } from '#record';

/** The document that an original holds: its header says to whom it goes. */
export type Content = Extract<FileRead['contents'][number], { kind: 'report' | 'document' }>;

/** @throws Refusal when the original holds no single document */
export function contentOf(bytes: Uint8Array, mediaType: string): Content {
  const { contents } = readAny(bytes, mediaType);
  const found = contents.find((content): content is Content => content.kind === 'report' || content.kind === 'document');
  if (!found || contents.length > 1) throw new Refusal('deposit.unsupported-format', 'the original is not one document', { at: 'content' });
  return found;
}

export const headerOf = (content: Content): DocumentHeader => (content.kind === 'report' ? content.report : content.document);

export interface Writing {
  now: Date;
  zone: string;
  sender: XdmSender;
  action: 'new' | 'replace';
  /** From whom the document is hidden: said to the receiving software, which must hide it too. */
  masks: Mask[];
}

/** The archive and the readable copy of a document; a CDA goes on byte for byte, its `uniqueId` is the same everywhere. */
export async function archiveOf(content: Content, { masks, ...context }: Writing): Promise<{ archive: Uint8Array; pdf: Uint8Array }> {
  const { bytes: archive } = writeAs(content, 'xdm', { ...context, visibility: masks });
  const { bytes: pdf } = await pdfOf(content.kind === 'report' ? content.report : content.document, context.zone);
  return { archive, pdf };
}

/** The same archive as a request to withdraw what it holds. */
export function withdrawalOf(archive: Uint8Array, sender: XdmSender): Uint8Array {
  const [submission] = readXdm(archive).submissions;
  const { set, documents, relations } = submission!;
  // Another sending of the same document is another set.
  const uniqueId = `${set.uniqueId}.1`;
  const withdrawn = documents.map((document) => ({ ...document, action: 'delete' as const }));
  return writeXdm([{ set: { ...set, uniqueId, entryUuid: entryUuidOf({ root: uniqueId }) }, documents: withdrawn, relations }], sender);
}

/** The document as CDA: byte for byte when it came as one. */
export const cdaOf = (content: Content): Buffer =>
  Buffer.from(content.source ?? writeCda((content as Extract<Content, { kind: 'report' }>).report));
