import { expect, test } from 'vitest';
import type { TracedDelivery } from '../contract.ts';
import { isUnderWay } from './use-exchange.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const delivery = (state: TracedDelivery['state'], minutes: number) =>
  ({ state, steps: [{ at: ago(minutes), step: 'sent', actor: 'cigogne' }] }) as unknown as TracedDelivery;
const trace = { notedAt: ago(600), routedAt: ago(600), isRecalled: false, deliveries: [delivery('delivered', 590)] };

test('a journey is asked for again while something is about to happen, and left alone once nothing is', () => {
  expect(isUnderWay(trace, NOW)).toBe(false);
  expect(isUnderWay({ ...trace, deliveries: [delivery('sent', 1)] }, NOW)).toBe(true);
  expect(isUnderWay({ ...trace, deliveries: [delivery('read', 1)] }, NOW)).toBe(false);
  expect(isUnderWay({ notedAt: ago(1), isRecalled: false, deliveries: [] }, NOW)).toBe(true);
});

test('a document recalled long after it arrived is asked for until its recalls are made', () => {
  expect(isUnderWay({ ...trace, isRecalled: true }, NOW)).toBe(true);
  expect(isUnderWay({ ...trace, isRecalled: true, recalledAt: ago(1) }, NOW)).toBe(true);
  expect(isUnderWay({ ...trace, isRecalled: true, recalledAt: ago(60) }, NOW)).toBe(false);
});
