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
