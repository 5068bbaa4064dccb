import { type Identification, personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';

/**
 * A document adds to, transforms, signs or replaces documents of its own patient. While a person has still to say whose it is, nothing is refused:
 * a relation is followed inside one person's record only.
 *
 * @throws Refusal `request.invalid` when it is said to be tied to a document of someone else, in the words of one that is not there
 */
export async function refuseOfAnother(
  sql: Sql,
  { relatedIn = [] }: { relatedIn?: readonly string[] },
  identified: Identification,
): Promise<void> {
  if (relatedIn.length === 0 || identified.kind === 'wait') return;
  const homes = identified.kind === 'one' ? (await personOf(sql, identified.patientId)).homes : [];
  if (relatedIn.every((patientId) => homes.includes(patientId))) return;
  throw new Refusal(
    'request.invalid',
    'no document of this patient is known under the address that the fiche names: check whose it is, or name it by its identifier',
    {
      at: 'DocumentReference.relatesTo',
    },
  );
}
