import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuditEvent,
  canonicalBytes,
  CHAIN_START,
  type ChainedEvent,
  type ChainPoint,
  chainHash,
  chainOf,
  compareWithHead,
  followChain,
} from './audit.ts';

const PATIENT = '0190a000-0000-7000-8000-000000000001';

function event(n: number): AuditEvent {
  return {
    chain: PATIENT,
    patientId: PATIENT,
    at: new Date(Date.UTC(2026, 10, 20, 9, n, 0, 250)),
    actor: 'rpps:899700000011',
    actorName: 'Dr Anne LEFEVRE-DEMO',
    role: 'gp',
    organisation: '990000201',
    organisationName: 'Cabinet ESSAI',
    actsFor: n % 2 ? 'rpps:899700000022' : null,
    action: 'biology.read',
    object: `document-${n}`,
    via: 'web',
    mode: 'normal',
    reason: n === 2 ? 'patient inconscient' : null,
    allowed: true,
    rule: 'treating-doctor',
    rightsVersion: '2026-11-22',
  };
}

function chain(length: number): ChainedEvent[] {
  let previousHash = CHAIN_START.hash;
  return Array.from({ length }, (_, n) => {
    const link = { ...event(n), sequence: n + 1, previousHash, hash: chainHash(previousHash, n + 1, event(n)) };
    previousHash = link.hash;
    return link;
  });
}

const headOf = (events: ChainedEvent[]): ChainPoint => ({ sequence: events.length, hash: events.at(-1)!.hash });

function faultOf(events: ChainedEvent[], head: ChainPoint) {
  const reached = followChain(CHAIN_START, events);
  return 'fault' in reached ? reached : compareWithHead(reached, head);
}

/** Every value that differs from this one by a single bit. */
function* oneBitAway(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    for (let n = 0; n < value.length; n += 1) {
      for (let bit = 0; bit < 16; bit += 1)
        yield value.slice(0, n) + String.fromCharCode(value.charCodeAt(n) ^ (1 << bit)) + value.slice(n + 1);
    }
  } else if (value instanceof Date) {
    for (let bit = 0n; bit < 42n; bit += 1n) yield new Date(Number(BigInt(value.getTime()) ^ (1n << bit)));
  } else if (Buffer.isBuffer(value)) {
    for (let bit = 0; bit < value.length * 8; bit += 1) {
      const flipped = Buffer.from(value);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      yield flipped;
    }
  } else if (typeof value === 'number') {
    for (let bit = 0; bit < 31; bit += 1) yield value ^ (1 << bit);
  } else if (typeof value === 'boolean') yield !value;
  else yield '';
}

describe('the chain of events', () => {
  test('is whole when nobody touched it', () => {
    const events = chain(5);
    expect(faultOf(events, headOf(events))).toBeUndefined();
    expect(compareWithHead(CHAIN_START, undefined)).toBeUndefined();
  });

  test('shows every single bit that was changed, in any field of any event', () => {
    const events = chain(3);
    const head = headOf(events);
    const unseen: string[] = [];
    let tried = 0;
    for (const [n, original] of events.entries()) {
      for (const [field, value] of Object.entries(original)) {
        for (const changed of oneBitAway(value)) {
          tried += 1;
          if (!faultOf(events.with(n, { ...original, [field]: changed } as ChainedEvent), head))
            unseen.push(`${n} ${field} ${String(changed)}`);
        }
      }
    }
    expect(unseen).toEqual([]);
    expect(tried).toBeGreaterThan(5_000);
  });

  test('shows an event taken away, wherever it was', () => {
    const events = chain(4);
    for (let n = 0; n < 4; n += 1) expect(faultOf(events.toSpliced(n, 1), headOf(events))).toEqual({ sequence: n + 1, fault: 'missing' });
  });

  test('shows two events exchanged, even renumbered', () => {
    const events = chain(4);
    const exchanged = [events[0]!, { ...events[2]!, sequence: 2 }, { ...events[1]!, sequence: 3 }, events[3]!];
    expect(faultOf(exchanged, headOf(events))).toEqual({ sequence: 2, fault: 'out-of-place' });
  });

  test('shows an event of another chain put in', () => {
    const events = chain(3);
    const stranger = { ...events[1]!, chain: '0190a000-0000-7000-8000-000000000002' };
    expect(faultOf(events.with(1, stranger), headOf(events))).toMatchObject({ sequence: 2 });
  });

  test('shows an event added after the head', () => {
    const events = chain(4);
    expect(faultOf(events, headOf(events.slice(0, 3)))).toEqual({ sequence: 4, fault: 'head-differs' });
  });
});

test('no two different events have the same bytes', () => {
  const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', '","', 'null', '[', '\\'));
  const made = fc.record({
    actor: text,
    actorName: text,
    object: fc.option(text),
    actsFor: fc.option(text),
    rule: text,
    reason: fc.option(text),
  });
  fc.assert(
    fc.property(made, made, (a, b) => {
      const isSame = (Object.keys(a) as (keyof typeof a)[]).every((key) => a[key] === b[key]);
      const bytes = [a, b].map((fields) => canonicalBytes({ ...event(0), ...fields }).toString('hex'));
      expect(bytes[0] === bytes[1]).toBe(isSame);
    }),
  );
});

test('each actor has a chain of their own, always the same, that is no patient’s', () => {
  expect(chainOf('rpps:1')).toBe(chainOf('rpps:1'));
  expect(chainOf('rpps:1')).not.toBe(chainOf('rpps:2'));
  expect(chainOf('rpps:1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
