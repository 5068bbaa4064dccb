import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Content, pdfOf, writeAs, type WriteContext } from '#formats';
import { type Db, Refusal } from '#kernel';
import { writeWhole } from '#transports';
import { contentIn } from './contents.ts';
import { correctsFinal, documentOf, practicePatients } from './store.ts';
import { type DueOutput, dueOutputs, noteOutput } from './store-outgoing.ts';

export const OUTPUT_FORMATS = ['cda', 'hprim', 'hl7', 'pdf'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const EXTENSIONS: Readonly<Record<OutputFormat, string>> = { cda: 'xml', hprim: 'hpr', hl7: 'hl7', pdf: 'pdf' };

export interface OutputFolder {
  folder: string;
  formats: readonly OutputFormat[];
  /** IANA zone of times without offset. */
  zone: string;
}

/**
 * Hands to the practice's software what was filed since: a file for each format, named by the software's number of the patient. What is unfiled or
 * withdrawn gives `….retrait.txt`, since HPRIM and a PDF cannot take anything back. A stop writes the same file again under the same name.
 * @returns how many files were written
 */
export async function writeOutputs(db: Db, { folder, formats, zone }: OutputFolder): Promise<number> {
  await mkdir(folder, { recursive: true });
  const numbers = new Map((await practicePatients(db)).map(({ patientId, number }) => [patientId, number]));
  let written = 0;
  for (const format of formats) {
    for (const due of await dueOutputs(db, format)) {
      const name = `${fileSafe(numbers.get(due.patientId)!)}_${due.documentId}`;
      const file = due.kind === 'filed' ? await fileOf(db, due, format, zone) : noticeOf(due);
      if (file) {
        await writeWhole(join(folder, `${name}.${due.kind === 'filed' ? EXTENSIONS[format] : 'retrait.txt'}`), file);
        written++;
      }
      await noteOutput(db, due.stepId, format, new Date());
    }
  }
  return written;
}

const fileSafe = (number: string): string => encodeURIComponent(number).replaceAll('.', '%2E');

const noticeOf = ({ kind, reason }: DueOutput): Buffer =>
  Buffer.from(`${kind === 'withdrawn' ? 'Document retiré par son émetteur' : 'Document retiré de ce dossier'} : ${reason}\r\n`);

/** Undefined when the document cannot be said in this format: a letter is no HPRIM result, and stays in the others. */
async function fileOf(db: Db, { documentId }: DueOutput, format: OutputFormat, zone: string): Promise<Uint8Array | undefined> {
  const { original, uniqueId } = await documentOf(db, documentId);
  const content = contentIn(original, uniqueId);
  if (content.kind === 'file') return format === 'pdf' && content.mediaType === 'application/pdf' ? content.bytes : undefined;
  if (format === 'pdf') return (await pdfOf(content.kind === 'report' ? content.report : content.document, zone)).bytes;
  return written(content, format, { zone, isCorrection: await correctsFinal(db, documentId) });
}

function written(
  content: Content,
  format: Exclude<OutputFormat, 'pdf'>,
  said: Pick<WriteContext, 'zone' | 'isCorrection'>,
): Uint8Array | undefined {
  const sender = { name: 'Cigogne', software: 'Cigogne', version: '1', publisher: 'Cigogne' };
  try {
    return writeAs(content, format, { now: new Date(), ...said, sender }).bytes;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
