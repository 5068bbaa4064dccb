import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { uuidv7 } from '../kernel/index.ts';
import { declareBreakGlass } from './care-links.ts';
import {
  declareConsent,
  endCareLink,
  linkedAmong,
  passDoor,
  registerLinks,
  registerProducers,
  verifyChain,
  visibleItems,
} from './index.ts';
import { decideSharing } from './sharing.ts';

const database = testDatabase();
const START = Date.UTC(2026, 0, 5, 8);
const HOUR = 3_600_000;

const readers = { gp: PEOPLE.gp, specialist: PEOPLE.specialist, biologist: PEOPLE.biologist };
type Reader = keyof typeof readers;

/** The model: what a person with paper and pencil would note, in hours since the start. */
interface Paper {
  /** Links by reader: when each kind ends. */
  until: Record<Reader, Partial<Record<'treating-doctor' | 'consent' | 'break-glass' | 'producer', number>>>;
  blocked: Set<Reader>;
  refusesBreakGlass: boolean;
  /** The whole record, by one choice or the other. */
  closed: Set<'opposes-consultation' | 'closed'>;
  /** A document of the biologist's laboratory, hidden from professionals. */
  isMasked: boolean;
}

const reader = fc.constantFrom<Reader>('gp', 'specialist', 'biologist');
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant('look' as const), who: reader }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('wait' as const), hours: fc.constantFrom(1, 9, 24, 24 * 20, 24 * 40) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('register' as const, 'consent' as const, 'end' as const), who: reader }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('emergency' as const), who: fc.constantFrom<Reader>('gp', 'specialist') }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('report' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('block' as const, 'unblock' as const), who: reader }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('refuse-break-glass' as const, 'allow-break-glass' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom('close' as const, 'reopen' as const),
      closing: fc.constantFrom('opposes-consultation' as const, 'closed' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('mask' as const, 'unmask' as const) }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function expectedRule(paper: Paper, who: Reader, hour: number): string | false {
  if (paper.blocked.has(who) || paper.closed.size > 0) return false;
  const inForce = (kind: keyof Paper['until'][Reader]) => (paper.until[who][kind] ?? -1) > hour;
  if (inForce('treating-doctor')) return 'treating-doctor';
  if (inForce('consent')) return 'consent';
  if (inForce('break-glass') && !paper.refusesBreakGlass) return 'break-glass';
  return inForce('producer') && 'producer';
}

/** Plays one history on the database and on paper. @returns the first disagreement */
async function play(history: readonly Happening[]): Promise<string | undefined> {
  const { db } = database;
  const patientId = uuidv7();
  const by = `patient:${patientId}`;
  const paper: Paper = {
    until: { gp: {}, specialist: {}, biologist: {} },
    blocked: new Set(),
    refusesBreakGlass: false,
    closed: new Set(),
    isMasked: false,
  };
  let hour = 0;
  let looks = 0;
  for (const [step, one] of history.entries()) {
    // Two things never happen at the very same instant.
    const now = new Date(START + hour * HOUR + step * 1_000);
    const at = hour + step / 3_600;
    switch (one.what) {
      case 'wait':
        hour += one.hours;
        break;
      case 'register':
        await registerLinks(
          db,
          [{ patientId, holder: { person: readers[one.who].id }, kind: 'treating-doctor', since: now }],
          'source:test',
        );
        paper.until[one.who]['treating-doctor'] = Infinity;
        break;
      case 'consent':
        await declareConsent(db, readers[one.who], patientId, now);
        paper.until[one.who].consent = at + 30 * 24;
        break;
      case 'emergency':
        await declareBreakGlass(db, readers[one.who], patientId, now);
        paper.until[one.who]['break-glass'] = at + 8;
        break;
      case 'report':
        await registerProducers(db, [{ patientId, finess: PEOPLE.biologist.organisation.finess }], now);
        paper.until.biologist.producer = at + 30 * 24;
        break;
      case 'end': {
        await endCareLink(db, { patientId, holder: readers[one.who].id, now, endedBy: by });
        const { producer } = paper.until[one.who];
        paper.until[one.who] = producer === undefined ? {} : { producer };
        break;
      }
      case 'block':
      case 'unblock':
        await decideSharing(db, { patientId, decision: { decision: one.what, holder: readers[one.who].id }, now, by });
        paper.blocked[one.what === 'block' ? 'add' : 'delete'](one.who);
        break;
      case 'refuse-break-glass':
      case 'allow-break-glass':
        await decideSharing(db, { patientId, decision: { decision: one.what }, now, by });
        paper.refusesBreakGlass = one.what === 'refuse-break-glass';
        break;
      case 'close':
      case 'reopen':
        await decideSharing(db, { patientId, decision: { decision: one.what, closing: one.closing }, now, by });
        paper.closed[one.what === 'close' ? 'add' : 'delete'](one.closing);
        break;
      case 'mask':
      case 'unmask':
        paper.isMasked = one.what === 'mask';
        break;
      case 'look': {
        looks += 1;
        const who = readers[one.who];
        const seen = await passDoor(db, { who, action: 'biology.read', patientId, via: 'web', now }, async (_tx, passage) => {
          const document = { category: 'biology-report' as const, producer: PEOPLE.biologist.organisation.finess, masked: paper.isMasked };
          const isShown = visibleItems(passage.reader, [document], (item) => item).length === 1;
          const isOpen = !paper.isMasked || passage.rule === 'treating-doctor' || one.who === 'biologist';
          return isShown === isOpen ? passage.rule : `the hidden document is ${isShown ? 'shown' : 'not shown'}`;
        }).catch(() => false);
        const expected = expectedRule(paper, one.who, at);
        if (seen !== expected) return `step ${step}: ${one.who} saw by ${seen}, expected ${expected}`;
        // A list shows a link that an emergency refused since would no longer open: the door decides.
        const isListed = (await linkedAmong(db, who, [patientId], now)).has(patientId);
        if (expected !== false && !isListed) return `step ${step}: ${one.who} may open, but is not listed`;
        if (paper.blocked.has(one.who) && isListed) return `step ${step}: ${one.who} is shut out, but listed`;
        break;
      }
      default:
        throw new Error(`nobody wrote ${JSON.stringify(one satisfies never)}`);
    }
  }
  const verdict = await verifyChain(db, patientId);
  return verdict.fault || verdict.events !== looks ? `the chain is ${JSON.stringify(verdict)} after ${looks} looks` : undefined;
}

test('whatever happened before, in any order, the door opens to those whom paper and pencil would let in, by the same rule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 40 }), async (history) => {
      expect(await play(history)).toBeUndefined();
    }),
    { numRuns: 80 },
  );
});
