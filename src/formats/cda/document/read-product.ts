import { child, children, firstChild, keyOf, nextSibling, NONE } from '#kernel';
import type { EntryParticipant, Product, Subject, Template } from '../../clinical-document.ts';
import { readAddress, readName, readTelecoms } from '../read-people.ts';
import { attr, type Reading, warn, words } from '../reading.ts';
import { readCoded, readIdentifier, readIdentifiers, readQuantity, readTime } from '../read-values.ts';
import { PHARM, V } from '../vocabulary.ts';
import { readTiming } from './read-timing.ts';

export const readTemplates = (r: Reading, n: number): Template[] =>
  children(r.tape, n, V.templateId).flatMap((t) => {
    const id = readIdentifier(r, t);
    return id ? [{ root: id.root, ...(id.extension !== undefined && { extension: id.extension }) }] : [];
  });

/** Names of the product and of its material that the model holds. */
const READ = new Set<number>([
  V.templateId,
  V.id,
  V.code,
  V.name,
  V.lotNumberText,
  PHARM.formCode,
  PHARM.ingredient,
  PHARM.asSpecializedKind,
]);

/** `consumable` or `product` (FR-Produit-de-sante, FR-Vaccin): a medicine, a vaccine. */
export function readProduct(r: Reading, holder: number): Product | undefined {
  const made = child(r.tape, holder, V.manufacturedProduct);
  if (made === NONE) return undefined;
  const labeled = child(r.tape, made, V.manufacturedLabeledDrug);
  const material = labeled === NONE ? child(r.tape, made, V.manufacturedMaterial) : labeled;
  const product: Product = { templates: readTemplates(r, made) };
  const ids = readIdentifiers(r, made);
  if (ids.length > 0) product.ids = ids;
  const templates = readTemplates(r, material);
  if (templates.length > 0) product.materialTemplates = templates;
  const code = readCoded(r, child(r.tape, material, V.code));
  if (code) product.code = code;
  const name = words(r, child(r.tape, material, V.name));
  if (name !== undefined) product.name = name;
  const lot = words(r, child(r.tape, material, V.lotNumberText));
  if (lot !== undefined) product.lot = lot;
  const manufacturer = words(r, child(r.tape, child(r.tape, made, V.manufacturerOrganization), V.name));
  if (manufacturer !== undefined) product.manufacturer = manufacturer;
  if (material !== NONE) takePharmacy(r, material, product);
  return product;
}

/** What the IHE Pharmacy extension adds: form, ingredients with their strength, classes. */
function takePharmacy(r: Reading, material: number, product: Product): void {
  for (let c = firstChild(r.tape, material); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === PHARM.formCode) {
      const form = readCoded(r, c);
      if (form) product.form = form;
    } else if (key === PHARM.ingredient) (product.ingredients ??= []).push(readIngredient(r, c));
    else if (key === PHARM.asSpecializedKind) {
      (product.classes ??= []).push(readNamed(r, child(r.tape, c, PHARM.generalizedMedicineClass)));
    } else if (!READ.has(key))
      warn(r, 'entry.unread', c, 'this part of a product is not one that the model holds: it stays in the original');
  }
}

function readIngredient(r: Reading, n: number): NonNullable<Product['ingredients']>[number] {
  const quantity = child(r.tape, n, PHARM.quantity);
  const numerator = readQuantity(r, child(r.tape, quantity, V.numerator));
  const denominator = readQuantity(r, child(r.tape, quantity, V.denominator));
  const strength = numerator || denominator ? { ...(numerator && { numerator }), ...(denominator && { denominator }) } : undefined;
  return { ...readNamed(r, child(r.tape, n, PHARM.ingredient)), ...(strength && { strength }) };
}

function readNamed(r: Reading, n: number): NonNullable<Product['classes']>[number] {
  const code = readCoded(r, child(r.tape, n, PHARM.code));
  const name = words(r, child(r.tape, n, PHARM.name));
  return { ...(code && { code }), ...(name !== undefined && { name }) };
}

/** `participant` of an entry: the agent of an allergy, a device, a place. */
export function readEntryParticipant(r: Reading, n: number): EntryParticipant {
  const role = child(r.tape, n, V.participantRole);
  const participant: EntryParticipant = {
    type: attr(r, n, V.typeCode) ?? '',
    templates: readTemplates(r, n),
    ids: readIdentifiers(r, role),
  };
  const time = child(r.tape, n, V.time);
  if (time !== NONE) participant.time = readTiming(r, time);
  if (role === NONE) return participant;
  const roleClass = attr(r, role, V.classCode);
  if (roleClass !== undefined) participant.roleClass = roleClass;
  const code = readCoded(r, child(r.tape, role, V.code));
  if (code) participant.code = code;
  const address = readAddress(r, child(r.tape, role, V.addr));
  if (address) participant.address = address;
  const telecoms = readTelecoms(r, role);
  if (telecoms) participant.telecoms = telecoms;
  takePlayer(r, role, participant);
  return participant;
}

function takePlayer(r: Reading, role: number, participant: EntryParticipant): void {
  const entity = child(r.tape, role, V.playingEntity);
  if (entity !== NONE) participant.entity = readEntity(r, entity);
  const device = child(r.tape, role, V.playingDevice);
  if (device !== NONE) {
    const code = readCoded(r, child(r.tape, device, V.code));
    const model = words(r, child(r.tape, device, V.manufacturerModelName));
    const software = words(r, child(r.tape, device, V.softwareName));
    participant.device = { ...(code && { code }), ...(model !== undefined && { model }), ...(software !== undefined && { software }) };
  }
  const scoping = child(r.tape, role, V.scopingEntity);
  if (scoping !== NONE) {
    const code = readCoded(r, child(r.tape, scoping, V.code));
    const description = words(r, child(r.tape, scoping, V.desc));
    participant.scoping = { ids: readIdentifiers(r, scoping), ...(code && { code }), ...(description !== undefined && { description }) };
  }
}

/** A thing has a plain name, a person a name of parts. */
function readEntity(r: Reading, n: number): NonNullable<EntryParticipant['entity']> {
  const entity: NonNullable<EntryParticipant['entity']> = {};
  const kind = attr(r, n, V.classCode);
  if (kind !== undefined) entity.class = kind;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) entity.code = code;
  const name = child(r.tape, n, V.name);
  if (name !== NONE && firstChild(r.tape, name) !== NONE) {
    const person = readName(r, name);
    if (person) entity.person = person;
  } else {
    const text = words(r, name);
    if (text !== undefined) entity.name = text;
  }
  const quantity = readQuantity(r, child(r.tape, n, V.quantity));
  if (quantity) entity.quantity = quantity;
  const description = words(r, child(r.tape, n, V.desc));
  if (description !== undefined) entity.description = description;
  return entity;
}

/** `subject/relatedSubject`: the relative of a family history. */
export function readSubject(r: Reading, n: number): Subject {
  const related = child(r.tape, n, V.relatedSubject);
  const person = child(r.tape, related, V.subject);
  const subject: Subject = { templates: readTemplates(r, n) };
  const relation = readCoded(r, child(r.tape, related, V.code));
  if (relation) subject.relation = relation;
  const kind = related === NONE ? undefined : attr(r, related, V.classCode);
  if (kind !== undefined) subject.relationClass = kind;
  const sex = readCoded(r, child(r.tape, person, V.administrativeGenderCode));
  if (sex) subject.sex = sex;
  const name = readName(r, child(r.tape, person, V.name));
  if (name) subject.name = name;
  const birthDate = readTime(r, child(r.tape, person, V.birthTime));
  if (birthDate !== undefined) subject.birthDate = birthDate;
  return subject;
}
