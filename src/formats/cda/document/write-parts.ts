import { escapeAttribute } from '#kernel';
import type { Amount, EntryParticipant, ExternalReference, Product, Subject, Template, Timing } from '../../clinical-document.ts';
import type { PrintedQuantity } from '../../lab-report.ts';
import { writeAddress, writeName, writeTelecoms } from '../write-people.ts';
import { att, leaf, writeCoded, writeId, writeIds, writeTime } from '../write-values.ts';

export const writeTemplates = (templates: readonly Template[] | undefined): string =>
  (templates ?? []).map((template) => writeId(template, 'templateId')).join('');

const bound = (name: string, time: string | undefined, nullFlavor: string | undefined): string =>
  time === undefined && nullFlavor === undefined ? '' : `<${name}${att('value', time)}${att('nullFlavor', nullFlavor)}/>`;

/** @param name the element: `effectiveTime`, `comp`, `phase`, `expectedUseTime`… */
export function writeTiming(name: string, timing: Timing): string {
  const { type, at, start, end, noStart, noEnd, width, every, event, offset, operator, parts = [], nullFlavor } = timing;
  const isPeriodic = type === 'PIVL_TS';
  const attributes =
    (type === undefined ? '' : ` xsi:type="${escapeAttribute(type)}"`) +
    att('value', at) +
    att('nullFlavor', nullFlavor) +
    att('operator', operator) +
    (timing.isInstitutionSpecified ? ' institutionSpecified="true"' : '');
  const inside =
    bound('low', start, noStart) +
    (width ? quantity('width', width) : '') +
    bound('high', end, noEnd) +
    parts.map((part) => writeTiming(isPeriodic ? 'phase' : 'comp', part)).join('') +
    (every ? worded('period', every) : '') +
    writeCoded('event', event) +
    (offset ? writeAmount('offset', offset) : '');
  return inside === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inside}</${name}>`;
}

const quantity = (name: string, { value, unit }: PrintedQuantity): string => `<${name}${att('value', value)}${att('unit', unit)}/>`;

/** A quantity whose words stand in the narrative: its translation points to them. */
function worded(name: string, given: PrintedQuantity & { words?: string; ref?: string }): string {
  return `<${name}${att('value', given.value)}${att('unit', given.unit)}${wordsOf(given, name)}`;
}

function wordsOf({ words, ref }: { words?: string; ref?: string }, name: string, more = ''): string {
  const said = words === undefined && ref === undefined ? '' : `<translation>${writeWordsOf(words, ref)}</translation>`;
  return said + more === '' ? '/>' : `>${said}${more}</${name}>`;
}

const writeWordsOf = (words: string | undefined, ref: string | undefined): string =>
  ref === undefined ? leaf('originalText', words) : `<originalText><reference value="#${escapeAttribute(ref)}"/></originalText>`;

export function writeAmount(name: string, amount: Amount | undefined): string {
  if (!amount) return '';
  const { value, unit, low, high, nullFlavor } = amount;
  const bounds = (low ? worded('low', low) : '') + (high ? worded('high', high) : '');
  return `<${name}${att('value', value)}${att('unit', unit)}${att('nullFlavor', nullFlavor)}${wordsOf(amount, name, bounds)}`;
}

/** The schema wants both parts of a ratio. */
export function writeMaxDose(
  dose: { numerator?: PrintedQuantity; denominator?: PrintedQuantity; nullFlavor?: string } | undefined,
): string {
  if (!dose) return '';
  const part = (name: string, given: PrintedQuantity | undefined) => (given ? quantity(name, given) : `<${name} nullFlavor="NI"/>`);
  return `<maxDoseQuantity${att('nullFlavor', dose.nullFlavor)}>${part('numerator', dose.numerator)}${part('denominator', dose.denominator)}</maxDoseQuantity>`;
}

const PHARM = 'xmlns:pharm="urn:ihe:pharm:medication"';

/** @param name `consumable` or `product` */
export function writeProduct(name: string, product: Product | undefined): string {
  if (!product) return '';
  const { templates, materialTemplates, ids, code, form, lot, classes = [], ingredients = [], manufacturer } = product;
  const extended = form || classes.length > 0 || ingredients.length > 0 ? ` ${PHARM}` : '';
  const kinds = classes.map(
    (each) =>
      `<pharm:asSpecializedKind classCode="GRIC"><pharm:generalizedMedicineClass classCode="MMAT">${writeCoded('pharm:code', each.code)}${leaf('pharm:name', each.name)}</pharm:generalizedMedicineClass></pharm:asSpecializedKind>`,
  );
  const parts = ingredients.map(
    ({ code: what, name: called, strength }) =>
      `<pharm:ingredient classCode="ACTI">${writeStrength(strength)}<pharm:ingredient classCode="MMAT" determinerCode="KIND">${writeCoded('pharm:code', what)}${leaf('pharm:name', called)}</pharm:ingredient></pharm:ingredient>`,
  );
  const maker = manufacturer === undefined ? '' : `<manufacturerOrganization>${leaf('name', manufacturer)}</manufacturerOrganization>`;
  return `<${name}${extended}><manufacturedProduct classCode="MANU">${writeTemplates(templates)}${writeIds(ids)}<manufacturedMaterial>${writeTemplates(
    materialTemplates,
  )}${writeCoded('code', code)}${leaf('name', product.name)}${writeCoded('pharm:formCode', form)}${leaf('lotNumberText', lot)}${kinds.join('')}${parts.join(
    '',
  )}</manufacturedMaterial>${maker}</manufacturedProduct></${name}>`;
}

function writeStrength(strength: { numerator?: PrintedQuantity; denominator?: PrintedQuantity } | undefined): string {
  if (!strength) return '';
  const part = (name: string, given: PrintedQuantity | undefined) =>
    given ? `<${name} xsi:type="PQ"${att('value', given.value)}${att('unit', given.unit)}/>` : `<${name} xsi:type="PQ" nullFlavor="NI"/>`;
  return `<pharm:quantity>${part('numerator', strength.numerator)}${part('denominator', strength.denominator)}</pharm:quantity>`;
}

export function writeEntryParticipant(participant: EntryParticipant): string {
  const { type, templates, roleClass, ids, time, code, address, telecoms } = participant;
  const when = time ? writeTiming('time', time) : '';
  return `<participant${att('typeCode', type)}>${writeTemplates(templates)}${when}<participantRole${att('classCode', roleClass)}>${writeIds(ids)}${writeCoded(
    'code',
    code,
  )}${writeAddress(address)}${writeTelecoms(telecoms)}${writePlayer(participant)}</participantRole></participant>`;
}

function writePlayer({ entity, device, scoping }: EntryParticipant): string {
  let xml = '';
  if (device) {
    xml += `<playingDevice>${writeCoded('code', device.code)}${leaf('manufacturerModelName', device.model)}${leaf('softwareName', device.software)}</playingDevice>`;
  } else if (entity) {
    const name = entity.person ? writeName(entity.person) : leaf('name', entity.name);
    const amount = entity.quantity ? quantity('quantity', entity.quantity) : '';
    xml += `<playingEntity${att('classCode', entity.class)}>${writeCoded('code', entity.code)}${amount}${name}${leaf('desc', entity.description)}</playingEntity>`;
  }
  if (scoping)
    xml += `<scopingEntity>${writeIds(scoping.ids)}${writeCoded('code', scoping.code)}${leaf('desc', scoping.description)}</scopingEntity>`;
  return xml;
}

export function writeSubject(subject: Subject | undefined): string {
  if (!subject) return '';
  const { templates, relation, relationClass, sex, name, birthDate } = subject;
  const person = writeName(name) + writeCoded('administrativeGenderCode', sex) + writeTime('birthTime', birthDate);
  return `<subject typeCode="SBJ">${writeTemplates(templates)}<relatedSubject${att('classCode', relationClass)}>${writeCoded('code', relation)}${
    person === '' ? '' : `<subject>${person}</subject>`
  }</relatedSubject></subject>`;
}

const EXTERNAL: Readonly<Record<ExternalReference['kind'], string>> = {
  document: 'externalDocument',
  act: 'externalAct',
  observation: 'externalObservation',
  procedure: 'externalProcedure',
};

export function writeExternal({ type, kind, templates, ids, code, text, setId, version }: ExternalReference): string {
  const name = EXTERNAL[kind];
  return `<reference${att('typeCode', type)}><${name}>${writeTemplates(templates)}${writeIds(ids)}${writeCoded('code', code)}${leaf('text', text)}${writeId(
    setId,
    'setId',
  )}${version === undefined ? '' : `<versionNumber${att('value', version)}/>`}</${name}></reference>`;
}
