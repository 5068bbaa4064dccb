import { Refusal } from '#kernel';
import { FINESS_ROOT } from '../cda/oids.ts';
import type { Organization } from '../lab-report.ts';
import { raw, segmentsNamed, words } from './lexer.ts';
import type { MessageHeader } from './message.ts';
import { nationalStructure, readProducer } from './read-obx.ts';
import type { OrderGroup } from './read-order.ts';
import type { Hl7Context } from './read-types.ts';

/**
 * The structure that answers for the results: the sender (MSH-4) when it gives its national identifier, else the one that sends the
 * document (PRT SB), else the one laboratory that made all the results (OBX-15).
 *
 * @throws Refusal `report.unreadable` when nothing says which: nobody could tell who may correct these results
 */
export function custodianOf(c: Hl7Context, header: MessageHeader, groups: readonly OrderGroup[]): Organization {
  const producers = producersOf(c, groups);
  const sender = ofSender(header) ?? ofParticipation(c);
  if (sender) return { ...sender, ...nameAmong(producers, sender) };
  const [only, other] = producers;
  if (only && !other) return only;
  throw new Refusal('report.unreadable', 'no national identifier (FINESS) of the laboratory: give it in MSH-4, or in OBX-15 of each line', {
    at: 'MSH-4',
  });
}

function ofSender({ sendingFacility: { name, universalId } }: MessageHeader): Organization | undefined {
  const [byUniversal, byName] = [universalId, name].map((text) => (text === undefined ? undefined : nationalStructure(text)));
  const national = byUniversal ?? byName;
  if (national === undefined) return undefined;
  return organization(national, byName === undefined ? name : undefined);
}

/** PRT (pre-adopted from version 2.9): PRT-4 SB, PRT-8 XON with its number in component 10. */
function ofParticipation(c: Hl7Context): Organization | undefined {
  for (const prt of segmentsNamed(c, 'PRT')) {
    if (words(c, prt, 4) !== 'SB') continue;
    const number = words(c, prt, 8, 10);
    const national = number === undefined ? undefined : nationalStructure(number);
    if (national !== undefined) return organization(national, words(c, prt, 8, 1));
  }
  return undefined;
}

const organization = (national: string, name: string | undefined): Organization => ({
  ids: [{ root: FINESS_ROOT, extension: national }],
  ...(name !== undefined && { name }),
});

/** The structures that made the results, each once; those without a national identifier are none here. */
function producersOf(c: Hl7Context, groups: readonly OrderGroup[]): Organization[] {
  const found = new Map<string, Organization>();
  const fields = new Set<string | undefined>();
  for (const { lines } of groups) for (const { obx } of lines) fields.add(raw(obx, 15));
  for (const field of fields) {
    const made = field === undefined ? undefined : readProducer(c, field);
    const id = made?.ids[0]?.extension;
    if (made && id !== undefined) found.set(id, found.get(id) ?? made);
  }
  return [...found.values()];
}

/** OBX-15 often has the name of a structure that the header gives by its number alone. */
function nameAmong(producers: readonly Organization[], { ids, name }: Organization): { name?: string } {
  const known = name ?? producers.find((producer) => producer.ids[0]?.extension === ids[0]?.extension)?.name;
  return known === undefined ? {} : { name: known };
}
