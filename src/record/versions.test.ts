import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VersionedDocument } from './versioned-document.ts';
import { standings } from './versions.ts';

const doc = (uniqueId: string, version: number, replaces: string[] = [], setId = 'set', structure = 'lab'): VersionedDocument => ({
  documentId: `d-${uniqueId}`,
  uniqueId,
  setId,
  version,
  replaces,
  structure,
});
const currentOf = (documents: VersionedDocument[]) =>
  documents.filter((d) => standings(documents).get(d.documentId)!.current).map((d) => d.uniqueId);

describe('the version of a report to read', () => {
  test('a report alone is current', () => {
    expect(standings([doc('1', 1)]).get('d-1')).toEqual({ current: true, conflict: false });
  });
  test('a corrected report supersedes the first one', () => {
    const both = [doc('1', 1), doc('2', 2, ['1'])];
    expect(currentOf(both)).toEqual(['2']);
    expect(standings(both).get('d-1')!.supersededBy).toBe('d-2');
  });
  test('version 1 that arrives after version 2 never becomes current', () => {
    expect(currentOf([doc('2', 2, ['1']), doc('1', 1)])).toEqual(['2']);
  });
  test('a replacement without a common setId still replaces', () => {
    expect(currentOf([doc('1', 1, [], 'a'), doc('2', 1, ['1'], 'b')])).toEqual(['2']);
  });
  test('two reports that replace the same parent are in conflict, and both are shown', () => {
    const three = [doc('1', 1), doc('2', 2, ['1']), doc('2b', 2, ['1'])];
    expect(currentOf(three)).toEqual(['2', '2b']);
    expect(standings(three).get('d-2')!.conflict).toBe(true);
    expect(standings(three).get('d-2b')!.conflict).toBe(true);
    expect(standings(three).get('d-1')!.conflict).toBe(false);
  });
  test('a laboratory cannot replace the report of another one', () => {
    const both = [doc('1', 1, [], 'a', 'lab A'), doc('2', 2, ['1'], 'a', 'lab B')];
    expect(currentOf(both)).toEqual(['1', '2']);
    expect(standings(both).get('d-2')!.conflict).toBe(true);
  });
  test('a laboratory that uses the identifier of another one hides nothing and disturbs no correction', () => {
    const three = [
      doc('1', 1, [], 'a', 'lab A'),
      { ...doc('1', 1, [], 'b', 'lab B'), documentId: 'd-squatter' },
      doc('2', 2, ['1'], 'a', 'lab A'),
    ];
    expect(standings(three).get('d-1')).toMatchObject({ current: false, supersededBy: 'd-2' });
    expect(standings(three).get('d-2')).toEqual({ current: true, conflict: false });
    expect(standings(three).get('d-squatter')).toEqual({ current: true, conflict: false });
  });
  test('reports that replace one another in a circle are all shown, in conflict', () => {
    const both = [doc('1', 1, ['2'], 'a'), doc('2', 1, ['1'], 'b')];
    expect(currentOf(both)).toEqual(['1', '2']);
    expect(standings(both).get('d-1')!.conflict).toBe(true);
  });
  test('the one that a biologist chose among reports in conflict is the one to read, until a later version comes', () => {
    const chosen = { ...doc('2b', 2, ['1']), isChosen: true };
    const three = [doc('1', 1), doc('2', 2, ['1']), chosen];
    expect(currentOf(three)).toEqual(['2b']);
    expect(standings(three).get('d-2')).toEqual({ current: false, conflict: false, supersededBy: 'd-2b' });
    expect(currentOf([...three, doc('3', 3, ['2b'])])).toEqual(['3']);
  });
  test('the one chosen in a circle is the one to read', () => {
    const both = [{ ...doc('1', 1, ['2'], 'a'), isChosen: true }, doc('2', 1, ['1'], 'b')];
    expect(currentOf(both)).toEqual(['1']);
    expect(standings(both).get('d-1')!.conflict).toBe(false);
  });
  test('a report that came by its count in one way and by its time in another is in the order of the times', () => {
    // Version 2 of a CDA corrects what FHIR, which counts no versions, issued an hour before.
    const second = (at: string) => (Date.parse(at) - Date.UTC(2000, 0, 1)) / 1000;
    const at = (hour: string) => `2026-03-02T${hour}:00:00.000Z`;
    const first = { ...doc('fhir', second(at('10')) + 1), issuedAt: at('10') };
    const counted = { ...doc('cda', 2), issuedAt: at('11') };
    const withdrawn = { ...doc('taken back', second(at('11')) + 3), issuedAt: at('11') };
    expect(currentOf([first, counted])).toEqual(['cda']);
    expect(currentOf([withdrawn, counted, first])).toEqual(['taken back']);
    const unlike = { ...doc('fhir too', second(at('11')) + 1), issuedAt: at('11') };
    expect(currentOf([unlike, counted, first])).toEqual(['fhir too', 'cda']);
    expect(standings([unlike, counted, first]).get('d-cda')!.conflict).toBe(true);
  });
  test('the order of arrival changes nothing', () => {
    const chain = fc.shuffledSubarray([doc('1', 1), doc('2', 2, ['1']), doc('3', 3, ['2']), doc('4', 4, ['3'])], { minLength: 1 });
    fc.assert(
      fc.property(chain, (documents) => {
        const highest = Math.max(...documents.map(({ version }) => version));
        expect(currentOf(documents)).toEqual([String(highest)]);
      }),
    );
  });
  test('something of every set is always current, even when senders write cycles', () => {
    const any = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 8 }),
        set: fc.constantFrom('a', 'b'),
        version: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 800_000_000, max: 800_000_009 })),
        issuedAt: fc.option(fc.integer({ min: 0, max: 9 })),
        replaces: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 2 }),
      }),
      { selector: ({ id }) => id, minLength: 1 },
    );
    fc.assert(
      fc.property(any, (set) => {
        const documents = set.map(({ id, set, version, replaces, issuedAt }) => ({
          ...doc(String(id), version, replaces.map(String), set),
          issuedAt: issuedAt === null ? null : new Date(Date.UTC(2000, 0, 1) + (800_000_000 + issuedAt) * 1000).toISOString(),
        }));
        expect(currentOf(documents).length).toBeGreaterThan(0);
      }),
    );
  });
});
