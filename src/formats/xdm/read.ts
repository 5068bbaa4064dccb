import { hash } from 'node:crypto';
import { attribute, child, children, decodeXml, keyOf, readZip, Refusal, scanXml, type XmlTape, type ZipEntry } from '#kernel';
import { INS_ROOTS } from '../cda/oids.ts';
import { CDA_VOCABULARY, V } from '../cda/vocabulary.ts';
import type { DocumentMetadata } from '../document-metadata.ts';
import type { Identifier } from '../lab-report.ts';
import type { XdmArchive, XdmDocument, XdmInside, XdmSubmission } from './archive.ts';
import { type AnnouncedEntry, readMetadata } from './read-metadata.ts';

const METADATA_FILE = /^(?:.*\/)?IHE_XDM\/[^/]+\/METADATA\.XML$/i;
const MAX_SUBMISSIONS = 50;
/** Inflated: a hundred documents, each described in 10 kB. */
const MAX_METADATA_BYTES = 2 ** 20;

/**
 * Reads an archive `IHE_XDM.ZIP`: every folder with its submission set, and each document with its bytes, whose hash and size are
 * those announced. The version and set of a CDA document come from the document, since metadata do not carry them.
 *
 * @throws Refusal `archive.unreadable`, `archive.hostile`; `archive.mismatch` when a document is missing, or is not the one that the
 *   metadata describe (hash, size, INS); `report.*` when METADATA.XML is no good XML
 */
export const readXdm = (bytes: Uint8Array): XdmArchive => openXdm(bytes, headerIn);

/**
 * The same, each document in XML read by `look` instead, once: what it gives is compared with the label, and kept as `inside`. Undefined: this
 * document tells nothing that could be compared.
 */
export function openXdm<Inside extends XdmInside>(bytes: Uint8Array, look: Look<Inside>): XdmArchive<Inside> {
  const files = readZip(bytes);
  const tables = files.filter(({ name }) => METADATA_FILE.test(name));
  if (tables.length === 0) {
    throw new Refusal('archive.unreadable', 'there is no IHE_XDM/…/METADATA.XML in the archive', { at: 'archive' });
  }
  if (tables.length > MAX_SUBMISSIONS) throw new Refusal('archive.hostile', 'the archive has too many submissions', { at: 'archive' });
  if (tables.some(({ size }) => size > MAX_METADATA_BYTES))
    throw new Refusal('archive.hostile', 'METADATA.XML is larger than the limit', { at: 'archive' });
  const archive: XdmArchive<Inside> = { submissions: [], otherFiles: [], warnings: [] };
  const byName = new Map(files.map((file) => [file.name.toLowerCase(), file]));
  const used = new Set<ZipEntry>(tables);
  for (const table of tables) archive.submissions.push(readSubmission(table, { byName, used, archive, look }));
  refuseSeveralPatients(archive);
  for (const file of files) if (!used.has(file)) archive.otherFiles.push({ name: file.name, bytes: file.read() });
  return archive;
}

/** Reads one document in XML; `n` counts them over the archive, from 1. */
export type Look<Inside> = (bytes: Uint8Array, n: number) => Inside | undefined;

interface Opening<Inside> {
  byName: ReadonlyMap<string, ZipEntry>;
  used: Set<ZipEntry>;
  archive: XdmArchive<Inside>;
  look: Look<Inside>;
}

function readSubmission<Inside extends XdmInside>(table: ZipEntry, opening: Opening<Inside>): XdmSubmission<Inside> {
  const { byName, used, archive } = opening;
  const before = archive.submissions.reduce((sum, { documents }) => sum + documents.length, 0);
  const { set, entries, relations } = readMetadata(table.read(), table.name, archive.warnings);
  const folder = table.name.slice(0, table.name.lastIndexOf('/') + 1);
  const documents = entries.map((entry, k): XdmDocument<Inside> => {
    const { uri } = entry.metadata;
    const file = uri === undefined ? undefined : byName.get(`${folder}${uri}`.toLowerCase());
    if (!file) return mismatch('the archive does not hold the file of the document', entry.at);
    used.add(file);
    return takeDocument(entry, file, before + k + 1, opening);
  });
  return { set, documents, relations };
}

function takeDocument<Inside extends XdmInside>(
  { metadata, action, at }: AnnouncedEntry,
  file: ZipEntry,
  n: number,
  { archive, look }: Opening<Inside>,
): XdmDocument<Inside> {
  if (file.size !== metadata.size) mismatch(`the document has ${file.size} bytes, not the ${metadata.size} announced`, at);
  const bytes = file.read();
  if (hash('sha1', bytes, 'hex') !== metadata.hash) mismatch('the bytes of the document are not those whose hash is announced', at);
  const inside = /xml/i.test(metadata.mimeType) ? look(bytes, n) : undefined;
  if (!inside) return { metadata, bytes, action };
  return { metadata: agreedWith(metadata, inside, at, archive), bytes, action, inside };
}

/** The metadata with the version and set of the document, whose label must name this document and this patient. */
function agreedWith(
  metadata: DocumentMetadata,
  { id, setId, version, patientIds }: XdmInside,
  at: string,
  { warnings }: Pick<XdmArchive, 'warnings'>,
): DocumentMetadata {
  if (id && !sameId(id, metadata.uniqueId)) {
    warnings.push({ code: 'xdm.unique-id', at, message: 'the uniqueId of the metadata is not the identifier of the document' });
  }
  refuseOtherPatient(metadata.patientId, patientIds, at);
  return { ...metadata, ...(version !== undefined && { version }), ...(setId && { setId }) };
}

/** The header of a CDA document, its body left unread; undefined for another document. */
function headerIn(bytes: Uint8Array): XdmInside | undefined {
  const tape = scanXml(decodeXml(bytes), CDA_VOCABULARY);
  let d = 0;
  while (d < tape.count && keyOf(tape, d) !== V.ClinicalDocument) d++;
  if (d === tape.count) return undefined;
  const [id] = idsIn(tape, d, V.id);
  const [setId] = idsIn(tape, d, V.setId);
  const role = child(tape, child(tape, d, V.recordTarget), V.patientRole);
  const version = attribute(tape, child(tape, d, V.versionNumber), V.value);
  return {
    ...(id && { id }),
    ...(setId && { setId }),
    ...(version !== undefined && /^[1-9]\d{0,8}$/.test(version) && { version: Number(version) }),
    patientIds: idsIn(tape, role, V.id),
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
