import { pdfOf, readAny } from '#formats';
import { Refusal } from '#kernel';

/** The readable copy of what was filed: the PDF that it holds, or one made of its words. */
export async function readable(bytes: Buffer, zone: string, uniqueId?: string): Promise<Uint8Array> {
  const { contents } = readAny(bytes);
  const content = (uniqueId === undefined ? undefined : contents.find((one) => isOf(one, uniqueId))) ?? contents[0];
  if (content?.kind === 'file' && content.mediaType === 'application/pdf') return content.bytes;
  if (content?.kind !== 'report' && content?.kind !== 'document')
    throw new Refusal('request.not-found', 'this document has no readable copy', { at: 'document' });
  return (await pdfOf(content.kind === 'report' ? content.report : content.document, zone)).bytes;
}

function isOf(content: ReturnType<typeof readAny>['contents'][number], uniqueId: string): boolean {
  if (content.kind !== 'report' && content.kind !== 'document') return false;
  const { id } = content.kind === 'report' ? content.report : content.document;
  return (id.extension === undefined ? id.root : `${id.root}^${id.extension}`) === uniqueId;
}
