import { chance } from './random.ts';
import { BIORIVES_CLIENT } from './accounts.ts';
import { dayOf, parisClock } from './clock.ts';
import { makeDepositClient, type Outcome } from './deposit-client.ts';
import { documentBytes } from './document-bytes.ts';
import { DEMO_OID } from './ids.ts';
import { makeRegion } from './region.ts';
import { storyPeople, type Written, writtenDocument } from './stories.ts';
import type { DemoDocument } from './arrivals.ts';

const MINUTE_MS = 60_000;
/** From the sampling to the report. */
const TURNAROUND_MINUTES = 45;

/** One more report of Odette, sampled 45 minutes ago and released now: what one deposits to see it arrive in an open page. */
export function freshReport(now: Date): DemoDocument {
  const [odette] = storyPeople(makeRegion());
  const sampled = parisClock(now.getTime() - TURNAROUND_MINUTES * MINUTE_MS);
  const today = dayOf(sampled.day);
  const dice = chance(0, 'fresh', now.getTime());
  const around = (value: number, spread: number, decimals: number) => Number((value + spread * (2 * dice.next() - 1)).toFixed(decimals));
  const row: Written = {
    ago: 0,
    at: `${sampled.hour}:${sampled.minute}`,
    place: 'BR',
    values: {
      sodium: around(138, 1, 0),
      potassium: around(5.2, 0.2, 1),
      bicarbonate: around(22, 1, 0),
      urea: around(11.6, 0.5, 1),
      creatinine: around(136, 4, 0),
      ntProBnp: around(1900, 90, 0),
      crp: around(3.6, 0.4, 1),
      tsh: around(2.9, 0.2, 2),
    },
  };
  const context = { region: makeRegion(), seed: 0, today };
  const document = writtenDocument(context, odette, row, { event: 0, version: 1, memory: new Map(), turnaround: TURNAROUND_MINUTES });
  const arc = Math.floor(now.getTime());
  return { ...document, report: { ...document.report, id: { root: `${DEMO_OID}.6.${arc}` }, setId: { root: `${DEMO_OID}.7.${arc}` } } };
}

export async function depositFreshReport({ url, now }: { url: string; now: Date }): Promise<Outcome> {
  return makeDepositClient(url, { tries: 6 }).deposit(documentBytes(freshReport(now), 0), BIORIVES_CLIENT);
}
