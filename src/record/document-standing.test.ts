import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentStandings } from './document-standing.ts';
import type { DocumentEventRow } from './store-registry.ts';
import type { VersionedDocument } from './versioned-document.ts';

const STRUCTURE = '990200001';
const letter = (documentId: string, more: Partial<VersionedDocument> = {}): VersionedDocument => ({
  documentId,
  uniqueId: `1.${documentId}`,
  setId: `2.${documentId}`,
  version: 1,
  replaces: [],
  structure: STRUCTURE,
  ...more,
});

let clock = 0;
const event = (documentId: string, kind: DocumentEventRow['kind'], more: Partial<DocumentEventRow> = {}): DocumentEventRow => ({
  patientId: '0190a000-0000-7000-8000-000000000001',
  documentId,
  kind,
  mask: kind === 'hide' || kind === 'show' ? 'MASQUE_PS' : null,
  at: new Date(++clock * 1_000),
  actor: 'patient:1',
  actorName: 'Jeanne ESSAI',
  role: 'patient',
  reason: null,
  owner: null,
  ownerName: null,
  dueAt: null,
  remindAt: null,
  ...more,
});
const masksOf = (documents: VersionedDocument[], events: DocumentEventRow[], documentId: string) =>
  documentStandings(documents, events)(documentId).masks.map(({ mask }) => mask);

describe('what people did with a document', () => {
  test('a document that nobody touched stands as it was filed', () => {
    expect(documentStandings([letter('a')], [])('a')).toEqual({ status: 'current', masks: [] });
    expect(documentStandings([letter('a'), letter('b')], [event('b', 'hide')])('a')).toEqual({ status: 'current', masks: [] });
  });

  test('hidden then shown again is shown, and when that changed is kept', () => {
    const events = [event('a', 'hide'), event('a', 'show')];
    const standing = documentStandings([letter('a')], events)('a');
    expect(standing).toEqual({ status: 'current', masks: [], changedAt: events[1]!.at.toISOString() });
  });

  test('a mask does not lift another one', () => {
    const events = [event('a', 'hide'), event('a', 'hide', { mask: 'INVISIBLE_PATIENT' }), event('a', 'show')];
    expect(masksOf([letter('a')], events, 'a')).toEqual(['INVISIBLE_PATIENT']);
  });

  test('the mask of a document holds for its correction, whether known by its set or by what it replaces', () => {
    const hidden = [event('a', 'hide')];
    expect(masksOf([letter('a'), letter('b', { setId: '2.a', version: 2 })], hidden, 'b')).toEqual(['MASQUE_PS']);
    expect(masksOf([letter('a'), letter('b', { replaces: ['1.a'] })], hidden, 'b')).toEqual(['MASQUE_PS']);
    expect(masksOf([letter('c', { replaces: ['1.b'] }), letter('b', { replaces: ['1.a'] }), letter('a')], hidden, 'c')).toEqual([
      'MASQUE_PS',
    ]);
  });

  test('the correction of a version that never came is hidden with its fellow', () => {
    const documents = [letter('b', { replaces: ['1.lost'] }), letter('c', { replaces: ['1.lost'] })];
    expect(masksOf(documents, [event('b', 'hide')], 'c')).toEqual(['MASQUE_PS']);
  });

  test('a document of another structure is not of the family, even under the same identifiers', () => {
    const documents = [letter('a'), letter('b', { setId: '2.a', replaces: ['1.a'], structure: '990200002' })];
    expect(masksOf(documents, [event('a', 'hide')], 'b')).toEqual([]);
  });

  test('a mask holds for the copy that another channel brings, even after the report was corrected, and whichever of them was hidden', () => {
    const first = letter('a', { contentKey: 'same', source: 'lis cda' });
    const correction = letter('b', { setId: '2.a', version: 2, contentKey: 'corrected', source: 'lis cda' });
    const late = letter('c', { contentKey: 'same', source: 'lis hl7' });
    const other = letter('d', { contentKey: 'other', source: 'lis hl7' });
    const all = [first, correction, late, other];
    expect(all.map(({ documentId }) => masksOf(all, [event('a', 'hide')], documentId).length)).toEqual([1, 1, 1, 0]);
    expect(all.map(({ documentId }) => masksOf(all, [event('c', 'hide')], documentId).length)).toEqual([1, 1, 1, 0]);
    const twice = [first, letter('e', { contentKey: 'same', source: 'lis cda' })];
    expect(masksOf(twice, [event('a', 'hide')], 'e'), 'two of one source are two, as their sender says').toEqual([]);
  });

  test('archived or withdrawn is said of that version alone, and can be undone', () => {
    const documents = [letter('a'), letter('b', { setId: '2.a', version: 2 })];
    const read = documentStandings(documents, [event('a', 'archive'), event('a', 'restore'), event('a', 'delete')]);
    expect([read('a').status, read('b').status]).toEqual(['deleted', 'current']);
    expect(documentStandings(documents, [event('a', 'archive')])('a').status).toBe('archived');
  });

  test('who announces, by when, and who hid are told', () => {
    const mask = { mask: 'INVISIBLE_PATIENT', owner: 'rpps:8', ownerName: 'Dr T', dueAt: new Date(5e9), remindAt: new Date(4e9) } as const;
    const [found] = documentStandings([letter('a')], [event('a', 'hide', { ...mask, reason: 'à annoncer' })])('a').masks;
    expect(found).toMatchObject({
      mask: 'INVISIBLE_PATIENT',
      by: { id: 'patient:1', name: 'Jeanne ESSAI', role: 'patient' },
      reason: 'à annoncer',
      announcement: { owner: 'rpps:8', ownerName: 'Dr T', dueAt: new Date(5e9).toISOString() },
    });
  });

  test('the order in which documents are listed changes nothing, and every version of a family has the same masks', () => {
    const documents = fc.array(
      fc.record({
        setId: fc.constantFrom('s1', 's2', 's3'),
        replaces: fc.uniqueArray(fc.constantFrom('1.d0', '1.d1', '1.d2', '1.d3'), { maxLength: 2 }),
        structure: fc.constantFrom(STRUCTURE, '990200002'),
      }),
      { minLength: 1, maxLength: 5 },
    );
    const acts = fc.array(
      fc.tuple(fc.nat(4), fc.constantFrom('hide', 'show'), fc.constantFrom('MASQUE_PS', 'INVISIBLE_REPRESENTANTS_LEGAUX')),
    );
    fc.assert(
      fc.property(documents, acts, (drawn, done) => {
        const all = drawn.map((one, i) => letter(`d${i}`, one));
        const events = done.map(([i, kind, mask]) => event(`d${i % all.length}`, kind as 'hide', { mask: mask as 'MASQUE_PS' }));
        const [one, other] = [documentStandings(all, events), documentStandings(all.toReversed(), events)];
        for (const { documentId, setId, structure } of all) {
          expect(other(documentId)).toEqual(one(documentId));
          for (const fellow of all.filter((each) => each.setId === setId && each.structure === structure))
            expect(one(fellow.documentId).masks).toEqual(one(documentId).masks);
        }
      }),
    );
  });
});
