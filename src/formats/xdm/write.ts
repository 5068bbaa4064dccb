import { hash } from 'node:crypto';
import { readHl7Time, Refusal, writeZip } from '#kernel';
import type { XdmDocument, XdmSubmission } from './archive.ts';
import { indexPage, type PageEntry, readmePage, type XdmSender } from './pages.ts';
import { writeMetadata } from './write-metadata.ts';

/**
 * Writes the archive `IHE_XDM.ZIP`: one folder a submission, METADATA.XML first in it, names in eight letters and three.
 * Hash, size and file name are those of the bytes given, whatever the metadata said. No clock: files bear the time of sending.
 *
 * @throws Refusal `request.invalid` when the documents are of several patients: one person an archive (MSSanté ECO.2.1.1)
 */
export function writeXdm(submissions: readonly XdmSubmission[], sender: XdmSender): Uint8Array {
  refuseSeveralPatients(submissions);
  const files: { name: string; bytes: Uint8Array }[] = [];
  const entries: PageEntry[] = [];
  submissions.forEach((submission, s) => {
    const folder = `IHE_XDM/SUBSET${String(s + 1).padStart(2, '0')}`;
    const documents = submission.documents.map(asFile);
    files.push({ name: `${folder}/METADATA.XML`, bytes: Buffer.from(writeMetadata({ ...submission, documents })) });
    for (const { metadata, bytes } of documents) {
      const path = `${folder}/${metadata.uri}`;
      files.push({ name: path, bytes });
      entries.push({ path, title: metadata.title });
    }
  });
  const paths = ['INDEX.HTM', 'README.TXT', ...files.map(({ name }) => name)];
  const pages = [
    { name: 'INDEX.HTM', bytes: Buffer.from(indexPage(sender, entries)) },
    { name: 'README.TXT', bytes: Buffer.from(readmePage(sender, submissions, paths)) },
  ];
  const at = readHl7Time(submissions[0]?.set.submittedAt ?? '', 'UTC')?.epochMs ?? 0;
  return writeZip([...pages, ...files], new Date(at));
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/xml': 'XML',
  'application/xml': 'XML',
  'application/pdf': 'PDF',
  'text/plain': 'TXT',
  'image/jpeg': 'JPG',
  'image/tiff': 'TIF',
  'text/rtf': 'RTF',
  'application/xslt+xml': 'XSL',
};

function asFile(document: XdmDocument, n: number): XdmDocument {
  const { metadata, bytes } = document;
  const uri = `DOC${String(n + 1).padStart(4, '0')}.${EXTENSIONS[metadata.mimeType] ?? 'BIN'}`;
  return { ...document, metadata: { ...metadata, uri, size: bytes.length, hash: hash('sha1', bytes, 'hex') } };
}

function refuseSeveralPatients(submissions: readonly XdmSubmission[]): void {
  const patients = new Set<string>();
  for (const { set, documents } of submissions)
    for (const id of [set.patientId, ...documents.map(({ metadata }) => metadata.patientId)])
      if (id) patients.add(`${id.root}^${id.extension ?? ''}`);
  if (patients.size > 1)
    throw new Refusal('request.invalid', 'an archive is about one patient, and these documents are of several', { at: 'submissions' });
}
