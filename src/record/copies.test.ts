import { describe, expect, test } from 'vitest';
import type { VersionedDocument } from './versioned-document.ts';
import { standings } from './versions.ts';

let n = 0;
/** Reports in order of reception; `content` is what their results say. */
const report = (content: string, source: string, more: Partial<VersionedDocument> = {}): VersionedDocument => {
  const id = String(++n).padStart(4, '0');
  return {
    documentId: `d${id}`,
    uniqueId: `u${id}`,
    setId: `s${id}`,
    version: 1,
    replaces: [],
    structure: '990400001',
    contentKey: content,
    source,
    ...more,
  };
};
const read = (...documents: VersionedDocument[]) => {
  const standing = standings(documents);
  expect(standings(documents.toReversed())).toEqual(standing);
  return documents.map(({ documentId }) => standing.get(documentId)!);
};

describe('the same report by another channel', () => {
  test('is a copy of the first, which stays current', () => {
    const [first, second] = [report('5,6', 'lis hl7v2-oru'), report('5,6', 'lis cda-cr-bio')];
    const [one, other] = read(first, second);
    expect(one).toEqual({ current: true, conflict: false });
    expect(other).toMatchObject({ copyOf: first.documentId });
  });

  test('from one source they are two reports: their sender says so', () => {
    expect(read(report('5,6', 'lis cda'), report('5,6', 'lis cda')).map(({ copyOf }) => copyOf)).toEqual([undefined, undefined]);
  });

  test('of another structure, or saying another thing, is not a copy', () => {
    const documents = [
      report('5,6', 'a'),
      report('5,6', 'b', { structure: '990400002' }),
      report('5,7', 'b'),
      report('', 'b', { contentKey: null }),
    ];
    expect(read(...documents).every(({ current, copyOf }) => current && copyOf === undefined)).toBe(true);
  });

  test('the correction that replaces the copy corrects the report shown', () => {
    const [first, copy] = [report('5,6', 'a'), report('5,6', 'b')];
    const correction = report('5,7', 'b', { replaces: [copy.uniqueId], version: 2 });
    const [one, , last] = read(first, copy, correction);
    expect(one).toMatchObject({ current: false, supersededBy: correction.documentId });
    expect(last).toMatchObject({ current: true, conflict: false });
  });

  test('corrected by both channels is one correction, and no contradiction', () => {
    const [first, copy] = [report('5,6', 'a'), report('5,6', 'b')];
    const corrections = [
      report('5,7', 'a', { replaces: [first.uniqueId], version: 2 }),
      report('5,7', 'b', { replaces: [copy.uniqueId], version: 2 }),
    ];
    const [one, , mended, again] = read(first, copy, ...corrections);
    expect(one).toMatchObject({ current: false, supersededBy: corrections[0]!.documentId });
    expect(mended).toEqual({ current: true, conflict: false });
    expect(again).toMatchObject({ copyOf: corrections[0]!.documentId });
  });

  test('that comes after its look-alike was corrected stands on its own: it may be what corrects the correction', () => {
    const first = report('5,6', 'a');
    const correction = report('5,7', 'a', { replaces: [first.uniqueId], version: 2 });
    const late = report('5,6', 'b');
    expect(read(first, correction, late)[2]).toMatchObject({ current: true });
  });
});
