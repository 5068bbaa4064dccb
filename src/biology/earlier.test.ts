import { expect, test } from 'vitest';
import type { StoredReport } from '#record/contract';
import { versionsOf } from './earlier.ts';

const report = (documentId: string, version: number, hour: string, supersededBy?: string): StoredReport => ({
  documentId,
  uniqueId: `1.2.${documentId}`,
  setId: '1.2.3',
  version,
  replaces: [],
  status: 'final',
  issuedAt: `2026-03-02T${hour}:00:00.000Z`,
  receivedAt: `2026-03-02T${hour}:00:00.000Z`,
  sampledAt: '2026-03-02T06:00:00.000Z',
  laboratory: { finess: '994000016', name: 'Laboratoire des essais' },
  chapters: [],
  hasPdf: false,
  joinedBy: 'ins',
  results: [],
  current: supersededBy === undefined,
  conflict: false,
  ...(supersededBy !== undefined && { supersededBy }),
});

test('versions that came counted and by their time are told newest first, by when they were issued', () => {
  const byTime = (hour: number) => Date.UTC(2026, 2, 2, hour) / 1_000 - Date.UTC(2000, 0, 1) / 1_000 + 1;
  const versions = [report('a', 1, '08', 'c'), report('b', byTime(9), '09', 'c'), report('c', 2, '10')];
  expect(versionsOf(versions, 'a').map(({ documentId }) => documentId)).toEqual(['c', 'b', 'a']);
});
