import type { DocumentHeader, Identifier } from '#formats';
import { Refusal } from '#kernel';

/** Characters of an identifier: an OID has 64 at most, its extension is a number of the sender's. They are keys of the database. */
const LONGEST_IDENTIFIER = 256;
/** Characters of a name of a person, a place or a structure. */
const LONGEST_NAME = 500;
/** Documents that one replaces; numbers of one patient. */
const MOST_IDENTIFIERS = 100;

/**
 * What identifies a document, its patient and its structure is compared and indexed: far longer than any true one, it would cost much or not
 * be kept at all.
 * @throws Refusal `report.hostile` with the place
 */
export function checkLengths({ id, setId, replaces, custodian, patient }: DocumentHeader): void {
  checkIdentifiers([id, ...(setId ? [setId] : [])], 'ClinicalDocument/id');
  checkIdentifiers(replaces, 'ClinicalDocument/relatedDocument');
  checkIdentifiers(custodian.ids, 'ClinicalDocument/custodian//id');
  checkIdentifiers(patient.ids, 'ClinicalDocument/recordTarget//id');
  checkName(custodian.name, 'ClinicalDocument/custodian//name');
  const { birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, birthDate, birthPlace } = patient;
  const said = [birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, birthDate, birthPlace?.cog, birthPlace?.label];
  for (const name of said) checkName(name, 'ClinicalDocument/recordTarget//patient');
}

function checkIdentifiers(ids: readonly Identifier[], at: string): void {
  if (ids.length > MOST_IDENTIFIERS) throw new Refusal('report.hostile', `more than ${MOST_IDENTIFIERS} identifiers`, { at });
  if (ids.some(({ root, extension }) => root.length + (extension?.length ?? 0) > LONGEST_IDENTIFIER))
    throw new Refusal('report.hostile', `an identifier longer than ${LONGEST_IDENTIFIER} characters`, { at });
}

function checkName(name: string | undefined, at: string): void {
  if (name !== undefined && name.length > LONGEST_NAME)
    throw new Refusal('report.hostile', `a name longer than ${LONGEST_NAME} characters`, { at });
}
