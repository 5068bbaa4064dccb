import { expect, test } from 'vitest';
import { shareOf } from './day-zero.ts';

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const nameOf = () => 'CH des Essais';
const stay = (from: string, until: string, patientId = 'p1') => ({
  structure: '990',
  kind: 'inpatient' as const,
  ward: 'U1',
  from,
  until,
  patientId,
});
const letter = (receivedAt: string, sentAt?: string) => ({
  patientId: 'p1',
  documentId: receivedAt,
  structure: '990',
  receivedAt: new Date(receivedAt),
  sentAt: sentAt === undefined ? undefined : new Date(sentAt),
});
const one = (...given: Parameters<typeof shareOf>) => shareOf(...given)[0];

test('a letter counts for the day when it left by the end of that day; filed that day and sent the next is not sent on the day', () => {
  const stays = [stay('2026-11-01T08:00:00.000Z', '2026-11-05T15:00:00.000Z')];
  const sameDay = letter('2026-11-05T16:00:00Z', '2026-11-05T16:00:05Z');
  expect(one(stays, [sameDay], { dayOf, nameOf })).toMatchObject({ discharges: 1, written: 1, filed: 1, sent: 1 });
  expect(one(stays, [letter('2026-11-05T16:00:00Z', '2026-11-06T01:00:00Z')], { dayOf, nameOf })).toMatchObject({ filed: 1, sent: 0 });
  expect(one(stays, [letter('2026-11-07T16:00:00Z')], { dayOf, nameOf })).toMatchObject({ written: 1, filed: 0, sent: 0 });
});

test('a letter is that of the stay it follows: neither of the one before nor of the one after, nor of another hospital', () => {
  const stays = [
    stay('2026-11-01T08:00:00.000Z', '2026-11-02T15:00:00.000Z'),
    stay('2026-11-10T08:00:00.000Z', '2026-11-12T15:00:00.000Z'),
  ];
  const ofSecond = letter('2026-11-12T16:00:00Z', '2026-11-12T16:00:05Z');
  expect(one(stays, [ofSecond], { dayOf, nameOf })).toMatchObject({ discharges: 2, written: 1, filed: 1, sent: 1 });
  expect(one(stays, [{ ...ofSecond, structure: '991' }], { dayOf, nameOf })).toMatchObject({ discharges: 2, written: 0 });
});
