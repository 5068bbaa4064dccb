import { hash } from 'node:crypto';
import { attribute, child, children, decodeXml, keyOf, readZip, Refusal, scanXml, type XmlTape, type ZipEntry } from '#kernel';
import { INS_ROOTS } from '../cda/oids.ts';
import { CDA_VOCABULARY, V } from '../cda/vocabulary.ts';
import type { DocumentMetadata } from '../document-metadata.ts';
import type { Identifier } from '../lab-report.ts';
import type { XdmArchive, XdmDocument, XdmSubmission } from './archive.ts';
import { type AnnouncedEntry, readMetadata } from './read-metadata.ts';

const METADATA_FILE = /^(?:.*\/)?IHE_XDM\/[^/]+\/METADATA\.XML$/i;
const MAX_SUBMISSIONS = 50;

/**
 * Reads an archive `IHE_XDM.ZIP`: every folder with its submission set, and each document with its bytes, whose hash and size are
 * those announced. The version and set of a CDA document come from the document, since metadata do not carry them.
 *
 * @throws Refusal `archive.unreadable`, `archive.hostile`; `archive.mismatch` when a document is missing, or is not the one that the
 *   metadata describe (hash, size, INS); `report.*` when METADATA.XML is no good XML
 */
export function readXdm(bytes: Uint8Array): XdmArchive {
  const files = readZip(bytes);
  const tables = files.filter(({ name }) => METADATA_FILE.test(name));
  if (tables.length === 0) {
    throw new Refusal('archive.unreadable', 'there is no IHE_XDM/…/METADATA.XML in the archive', { at: 'archive' });
  }
  if (tables.length > MAX_SUBMISSIONS) throw new Refusal('archive.hostile', 'the archive has too many submissions', { at: 'archive' });
  const archive: XdmArchive = { submissions: [], otherFiles: [], warnings: [] };
  const byName = new Map(files.map((file) => [file.name.toLowerCase(), file]));
  const used = new Set<ZipEntry>(tables);
  for (const table of tables) archive.submissions.push(readSubmission(table, byName, used, archive));
  refuseSeveralPatients(archive);
  for (const file of files) if (!used.has(file)) archive.otherFiles.push({ name: file.name, bytes: file.read() });
  return archive;
}

function readSubmission(table: ZipEntry, byName: ReadonlyMap<string, ZipEntry>, used: Set<ZipEntry>, archive: XdmArchive): XdmSubmission {
  const { set, entries, relations } = readMetadata(table.read(), table.name, archive.warnings);
  const folder = table.name.slice(0, table.name.lastIndexOf('/') + 1);
  const documents = entries.map((entry): XdmDocument => {
    const { uri } = entry.metadata;
    const file = uri === undefined ? undefined : byName.get(`${folder}${uri}`.toLowerCase());
    if (!file) return mismatch('the archive does not hold the file of the document', entry.at);
    used.add(file);
    return takeDocument(entry, file, archive);
  });
  return { set, documents, relations };
}

function takeDocument({ metadata, action, at }: AnnouncedEntry, file: ZipEntry, archive: XdmArchive): XdmDocument {
  if (file.size !== metadata.size) mismatch(`the document has ${file.size} bytes, not the ${metadata.size} announced`, at);
  const bytes = file.read();
  if (hash('sha1', bytes, 'hex') !== metadata.hash) mismatch('the bytes of the document are not those whose hash is announced', at);
  return { metadata: /xml/i.test(metadata.mimeType) ? withinDocument(metadata, bytes, at, archive) : metadata, bytes, action };
}

/** What the CDA document itself says: its version and set, and that it is the document and the patient announced. */
function withinDocument(metadata: DocumentMetadata, bytes: Uint8Array, at: string, archive: XdmArchive): DocumentMetadata {
  const tape = scanXml(decodeXml(bytes), CDA_VOCABULARY);
  let d = 0;
  while (d < tape.count && keyOf(tape, d) !== V.ClinicalDocument) d++;
  if (d === tape.count) return metadata;
  const [id] = idsIn(tape, d, V.id);
  const [setId] = idsIn(tape, d, V.setId);
  if (id && !sameId(id, metadata.uniqueId)) {
    archive.warnings.push({ code: 'xdm.unique-id', at, message: 'the uniqueId of the metadata is not the identifier of the document' });
  }
  const role = child(tape, child(tape, d, V.recordTarget), V.patientRole);
  refuseOtherPatient(metadata.patientId, idsIn(tape, role, V.id), at);
  const version = attribute(tape, child(tape, d, V.versionNumber), V.value);
  return {
    ...metadata,
    ...(version !== undefined && /^[1-9]\d{0,8}$/.test(version) && { version: Number(version) }),
    ...(setId && { setId }),
  };
}

function idsIn(tape: XmlTape, parent: number, name: number): Identifier[] {
  return children(tape, parent, name).flatMap((n) => {
    const root = attribute(tape, n, V.root);
    const extension = attribute(tape, n, V.extension);
    return root ? [{ root, ...(extension && { extension }) }] : [];
  });
}

const sameId = (a: Identifier, b: Identifier) => a.root === b.root && (a.extension ?? '') === (b.extension ?? '');

/** An INS on the label that is not the one inside would put a document in another person's record. */
function refuseOtherPatient(announced: Identifier | undefined, inside: readonly Identifier[], at: string): void {
  const ins = inside.filter(({ root }) => INS_ROOTS.includes(root));
  if (!announced || !INS_ROOTS.includes(announced.root) || ins.length === 0) return;
  if (!ins.some((id) => sameId(id, announced))) mismatch('the INS of the metadata is not that of the document', at);
}

function refuseSeveralPatients({ submissions }: XdmArchive): void {
  const patients = new Set(
    submissions.flatMap(({ documents }) =>
      documents.flatMap(({ metadata: { patientId: id } }) => (id ? [`${id.root}^${id.extension ?? ''}`] : [])),
    ),
  );
  if (patients.size > 1) mismatch('the documents of the archive are of several patients', 'archive');
}

function mismatch(message: string, at: string): never {
  throw new Refusal('archive.mismatch', message, { at });
}
