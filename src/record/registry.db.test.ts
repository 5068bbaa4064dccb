import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { DocumentMetadata } from '../formats/index.ts';
import { uuidv7 } from '../kernel/index.ts';
import { documentHead } from './document-head.ts';
import { packOriginal } from './originals.ts';
import { changedSince, documentById, documentsOf, documentsSince } from './registry.ts';
import { originalOf } from './show-original.ts';
import { reportsOf } from './kept-reports.ts';
import { takeEvents } from './store.ts';
import { submissionsOf, writeArrival, writeDocumentEvent, writeSubmission } from './store-registry.ts';
import { type DocumentToStore, storeDocument } from './store-write.ts';

const database = testDatabase();
const patientId = uuidv7();
const STRUCTURE = { finess: '990200001', name: 'CH des Essais' };

function metadataOf(root: string, more: Partial<DocumentMetadata> = {}): DocumentMetadata {
  return {
    entryUuid: `urn:uuid:${uuidv7()}`,
    uniqueId: { root },
    version: 1,
    availability: 'approved',
    classCode: { code: '10' },
    typeCode: { code: '11490-0', display: 'Lettre de liaison à la sortie' },
    formatCode: { code: 'urn:asip:ci-sis:ldl-ses:2017' },
    mimeType: 'text/xml',
    title: 'Lettre de liaison à la sortie',
    language: 'fr-FR',
    createdAt: '20261106152000',
    serviceStart: '20261028',
    authors: [
      {
        id: { root: '1.2.250.1.71.4.2.1', extension: '899700000022' },
        name: { suffix: 'DR', given: 'Hélène', family: 'GARNIER-DEMO' },
        organizations: [{ ids: [], name: 'Cardiologie' }],
      },
    ],
    confidentiality: { code: 'N' },
    visibility: [],
    healthcareFacilityType: { code: 'SA01' },
    practiceSetting: { code: 'ETABLISSEMENT' },
    eventCodes: [],
    sourcePatient: { ids: [] },
    referenceIds: [],
    hash: '',
    size: 10,
    ...more,
  };
}

interface More {
  metadata?: Partial<DocumentMetadata>;
  replaces?: string[];
  relations?: DocumentToStore['relations'];
  masks?: DocumentToStore['masks'];
  receivedAt?: string;
}

function letter(root: string, { metadata = {}, replaces = [], relations = [], masks = [], receivedAt }: More = {}): DocumentToStore {
  const bytes = Buffer.from(`<ClinicalDocument>${root}</ClinicalDocument>`);
  const said = metadataOf(root, metadata);
  const head = documentHead(said, {
    documentId: uuidv7(),
    receivedAt: receivedAt ?? '2026-11-06T15:21:00.000Z',
    joinedBy: 'ins',
    channel: 'deposit',
    structure: STRUCTURE,
    replaces: replaces.map((id) => ({ root: id })),
    hasPdf: false,
    zone: 'Europe/Paris',
  });
  return {
    patientId,
    head,
    metadata: JSON.stringify(said),
    relations,
    masks,
    original: { ...packOriginal(bytes, undefined), sha256: createHash('sha256').update(bytes).digest(), mediaType: 'text/xml' },
    deposit: { depositId: uuidv7(), senderId: 'system:dpi' },
    eventId: uuidv7(),
  };
}

const store = async (document: DocumentToStore) => {
  expect(await storeDocument(database.db, document)).toBe(true);
  return document.head;
};
const hide = (documentId: string, kind: 'hide' | 'show' = 'hide') =>
  writeDocumentEvent(database.db, {
    patientId,
    documentId,
    kind,
    mask: 'MASQUE_PS',
    eventId: uuidv7(),
    at: new Date().toISOString(),
    actor: `patient:${patientId}`,
    actorName: 'Jeanne ESSAI',
    role: 'patient',
  });

describe('the registry', () => {
  beforeEach(() =>
    database.db.script(
      `truncate record.deposit, record.document, record.original, record.pdf, record.outbox, record.relation, record.arrival,
         record.document_event, record.submission`,
    ),
  );

  test('keeps a discharge letter with what its sender says about it, and gives its bytes back', async () => {
    const { documentId } = await store(letter('1.1'));
    expect(await documentById(database.db, [patientId], documentId)).toMatchObject({
      kind: 'document',
      category: 'hospital-report',
      group: 'discharge',
      type: { code: '11490-0' },
      title: 'Lettre de liaison à la sortie',
      issuedAt: '2026-11-06T15:20:00.000Z',
      servedAt: '2026-10-27T23:00:00.000Z',
      structure: STRUCTURE,
      authors: [{ name: 'Dr Hélène GARNIER-DEMO', id: 'rpps:899700000022', institution: 'Cardiologie' }],
      current: true,
      status: 'current',
      masks: [],
    });
    const { bytes } = await originalOf(database.db, [patientId], documentId, 'document');
    expect(bytes.toString()).toBe('<ClinicalDocument>1.1</ClinicalDocument>');
  });

  test('is not biology: a letter is opened by no route of reports, and tells open pages another event', async () => {
    const { documentId } = await store(letter('1.1'));
    expect(await reportsOf(database.db, [patientId])).toEqual([]);
    await expect(originalOf(database.db, [patientId], documentId, 'laboratory-report')).rejects.toMatchObject({
      code: 'request.not-found',
    });
    const events = await database.db.transaction((tx) => takeEvents(tx, 10));
    expect(events.map(({ kind }) => kind)).toEqual(['document-stored']);
  });

  test('shows the corrected letter as current and keeps the first, in whatever order they come', async () => {
    const second = await store(letter('1.2', { metadata: { version: 2, setId: { root: '9' } }, replaces: ['1.1'] }));
    const first = await store(letter('1.1', { metadata: { setId: { root: '9' } } }));
    const items = await documentsOf(database.db, [patientId]);
    expect(items.find(({ documentId }) => documentId === first.documentId)).toMatchObject({
      current: false,
      supersededBy: second.documentId,
    });
    expect(items.find(({ documentId }) => documentId === second.documentId)).toMatchObject({
      current: true,
      relations: [{ kind: 'replaces', uniqueId: '1.1', documentId: first.documentId }],
    });
  });

  test('ties an addendum, a signature and another form to their document, also when it comes later or never', async () => {
    const addendum = await store(
      letter('1.2', {
        relations: [
          { kind: 'APND', target: '1.1' },
          { kind: 'signs', target: '1.404' },
        ],
      }),
    );
    const first = await store(letter('1.1'));
    const item = await documentById(database.db, [patientId], addendum.documentId);
    expect(item?.relations.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
      { kind: 'adds-to', uniqueId: '1.1', documentId: first.documentId },
      { kind: 'signs', uniqueId: '1.404' },
    ]);
  });

  test('keeps every hiding and showing, and a correction that comes later is hidden too', async () => {
    const { documentId } = await store(letter('1.1'));
    await hide(documentId);
    const correction = await store(letter('1.2', { replaces: ['1.1'] }));
    expect((await documentById(database.db, [patientId], correction.documentId))?.masks.map(({ mask }) => mask)).toEqual(['MASQUE_PS']);
    await hide(correction.documentId, 'show');
    expect((await documentById(database.db, [patientId], documentId))?.masks).toEqual([]);
    const kept = await database.db.query<{ kind: string }>('kept', 'select kind from record.document_event order by at, event_id');
    expect(kept.map(({ kind }) => kind)).toEqual(['hide', 'show']);
  });

  test('a document that comes hidden from its patient is so from the first instant, with who announces it', async () => {
    const mask = {
      eventId: uuidv7(),
      mask: 'INVISIBLE_PATIENT',
      at: '2026-11-06T15:21:00.000Z',
      actor: 'system:dpi',
      actorName: 'DPI',
      role: 'laboratory-system',
      owner: 'rpps:899700000022',
      ownerName: 'Dr Hélène GARNIER-DEMO',
      dueAt: '2026-11-26T00:00:00.000Z',
      remindAt: '2026-11-25T00:00:00.000Z',
    } as const;
    const { documentId } = await store(letter('1.1', { masks: [mask] }));
    expect((await documentById(database.db, [patientId], documentId))?.masks[0]?.announcement).toEqual({
      owner: mask.owner,
      ownerName: mask.ownerName,
      dueAt: mask.dueAt,
      remindAt: mask.remindAt,
    });
  });

  test('the same document by two channels is one document with two arrivals', async () => {
    const document = letter('1.1');
    const { documentId } = await store(document);
    const arrival = { patientId, documentId, channel: 'mssante', senderId: 'system:mss', sha256: document.original.sha256 } as const;
    await writeArrival(database.db, { ...arrival, at: new Date('2026-11-06T15:30:00Z') });
    await writeArrival(database.db, { ...arrival, at: new Date('2026-11-06T15:40:00Z') });
    const [item, ...others] = await documentsOf(database.db, [patientId]);
    expect(others).toEqual([]);
    expect(item?.arrivals).toEqual([{ at: '2026-11-06T15:30:00.000Z', channel: 'mssante', sender: 'system:mss' }]);
  });

  test('tells what is new, replaced or whose visibility changed since a visit', async () => {
    const at = (hour: string) => `2026-11-06T${hour}:00.000Z`;
    const old = await store(letter('1.1', { receivedAt: at('10:00') }));
    const replaced = await store(letter('1.2', { receivedAt: at('10:00') }));
    await store(letter('1.4', { receivedAt: at('10:00') }));
    const correction = await store(letter('1.3', { receivedAt: at('12:00'), replaces: ['1.2'] }));
    await hide(old.documentId);
    const changed = await documentsSince(database.db, [patientId], new Date(at('11:00')));
    expect(changed.map(({ documentId }) => documentId).toSorted()).toEqual(
      [old, replaced, correction].map(({ documentId }) => documentId).toSorted(),
    );
    expect(changedSince(await documentsOf(database.db, [patientId]), '2100-01-01T00:00:00.000Z')).toEqual([]);
  });

  test('keeps what was sent together once', async () => {
    const { documentId } = await store(letter('1.1'));
    const submission = {
      patientId,
      uniqueId: '1.9.1',
      sourceId: '1.9',
      documentIds: [documentId],
      submittedAt: new Date('2026-11-06T15:21:00Z'),
      metadata: '{}',
    };
    await writeSubmission(database.db, submission);
    await writeSubmission(database.db, submission);
    expect(await submissionsOf(database.db, [patientId])).toMatchObject([{ uniqueId: '1.9.1', documentIds: [documentId] }]);
  });

  test('refuses a type that has no place in the matrix of rights', () => {
    const refused = () => letter('1.1', { metadata: { typeCode: { code: '99999-9' }, classCode: { code: '77' } } });
    expect(refused).toThrow(expect.objectContaining({ code: 'document.type-unknown' }));
  });
});
