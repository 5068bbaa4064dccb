import type { Principal } from '#access';
import { readAny } from '#formats';
import { personOf } from '#identity';
import { Refusal } from '#kernel';
import { namedBy } from '#mail';
import type { DocumentFiled } from '#record';
import { fileBytes } from './file-document.ts';
import type { ReceiveDeps } from './receive-document.ts';

/**
 * A document that came by mail, filed with one gesture by who received it into the record of the patient whom it surely names. What is in the record
 * already, by another way, is not filed twice.
 * @throws Refusal `document.other-patient` when it does not name this patient by INS; and those of `fileDocument`
 */
export async function fileMailed(
  deps: ReceiveDeps,
  { who, patientId: asked, bytes, via, now }: { who: Principal; patientId: string; bytes: Buffer; via: string; now: Date },
): Promise<DocumentFiled> {
  const { patientId, homes } = await personOf(deps.db, asked);
  const [content] = readAny(bytes).contents;
  const isDocument = content?.kind === 'report' || content?.kind === 'document';
  const named = isDocument ? await namedBy(deps.db, content, deps.mode, now) : undefined;
  if (named === undefined || !homes.includes(named))
    throw new Refusal('document.other-patient', 'the document does not name the patient whom the mail is about', {
      at: 'ClinicalDocument/recordTarget',
    });
  return fileBytes(deps, { who, patientId, homes, bytes, isMadeHere: true, channel: 'mssante', via, now });
}
