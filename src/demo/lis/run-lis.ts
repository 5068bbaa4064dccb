import { setTimeout as pause } from 'node:timers/promises';
import { readHl7Message } from '#formats';
import { MllpClient, MllpError } from '#transports';
import { demoToday } from '../clock.ts';
import { makeDepositClient, type Outcome } from '../deposit-client.ts';
import { makePopulation } from '../population.ts';
import { type LisFaults, type LisFormat, type LisMessage, lisTraffic, MEDIA_TYPES } from './traffic.ts';

export interface RunLisOptions {
  /** Where CDA and HPRIM are deposited. */
  to: string;
  /** Where HL7 goes; without it HL7 is deposited at `to`. */
  mllp?: { host: string; port: number } | undefined;
  formats: readonly LisFormat[];
  orders: number;
  /** Messages a second. */
  rate: number;
  faults: LisFaults;
  /** The region whose people are sampled: the one of the server. */
  patients: number;
  seed: number;
  now: Date;
  tell: (line: string) => void;
  signal?: AbortSignal;
}

/** What the laboratory saw. */
export interface LisTally {
  /** Messages that left, duplicates and repetitions counted. */
  sent: number;
  accepted: number;
  /** By code of refusal. */
  refused: Record<string, number>;
  stopped: number;
  byState: Partial<Record<LisMessage['state'], number>>;
}

const TRIES = 6;
/** How long the simulator hears nothing before it is back. */
const STOP_MS = 50;
/** Long enough for the message to leave, too short for every answer to come. */
const UNHEARD_MS = 15;

/**
 * A laboratory's system at work: sends the results of its orders at a steady rate, one message after the other, with the faults asked for.
 * @throws StartError when the door is no Cigogne demo, or stays closed
 */
export async function runLis({ to, mllp, rate, tell, signal, now, patients, seed, ...what }: RunLisOptions): Promise<LisTally> {
  const population = makePopulation({ seed, patients: Math.max(4, patients), reports: 0, today: demoToday(now.getTime()) });
  const http = makeDepositClient(to, { tries: TRIES, ...(signal && { signal }) });
  const line = mllp && new MllpClient(mllp);
  const tally: LisTally = { sent: 0, accepted: 0, refused: {}, stopped: 0, byState: {} };
  const send = (message: LisMessage) =>
    line && message.format === 'hl7'
      ? sendByMllp(line, message.bytes)
      : http.deposit(message.bytes, message.clientId, { mediaType: MEDIA_TYPES[message.format] });
  const startedAt = performance.now();
  try {
    for (const message of lisTraffic({ population, startedAt: now, seed }, what)) {
      if (signal?.aborted) break;
      if (message.stops) {
        await goAway(message, { to, mllp });
        tally.stopped++;
        tally.sent++;
      }
      const { refusal } = await send(message);
      tally.sent++;
      tally.byState[message.state] = (tally.byState[message.state] ?? 0) + 1;
      if (refusal) tally.refused[refusal] = (tally.refused[refusal] ?? 0) + 1;
      else tally.accepted++;
      const due = startedAt + (1000 * tally.sent) / rate;
      if (due > performance.now()) await pause(due - performance.now());
    }
  } finally {
    await line?.close();
  }
  tell(described(tally));
  return tally;
}

async function sendByMllp(line: MllpClient, bytes: Buffer): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = readHl7Message(await line.send(bytes));
      if (answer.kind !== 'ack') return { status: 502, refusal: 'answer.not-an-acknowledgement' };
      if (answer.code === 'AA' || answer.code === 'CA') return { status: 200 };
      const { errors } = answer;
      return { status: 400, refusal: errors[0]?.code ?? answer.code };
    } catch (error) {
      if (!(error instanceof MllpError) || tries >= TRIES) throw error;
      await pause(STOP_MS * tries);
    }
  }
}

/** Sends, and is gone before the answer: whether the message was taken is not known, so it will be sent again. */
async function goAway({ format, bytes, clientId }: LisMessage, { mllp, to }: Pick<RunLisOptions, 'mllp' | 'to'>): Promise<void> {
  if (mllp && format === 'hl7') {
    const line = new MllpClient({ ...mllp, answerMilliseconds: UNHEARD_MS });
    await line.send(bytes).catch(() => {});
    await line.close();
  } else {
    const gone = makeDepositClient(to, { tries: 1, signal: AbortSignal.timeout(UNHEARD_MS) });
    await gone.deposit(bytes, clientId, { mediaType: MEDIA_TYPES[format] }).catch(() => {});
  }
  await pause(STOP_MS);
}

function described({ sent, accepted, refused, stopped, byState }: LisTally): string {
  const states = Object.entries(byState).map(([state, count]) => `${count} ${state}`);
  const refusals = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  return `${sent} messages sent (${states.join(', ')}), ${stopped} unheard and sent again; ${accepted} accepted; refused: ${refusals.join(', ') || 'none'}`;
}
