import { type Family, type FamilyReader, visibleTo } from '#terminology/contract';
import { familyRulesInForce } from './families-in-force.ts';
import { bits, OPENS_TO, STANDS, type Stand, type Stands } from './item-rights.ts';
import { type Category, isOpenIn, type Profession } from './matrix.ts';
import type { RuleId } from './rules.ts';

/** Who sees what of an item is settled by these marks (TRE_A07), which add up. */
export interface Visibility {
  /** MASQUE_PS: hidden from professionals by the patient. */
  masked?: boolean;
  /** INVISIBLE_PATIENT: waits to be told by a professional. Who must tell, and before which day (ISO 8601), when they are reminded. */
  awaits?: { owner: string; due: string };
  /** INVISIBLE_REPRESENTANTS_LEGAUX: hidden from the holders of parental authority and guardians. */
  notForRepresentatives?: boolean;
  /** Care given to a minor in secret (CSP L1111-5): no representative sees it, whatever its other marks. */
  secretCare?: boolean;
}

/** One thing of a record whose reading is decided on its own: a document, or one result of a report. */
export interface Item extends Visibility {
  category: Category;
  /** FINESS of the structure that made it. */
  producer?: string | undefined;
  /** Principal ids of those who wrote it (`rpps:…`). */
  authors?: readonly string[];
  /** Principal ids of those who ordered it. */
  prescribers?: readonly string[];
  /** Sensitive families it belongs to. */
  families?: readonly Family[];
  /** Of a whole made of parts, the families of each: hidden when every part is. */
  parts?: readonly (readonly Family[])[];
  /** Who told the patient of it: opens families that wait to be told, and ends `awaits`. */
  toldBy?: 'prescriber' | 'professional';
  /** What is archived is read as before; what is deleted is read by nobody. */
  status?: 'current' | 'archived' | 'deleted';
}

/** To whom items are shown. Made by `readerOf`, once the record is open to them. */
export interface ItemReader {
  /** Principal id. */
  id: string;
  /** Column of the matrix; absent: reads no item. */
  profession: Profession | undefined;
  /** FINESS of the laboratory of a biologist. */
  laboratory: string | undefined;
  /** What opened the record; absent: nothing did. */
  standsAs: Stand | undefined;
}

const [AUTHOR, PRESCRIBER, PRODUCER] = [bits('author'), bits('prescriber'), bits('producer')];

/**
 * The rule that hides an item from a reader to whom the record is open; undefined when they may read it. Default deny; depends on nothing but
 * what is given and the tables in force.
 * @param isPushed told to the reader unasked, as by a notice
 */
export function concealedBy(reader: ItemReader, item: Item, isPushed = false): RuleId | undefined {
  const { profession, standsAs } = reader;
  if (standsAs === undefined || profession === undefined || !isOpenIn(item.category, profession, 'read')) return 'item-category';
  const stands = standsOf(reader, standsAs, item);
  const isShutBy = (opensTo: Stands) => (stands & opensTo) === 0;
  if (item.status === 'deleted' && isShutBy(OPENS_TO.deleted)) return 'item-deleted';
  if (item.masked && isShutBy(OPENS_TO.masked)) return 'item-masked';
  if (item.awaits && item.toldBy === undefined && isShutBy(OPENS_TO['not-announced'])) return 'item-not-announced';
  if (item.notForRepresentatives && isShutBy(OPENS_TO['not-for-representatives'])) return 'item-not-for-representatives';
  if (item.secretCare && isShutBy(OPENS_TO['secret-care'])) return 'item-not-for-representatives';
  const { families = [], parts = [] } = item;
  if (families.length === 0 && parts.length === 0) return undefined;
  const asFamilies = familyReader(standsAs, stands, item.toldBy);
  const rules = familyRulesInForce();
  const isOpen = (of: readonly Family[]) => {
    const { visible, isPushed: mayBePushed } = visibleTo(of, asFamilies, rules);
    return visible && (mayBePushed || !isPushed);
  };
  const isSensitive = !isOpen(families) || (parts.length > 0 && !parts.some(isOpen));
  return isSensitive ? 'item-sensitive' : undefined;
}

/** The reader as the families know them; who wrote a document stands as the laboratory that made a result. */
function familyReader(standsAs: Stand, stands: Stands, toldBy: Item['toldBy']): FamilyReader {
  if (standsAs === 'holder') return { kind: 'patient', ...(toldBy && { toldBy }) };
  if (standsAs === 'representative') return { kind: 'representative' };
  return {
    kind: 'professional',
    isTreatingDoctor: standsAs === 'treating-doctor',
    isPrescriber: (stands & PRESCRIBER) !== 0,
    isOfLaboratory: (stands & (AUTHOR | PRODUCER)) !== 0,
  };
}

function standsOf({ id, laboratory }: ItemReader, standsAs: Stand, { authors, prescribers, producer }: Item): Stands {
  let stands = BIT[standsAs];
  if (authors?.includes(id)) stands |= AUTHOR;
  if (prescribers?.includes(id)) stands |= PRESCRIBER;
  if (laboratory !== undefined && laboratory === producer) stands |= PRODUCER;
  return stands;
}

const BIT = Object.fromEntries(STANDS.map((stand) => [stand, bits(stand)])) as Record<Stand, Stands>;

/**
 * The things of a list that this reader may see, by the same decision as one alone. How many are not shown is known to nobody.
 * @param itemOf what must be known of a thing to decide
 */
export function visibleItems<T>(
  reader: ItemReader,
  things: readonly T[],
  itemOf: (thing: T) => Item,
  options: { pushed?: boolean } = {},
): T[] {
  return things.filter((thing) => concealedBy(reader, itemOf(thing), options.pushed) === undefined);
}
