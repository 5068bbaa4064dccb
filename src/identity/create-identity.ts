import { Refusal, type Sql, uuidv7 } from '#kernel';
import { compareTraits, isConcordant } from './compare.ts';
import type { IdentityFacts, Traits } from './contract.ts';
import { INS_OIDS, type Ins, insKey, type Mode, readMatricule } from './ins.ts';
import { isToAsk } from './insi/decide.ts';
import { askLater } from './insi/store.ts';
import { makePatients } from './make-patients.ts';
import * as store from './store.ts';
import type { By } from './store-events.ts';

export interface NewIdentity extends By {
  traits: Traits;
  document?: IdentityFacts['document'];
  ins?: Ins;
  /** Yes, in spite of a record with the same traits. */
  isAnother?: boolean | undefined;
}

/**
 * A person makes a record: provisional, or validated when papers were seen; the national service is asked for the INS.
 * @throws Refusal `patient.ambiguous` when a record has these traits (unless `isAnother`), or this INS
 */
export async function createIdentity(tx: Sql, { traits, document, ins, isAnother, ...by }: NewIdentity): Promise<string> {
  await store.lockNeighbourhood(tx, traits);
  const alike = (await store.bornSameDay(tx, traits)).filter((known) => isConcordant(compareTraits(traits, known.traits)));
  if (alike.length > 0 && !isAnother) throw new Refusal('patient.ambiguous', 'a record has these traits already', { at: 'body.traits' });
  const patientId = uuidv7(by.now.getTime());
  const facts: IdentityFacts = { traits, ...(ins && { ins }), ...(document && { document }), doubts: [] };
  const made = await makePatients(tx, [{ patientId, facts }], by);
  if (!made.has(patientId)) throw new Refusal('patient.ambiguous', 'another record already has this INS', { at: 'body.ins' });
  if (isToAsk(facts)) await askLater(tx, patientId, by.now);
  return patientId;
}

/**
 * A matricule typed by a person, with or without its key. A production region takes a NIR (a NIA begins by 3, 4, 7 or 8: a number given
 * while waiting); a demo, test numbers.
 * @throws Refusal `request.invalid` when it is not one
 */
export function typedIns(text: string, mode: Mode): Ins {
  const bare = text.replace(/[\s.]/g, '').toUpperCase();
  const value = readMatricule(text) ?? (insKey(bare) ? `${bare}${insKey(bare)}` : undefined);
  if (!value) throw new Refusal('request.invalid', 'not a matricule with its key', { at: 'body.ins' });
  if (mode === 'demo') return { oid: INS_OIDS.test, value };
  return { oid: /^[12]/.test(value) ? INS_OIDS.nir : INS_OIDS.nia, value };
}
