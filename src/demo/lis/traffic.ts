import { type LabReport, writeHprim, writeOru } from '#formats';
import { documentBytes } from '../document-bytes.ts';
import { chance } from '../random.ts';
import { lisOrder, type LisRun, type OrderState } from './order.ts';

export const LIS_FORMATS = ['cda', 'hl7', 'hprim'] as const;
export type LisFormat = (typeof LIS_FORMATS)[number];

/** What goes wrong, each a share of the messages from 0 to 1. */
export interface LisFaults {
  /** Sent twice, byte for byte. */
  duplicates: number;
  /** Sent after the message that follows it. */
  disorder: number;
  /** The system stops before it hears the answer, and sends again when it is back. */
  stops: number;
}

/** One message as it leaves. */
export interface LisMessage {
  order: number;
  state: OrderState;
  format: LisFormat;
  clientId: string;
  bytes: Buffer;
  /** The sender goes away before the answer. */
  stops: boolean;
}

/** HPRIM is told from the others by its Content-Type; HL7 goes by MLLP, which has none. */
export const MEDIA_TYPES: Readonly<Record<LisFormat, string>> = {
  cda: 'application/xml',
  hl7: 'application/hl7-v2',
  hprim: 'text/hprim',
};

/**
 * The messages of so many orders in the order in which they leave. An order keeps its format: the states of one order come by one way.
 * In HPRIM Médecin they bear one dossier number, and each result says whether it is awaited (P), final (F), corrected (C) or cancelled (X).
 */
export function* lisTraffic(
  run: LisRun,
  { orders, formats, faults }: { orders: number; formats: readonly LisFormat[]; faults: LisFaults },
): Generator<LisMessage> {
  for (let n = 0; n < orders; n++) {
    const format = formats[n % formats.length]!;
    const dice = chance(run.seed, 'lis-faults', n);
    const { clientId, steps } = lisOrder(run, n);
    const messages = steps.flatMap(({ state, report }): LisMessage[] => {
      if (!report) return [];
      return [{ order: n, state, format, clientId, bytes: bytesOf(run, { report, format, n, state }), stops: dice.yes(faults.stops) }];
    });
    for (let i = 0; i + 1 < messages.length; i++) if (dice.yes(faults.disorder)) messages.splice(i, 2, messages[i + 1]!, messages[i]!);
    for (const message of messages) {
      yield message;
      if (dice.yes(faults.duplicates)) yield { ...message, stops: false };
    }
  }
}

interface ToWrite {
  report: LabReport;
  format: LisFormat;
  n: number;
  state: OrderState;
}

function bytesOf({ startedAt }: LisRun, { report, format, n, state }: ToWrite): Buffer {
  if (format === 'hl7') return Buffer.from(writeOru(report));
  if (format === 'hprim') {
    // Ten characters: the second of the run, then the order.
    const extension = `${Math.floor(startedAt.getTime() / 1000).toString(36)}${n.toString(36)}`.slice(-10).toUpperCase();
    return Buffer.from(writeHprim({ ...report, setId: { root: '2.25', extension } }, { isCorrection: state === 'corrected' }));
  }
  return documentBytes({ report, k: Number.POSITIVE_INFINITY }, n + 1);
}
