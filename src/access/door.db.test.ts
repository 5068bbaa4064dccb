import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { OTHER_PATIENT_ID, PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import type { Sql } from '../kernel/index.ts';
import { chainOf, type ChainedEvent } from './audit.ts';
import { declareBreakGlass } from './care-links.ts';
import {
  declareConsent,
  endCareLink,
  type Item,
  linkedAmong,
  linksOf,
  passDoor,
  type Principal,
  registerLinks,
  registerProducers,
  verifyChain,
} from './index.ts';
import { decideSharing } from './sharing.ts';
import { eventsOfChain } from './store-audit.ts';

const database = testDatabase();
const now = new Date('2026-11-20T10:00:00.123Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const trail = (chain: string): Promise<ChainedEvent[]> => eventsOfChain(database.db, chain, 0, 1_000);

/** A patient of the test's own. */
let made = 0;
const newPatient = () => `0190b000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`;

const openBiology = (
  patientId: string,
  who: (typeof PEOPLE)[keyof typeof PEOPLE],
  work: (tx: Sql) => Promise<unknown> = async () => 'seen',
) => passDoor(database.db, { who, action: 'biology.read', patientId, via: 'web', now }, work);

const treats = (patientId: string, person: string = PEOPLE.gp.id) =>
  registerLinks(database.db, [{ patientId, holder: { person }, kind: 'treating-doctor', since: later(-100) }], 'source:test');

describe('the door', () => {
  test('lets the treating doctor in, and writes one event that says who, what, when and by which rule', async () => {
    const patientId = newPatient();
    await treats(patientId);
    expect(await openBiology(patientId, PEOPLE.gp)).toBe('seen');
    expect(await trail(patientId)).toMatchObject([
      {
        sequence: 1,
        patientId,
        at: now,
        actor: PEOPLE.gp.id,
        actorName: PEOPLE.gp.name,
        role: 'gp',
        organisation: '990000201',
        organisationName: 'Cabinet ESSAI',
        actsFor: null,
        action: 'biology.read',
        via: 'web',
        mode: 'normal',
        allowed: true,
        rule: 'treating-doctor',
        rightsVersion: '2026-11-22',
      },
    ]);
  });

  test('keeps a doctor without a link out, and the attempt is written', async () => {
    const patientId = newPatient();
    let isDone = false;
    const attempt = openBiology(patientId, PEOPLE.gp, async () => (isDone = true));
    await expect(attempt).rejects.toMatchObject({ code: 'access.denied', at: 'no-care-link' });
    expect(isDone).toBe(false);
    expect(await trail(patientId)).toMatchObject([{ allowed: false, rule: 'no-care-link' }]);
  });

  test('whose commit travels with what is asked writes nothing when that fails, and keeps its event when the answer cannot be made of it', async () => {
    const patientId = newPatient();
    await treats(patientId);
    const openAtOnce = (work: (tx: Sql) => Promise<unknown>) =>
      passDoor(database.db, { who: PEOPLE.gp, action: 'biology.read', patientId, via: 'web', now, atOnce: true }, work);
    await expect(openAtOnce((tx) => tx.query('', 'select 1 / 0'))).rejects.toThrow('division by zero');
    expect(await trail(patientId)).toEqual([]);
    const unwritten = openAtOnce(async (tx) => {
      await tx.query('', 'select 1');
      throw new Error('cannot be written down');
    });
    await expect(unwritten).rejects.toThrow('cannot be written down');
    // What is asked too late would be asked outside of the door.
    await expect(openAtOnce(async (tx) => [await tx.query('', 'select 1'), await tx.query('', 'select 2')])).rejects.toThrow(
      'after the end',
    );
    expect(await openAtOnce((tx) => tx.query('', 'select 2 as two'))).toEqual([{ two: 2 }]);
    expect(await trail(patientId)).toMatchObject([
      { sequence: 1, allowed: true },
      { sequence: 2, allowed: true },
      { sequence: 3, allowed: true },
    ]);
  });

  test('answers what is hidden from someone as what does not exist, and writes both attempts once', async () => {
    const patientId = newPatient();
    await registerLinks(
      database.db,
      [{ patientId, holder: { person: PEOPLE.nurse.id }, kind: 'care-team', since: later(-100) }],
      'source:test',
    );
    const ask = (found: Item | undefined) =>
      passDoor(
        database.db,
        { who: PEOPLE.nurse, action: 'document.read', patientId, object: 'a-document', item: async () => found, via: 'web', now },
        async () => 'seen',
      ).catch((error: unknown) => error);
    expect(await ask({ category: 'biology-report' })).toBe('seen');
    const [hidden, absent] = [await ask({ category: 'biology-report', masked: true }), await ask(undefined)];
    expect(hidden).toMatchObject({ code: 'request.not-found', at: undefined });
    expect(hidden).toEqual(absent);
    const events = await trail(patientId);
    expect(events.map(({ allowed, rule, object }) => [allowed, rule, object])).toEqual([
      [true, 'care-team', 'a-document'],
      [false, 'item-masked', 'a-document'],
      [false, 'no-such-item', 'a-document'],
    ]);
  });

  test('looks for nothing in a record that is not open', async () => {
    const patientId = newPatient();
    let isSought = false;
    const item = async () => {
      isSought = true;
      return undefined;
    };
    const attempt = passDoor(
      database.db,
      { who: PEOPLE.gp, action: 'document.read', patientId, item, via: 'web', now },
      async () => 'seen',
    );
    await expect(attempt).rejects.toMatchObject({ code: 'access.denied', at: 'no-care-link' });
    expect(isSought).toBe(false);
  });

  test('writes nothing when the work fails: nothing was read', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await expect(openBiology(patientId, PEOPLE.gp, async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await trail(patientId)).toEqual([]);
  });

  test('runs the work in the same transaction as the event', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await openBiology(patientId, PEOPLE.gp, async (tx) => expect(await eventsOfChain(tx, patientId, 0, 10)).toHaveLength(1));
  });

  test('writes what concerns nobody in particular in the chain of its actor', async () => {
    await passDoor(database.db, { who: PEOPLE.nurse, action: 'patient.search', via: 'web', now }, async () => []);
    expect(await trail(chainOf(PEOPLE.nurse.id))).toMatchObject([{ patientId: null, action: 'patient.search', rule: 'role' }]);
  });

  test('refuses an id that is not a patient’s before looking for anything', async () => {
    await expect(openBiology('not-an-id', PEOPLE.gp)).rejects.toMatchObject({ code: 'request.invalid' });
  });

  test('keeps one whole chain when many read the same patient at once', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await Promise.all(Array.from({ length: 40 }, () => openBiology(patientId, PEOPLE.gp)));
    expect((await trail(patientId)).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });

  test('lets readers of different patients pass without waiting for one another', async () => {
    const [slow, quick] = [newPatient(), newPatient()];
    await treats(slow);
    await treats(quick);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waiting = openBiology(slow, PEOPLE.gp, () => held);
    expect(await openBiology(quick, PEOPLE.gp)).toBe('seen');
    release();
    await waiting;
  });
});

describe('care links', () => {
  test('a declared consent opens the record to the one who declared it, for thirty days', async () => {
    const patientId = newPatient();
    const who = PEOPLE.specialist;
    await passDoor(database.db, { who, action: 'care-link.declare', patientId, via: 'web', now }, (tx) =>
      declareConsent(tx, who, patientId, now),
    );
    expect(await openBiology(patientId, who)).toBe('seen');
    await expect(openBiology(patientId, PEOPLE.nurse)).rejects.toMatchObject({ at: 'no-care-link' });
    const after = passDoor(database.db, { who, action: 'biology.read', patientId, via: 'web', now: later(31) }, async () => 'seen');
    await expect(after).rejects.toMatchObject({ at: 'no-care-link' });
    expect((await trail(patientId)).map(({ rule }) => rule)).toEqual(['declares-consent', 'consent', 'no-care-link', 'no-care-link']);
  });

  test('a consent declared again runs from the last time', async () => {
    const patientId = newPatient();
    await declareConsent(database.db, PEOPLE.specialist, patientId, now);
    await declareConsent(database.db, PEOPLE.specialist, patientId, later(20));
    const request = { who: PEOPLE.specialist, action: 'biology.read', patientId, via: 'web', now: later(45) } as const;
    expect(await passDoor(database.db, request, async () => 'seen')).toBe('seen');
  });

  test('a link ended opens nothing more, and its history stays', async () => {
    const patientId = newPatient();
    await treats(patientId);
    expect(await endCareLink(database.db, { patientId, holder: PEOPLE.gp.id, now: later(-1), endedBy: `patient:${patientId}` })).toBe(1);
    await expect(openBiology(patientId, PEOPLE.gp)).rejects.toMatchObject({ at: 'no-care-link' });
    const kept = await database.db.query('t-kept', 'select ended_by from access.care_link where patient_id = $1', [patientId]);
    expect(kept).toEqual([{ ended_by: `patient:${patientId}` }]);
  });

  test('the stay of a hospital opens the record to those who work there, not to others', async () => {
    const patientId = newPatient();
    await registerLinks(
      database.db,
      [{ patientId, holder: { structure: '990000301' }, kind: 'care-team', since: later(-2) }],
      'source:test',
    );
    expect(await openBiology(patientId, PEOPLE.specialist)).toBe('seen');
    await expect(openBiology(patientId, PEOPLE.gp)).rejects.toMatchObject({ code: 'access.denied' });
  });

  test('the laboratory that reported reads previous results for a while, through its biologists alone', async () => {
    const patientId = newPatient();
    await registerProducers(database.db, [{ patientId, finess: '990000101' }], now);
    expect(await openBiology(patientId, PEOPLE.biologist)).toBe('seen');
    const after = passDoor(
      database.db,
      { who: PEOPLE.biologist, action: 'biology.read', patientId, via: 'web', now: later(31) },
      async () => 0,
    );
    await expect(after).rejects.toMatchObject({ code: 'access.denied' });
  });

  test('the secretary opens the identity of the patients of the doctor they act for, never the biology', async () => {
    const patientId = newPatient();
    await treats(patientId);
    const open = (action: 'patient.open' | 'biology.read') =>
      passDoor(database.db, { who: PEOPLE.secretary, action, patientId, via: 'web', now }, async (_tx, { rule }) => rule);
    expect(await open('patient.open')).toBe('delegated');
    await expect(open('biology.read')).rejects.toMatchObject({ at: 'category-closed' });
  });

  test('a professional’s patients are listed with the kind of link, the latest first', async () => {
    const [first, second, gone] = [newPatient(), newPatient(), newPatient()];
    const person = 'rpps:899700009999';
    const who = { ...PEOPLE.gp, id: person };
    await registerLinks(
      database.db,
      [
        { patientId: first, holder: { person }, kind: 'treating-doctor', since: later(-20) },
        { patientId: second, holder: { person }, kind: 'care-team', since: later(-10) },
        { patientId: gone, holder: { person }, kind: 'consent', since: later(-10), until: later(-5) },
      ],
      'source:test',
    );
    expect(await linksOf(database.db, who, { now })).toEqual([
      { patientId: second, kind: 'care-team', since: later(-10).toISOString() },
      { patientId: first, kind: 'treating-doctor', since: later(-20).toISOString() },
    ]);
    expect(await linkedAmong(database.db, who, [first, gone, OTHER_PATIENT_ID], now)).toEqual(new Set([first]));
    expect(await linksOf(database.db, PEOPLE.operator, { now })).toEqual([]);
  });

  test('registering the same link twice changes nothing', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await treats(patientId);
    const rows = await database.db.query('t-rows', 'select 1 as n from access.care_link where patient_id = $1', [patientId]);
    expect(rows).toHaveLength(1);
  });
});

describe('an emergency', () => {
  const declare = (patientId: string, who: Principal = PEOPLE.specialist) =>
    passDoor(
      database.db,
      { who, action: 'break-glass.declare', patientId, reason: 'Patient inconscient aux urgences', via: 'web', now },
      (tx) => declareBreakGlass(tx, who, patientId, now),
    );
  const openAt = (patientId: string, at: Date) =>
    passDoor(
      database.db,
      { who: PEOPLE.specialist, action: 'biology.read', patientId, via: 'web', now: at },
      async (_tx, { mode }) => mode,
    );
  const hours = (n: number) => new Date(now.getTime() + n * 3_600_000);

  test('opens the record to the doctor who declares it, for eight hours, and every event says so', async () => {
    const patientId = newPatient();
    await declare(patientId);
    expect(await openAt(patientId, hours(7))).toBe('break-glass');
    await expect(openAt(patientId, hours(9))).rejects.toMatchObject({ at: 'no-care-link' });
    expect(await trail(patientId)).toMatchObject([
      { action: 'break-glass.declare', mode: 'break-glass', reason: 'Patient inconscient aux urgences' },
      { action: 'biology.read', mode: 'break-glass', reason: null, rule: 'break-glass' },
      { action: 'biology.read', mode: 'normal', allowed: false },
    ]);
    expect(await verifyChain(database.db, patientId)).toEqual({ chain: patientId, events: 3 });
  });

  test('opens nothing to the colleagues of the doctor who declared it', async () => {
    const patientId = newPatient();
    await declare(patientId);
    await expect(openBiology(patientId, PEOPLE.gp)).rejects.toMatchObject({ at: 'no-care-link' });
  });

  test('is never delegated: the secretary of that doctor neither opens the record nor sees it in a list', async () => {
    const patientId = newPatient();
    await declare(patientId, PEOPLE.gp);
    expect(await linkedAmong(database.db, PEOPLE.gp, [patientId], now)).toEqual(new Set([patientId]));
    expect(await linkedAmong(database.db, PEOPLE.secretary, [patientId], now)).toEqual(new Set());
    const open = passDoor(database.db, { who: PEOPLE.secretary, action: 'patient.open', patientId, via: 'web', now }, async () => 'done');
    await expect(open).rejects.toMatchObject({ at: 'no-delegation' });
  });

  test('is not for nurses nor pharmacists', async () => {
    await expect(declare(newPatient(), PEOPLE.nurse)).rejects.toMatchObject({ at: 'role-without-right' });
  });

  test('opens nothing when the patient refused it in advance, and closes at once when the patient refuses it later', async () => {
    const patientId = newPatient();
    const refuse = { patientId, decision: { decision: 'refuse-break-glass' }, now, by: `patient:${patientId}` } as const;
    await declare(patientId);
    await decideSharing(database.db, refuse);
    await expect(openAt(patientId, hours(1))).rejects.toMatchObject({ at: 'no-care-link' });
    await expect(declare(patientId)).rejects.toMatchObject({ at: 'break-glass-refused' });
    await decideSharing(database.db, { ...refuse, decision: { decision: 'allow-break-glass' }, now: hours(1) });
    expect(await openAt(patientId, hours(2))).toBe('break-glass');
  });
});

describe('a patient who shuts someone out', () => {
  const block = (patientId: string, holder: string, decision: 'block' | 'unblock' = 'block', at = now) =>
    decideSharing(database.db, { patientId, decision: { decision, holder }, now: at, by: `patient:${patientId}` });

  test('closes the record to that professional whatever their link, consent and emergency included', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await block(patientId, PEOPLE.gp.id);
    await expect(openBiology(patientId, PEOPLE.gp)).rejects.toMatchObject({ at: 'blocked' });
    for (const action of ['care-link.declare', 'break-glass.declare', 'patient.open', 'report.pdf'] as const) {
      const attempt = passDoor(database.db, { who: PEOPLE.gp, action, patientId, via: 'web', now }, async () => 'done');
      await expect(attempt).rejects.toMatchObject({ at: 'blocked' });
    }
  });

  test('closes it to their secretary too, and to no one else', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await treats(patientId, PEOPLE.specialist.id);
    await block(patientId, PEOPLE.gp.id);
    const secretary = passDoor(
      database.db,
      { who: PEOPLE.secretary, action: 'patient.open', patientId, via: 'web', now },
      async () => 'done',
    );
    await expect(secretary).rejects.toMatchObject({ at: 'blocked' });
    expect(await openBiology(patientId, PEOPLE.specialist)).toBe('seen');
  });

  test('may shut out a whole structure', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await block(patientId, 'structure:990000201');
    await expect(openBiology(patientId, PEOPLE.gp)).rejects.toMatchObject({ at: 'blocked' });
  });

  test('disappears from the lists of the one shut out', async () => {
    const patientId = newPatient();
    await treats(patientId);
    expect(await linkedAmong(database.db, PEOPLE.gp, [patientId], now)).toEqual(new Set([patientId]));
    await block(patientId, PEOPLE.gp.id);
    expect(await linkedAmong(database.db, PEOPLE.gp, [patientId], now)).toEqual(new Set());
    expect((await linksOf(database.db, PEOPLE.gp, { now })).map((link) => link.patientId)).not.toContain(patientId);
  });

  test('may open again: the link is as it was, and the history stays', async () => {
    const patientId = newPatient();
    await treats(patientId);
    await block(patientId, PEOPLE.gp.id, 'block', later(-2));
    await block(patientId, PEOPLE.gp.id, 'unblock', later(-1));
    expect(await openBiology(patientId, PEOPLE.gp)).toBe('seen');
    const kept = await database.db.query('t-choices', 'select kind from access.patient_choice where patient_id = $1', [patientId]);
    expect(kept).toEqual([{ kind: 'blocks' }]);
  });
});

test('the patient opens their own record and no other', async () => {
  expect(await openBiology(PATIENT_ID, PEOPLE.patient)).toBe('seen');
  await expect(openBiology(OTHER_PATIENT_ID, PEOPLE.patient)).rejects.toMatchObject({ at: 'not-own-record' });
});
