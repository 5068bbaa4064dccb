import { expect, test } from 'vitest';
import type { StoredResult } from '#record';
import { changesIn } from './changes.ts';
import type { LgcDocument } from './store.ts';

const potassium = (text: string, comparator?: '<'): StoredResult =>
  ({
    label: 'Potassium',
    text,
    unit: 'mmol/L',
    number: { value: Number(text), decimals: 1, ...(comparator && { comparator }) },
    normalised: { row: 'potassium.serum' },
  }) as unknown as StoredResult;
const documentOf = (documentId: string, day: string, result: StoredResult) =>
  ({ documentId, issuedAt: new Date(`${day}T08:00:00Z`), producer: 'BioRives', results: [result] }) as unknown as LgcDocument;

const now = documentOf('now', '2026-11-18', potassium('5.6'));

test.each([
  ['27 % more than 4,4 three months before', documentOf('a', '2026-08-18', potassium('4.4')), { percent: 27, text: '4.4' }],
  ['20 % less than 7,0 the week before', documentOf('b', '2026-11-11', potassium('7.0')), { percent: -20, text: '7.0' }],
  ['nothing, when the one before is of four years ago', documentOf('c', '2022-11-11', potassium('4.4')), undefined],
  ['nothing, when the one before is only said to be below a limit', documentOf('d', '2026-11-11', potassium('4.4', '<')), undefined],
  ['nothing, when the other value is of the same instant', documentOf('e', '2026-11-18', potassium('4.4')), undefined],
])('a potassium of 5,6 is told as %s', (_, before, told) => {
  const change = changesIn([now, before], now)('Potassium', '5.6');
  expect(change && { percent: Math.round(change.percent), text: change.text }).toEqual(told);
});
