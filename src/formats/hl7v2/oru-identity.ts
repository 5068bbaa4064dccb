import type { Identifier } from '../lab-report.ts';
import type { MessageHeader } from './message.ts';
import type { ReadOrder } from './read-order.ts';
import { isOid, isUuid, nameBasedOid, rootOf } from './systems.ts';

/** The message as a document: MSH-10 is unique for the application that sends it. An OID or a UUID is unique by itself. */
export function messageId({ controlId, sendingApplication, sendingFacility }: MessageHeader, facility: string): Identifier {
  if (isOid(controlId) || isUuid(controlId)) return { root: controlId };
  const authority =
    sendingApplication.name === undefined && sendingApplication.universalId === undefined ? sendingFacility : sendingApplication;
  return { root: rootOf(authority, facility), extension: controlId };
}

/**
 * What stays the same from one state of these results to the next: the orders it is about, each by the laboratory's number (OBR-3) and
 * what was asked (OBR-4). A message about the same orders replaces the former one as a whole (HL7 v2.5 §2.10.4, snapshot); one about
 * some of them only does not, since the results of the others would be hidden.
 * @returns undefined when an order has no number: nothing then says that two messages are about the same
 */
export function setIdOf(orders: readonly ReadOrder[]): Identifier | undefined {
  if (orders.some(({ filler }) => filler === undefined)) return undefined;
  const keys = orders.map(({ filler, code }) => {
    const asked = code?.code ?? code?.translations?.[0]?.code ?? code?.originalText ?? '';
    return `${filler!.root}^${filler!.extension ?? ''}^${asked}`;
  });
  return { root: nameBasedOid(`orders:${[...new Set(keys)].toSorted().join('|')}`) };
}

/** From here the seconds of a version are counted: they fit in 31 bits until 2068. */
const FIRST_SECOND = Date.UTC(2000, 0, 1);

const TS = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?$/;

/** Seconds since 2000 of a TS, to order messages of one sender; a time without offset is taken as it stands. NaN when it is none. */
export function messageTime(time: string): number {
  const parts = TS.exec(time);
  if (!parts) return Number.NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const offset = parts[7] ?? '+0000';
  const minutes = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))) * (offset.startsWith('-') ? -1 : 1);
  const instant = Date.UTC(year!, Math.max(0, month! - 1), Math.max(1, day!), hour!, minute! - minutes, second!);
  return Math.floor((instant - FIRST_SECOND) / 1000);
}

/** A later message of the same orders has a higher version; 1 when its time cannot be told. */
export function versionOf(sentAt: string | undefined): number {
  const seconds = sentAt === undefined ? Number.NaN : messageTime(sentAt);
  return seconds >= 1 && seconds < 2 ** 31 ? seconds : 1;
}
