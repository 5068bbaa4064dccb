import { escapeAttribute, escapeText } from '#kernel';
import type { Bound, Coded, Identifier, PrintedQuantity, ReferenceRange, ResultValue } from '../lab-report.ts';
import { isCompared, printRatio } from '../print-value.ts';
import { nameBasedOid } from '../hl7v2/systems.ts';
import { INTERPRETATION, UCUM } from './oids.ts';

/** ` name="value"`, or nothing when there is no value. */
export const att = (name: string, value: string | undefined): string => (value === undefined ? '' : ` ${name}="${escapeAttribute(value)}"`);

/** An element with text, or nothing when there is none. */
export const leaf = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(text)}</${name}>`;

/**
 * An authority or a code system as CDA writes it (data type UID): an OID or a UUID. One that FHIR names by an address has the OID drawn from it, the same
 * each time; what else came is written as it came.
 */
function uid(root: string): string {
  const uuid = /^urn:uuid:([0-9a-f-]{36})$/i.exec(root)?.[1];
  return uuid ?? (root.includes(':') ? nameBasedOid(root) : root);
}

export const writeId = (id: Identifier | undefined, name = 'id'): string =>
  id
    ? `<${name}${att('root', uid(id.root))}${att('extension', id.extension)}${att('assigningAuthorityName', id.assigningAuthority)}/>`
    : '';

export function writeIds(ids: readonly Identifier[] | undefined): string {
  let xml = '';
  if (ids) for (const id of ids) xml += writeId(id);
  return xml;
}

export const writeTime = (name: string, time: string | undefined): string => (time === undefined ? '' : `<${name}${att('value', time)}/>`);

/** A coded concept. Without a code, neither its system nor its name may be given: only words and other codings. */
export function writeCoded(name: string, coded: Coded | undefined, more = ''): string {
  if (!coded) return '';
  const attributes =
    coded.code === undefined
      ? att('nullFlavor', coded.nullFlavor)
      : att('code', coded.code) +
        att('displayName', coded.display) +
        att('codeSystem', coded.system && uid(coded.system)) +
        att('codeSystemName', coded.systemName) +
        att('nullFlavor', coded.nullFlavor);
  let inside = writeWords('originalText', coded.originalText, coded.ref);
  if (coded.qualifiers) {
    for (const { name: what, value } of coded.qualifiers) {
      inside += `<qualifier>${writeCoded('name', what)}${writeCoded('value', value)}</qualifier>`;
    }
  }
  if (coded.translations) for (const translation of coded.translations) inside += writeCoded('translation', translation);
  return inside === '' ? `<${name}${more}${attributes}/>` : `<${name}${more}${attributes}>${inside}</${name}>`;
}

/** Words by a reference into the narrative when there is one, in place otherwise. */
export function writeWords(name: string, words: string | undefined, ref: string | undefined): string {
  if (ref !== undefined) return `<${name}><reference value="#${escapeAttribute(ref)}"/></${name}>`;
  return leaf(name, words);
}

const quantity = (name: string, { value, unit }: PrintedQuantity, more = '') =>
  `<${name}${more}${att('value', value)}${att('unit', unit)}/>`;

function bound(name: string, given: Bound | undefined): string {
  if (!given) return '';
  return `<${name}${att('value', given.value)}${att('unit', given.unit)}${given.inclusive === undefined ? '' : att('inclusive', String(given.inclusive))}/>`;
}

const typed = (type: string) => ` xsi:type="${type}"`;

export function writeValue(value: ResultValue | undefined): string {
  if (!value) return '';
  switch (value.type) {
    case 'quantity':
      return writeQuantity(value, value.translations);
    case 'range':
      return `<value${typed('IVL_PQ')}>${bound('low', value.low)}${bound('high', value.high)}</value>`;
    case 'integer':
      return `<value${typed('INT')}${att('value', value.value)}/>`;
    case 'real':
      return `<value${typed('REAL')}${att('value', value.value)}/>`;
    case 'coded':
      return writeCoded('value', value.code, typed('CD'));
    case 'text':
      return writeText(value);
    case 'coded-text':
      return `<value${typed('SC')}${codeAttributes(value.code)}>${escapeText(value.text)}</value>`;
    case 'time':
      return `<value${typed('TS')}${att('value', value.value)}/>`;
    case 'ratio':
      if (isCompared(value)) return writeText({ type: 'text', text: printRatio(value) });
      return `<value${typed('RTO_PQ_PQ')}>${quantity('numerator', value.numerator)}${quantity('denominator', value.denominator)}</value>`;
    case 'boolean':
      return `<value${typed('BL')} value="${value.value}"/>`;
    case 'attachment':
      return `<value${typed('ED')}${att('mediaType', value.mediaType)} representation="B64">${escapeText(value.base64)}</value>`;
    case 'absent':
      return `<value${typed('PQ')}${att('nullFlavor', value.nullFlavor)}/>`;
  }
}

function writeQuantity(value: PrintedQuantity, translations: readonly PrintedQuantity[] | undefined): string {
  if (!translations) return quantity('value', value, typed('PQ'));
  const others = translations.map((t) => `<translation${att('value', t.value)}${att('code', t.unit)} codeSystem="${UCUM}"/>`).join('');
  return `<value${typed('PQ')}${att('value', value.value)}${att('unit', value.unit)}>${others}</value>`;
}

/** ST when plain, ED when it has a media type or points into the narrative. */
function writeText(value: Extract<ResultValue, { type: 'text' }>): string {
  const { text, mediaType, ref } = value;
  if (ref !== undefined) return `<value${typed('ED')}${att('mediaType', mediaType)}><reference value="#${escapeAttribute(ref)}"/></value>`;
  if (mediaType !== undefined) return `<value${typed('ED')}${att('mediaType', mediaType)}>${escapeText(text)}</value>`;
  return `<value${typed('ST')}>${escapeText(text)}</value>`;
}

const codeAttributes = (code: Coded | undefined) =>
  code
    ? att('code', code.code) +
      att('displayName', code.display) +
      att('codeSystem', code.system && uid(code.system)) +
      att('codeSystemName', code.systemName)
    : '';

/** French names of the interpretation codes (value set JDV_HL7_ObservationInterpretation_CISIS). */
const INTERPRETATIONS: Readonly<Record<string, string>> = {
  A: 'Anormal',
  AA: 'Très anormal, alerte',
  B: 'Amélioration',
  D: 'Diminution significative par rapport au résultat antérieur',
  DET: 'Détecté',
  E: 'Équivoque',
  H: 'Anormalement haut',
  HH: 'Très anormalement haut, alerte',
  HU: 'Significativement haut',
  HX: 'Hors seuil supérieur',
  I: 'Intermédiaire',
  IND: 'Indéterminé',
  L: 'Anormalement bas',
  LL: 'Très anormalement bas, alerte',
  LU: 'Significativement bas',
  LX: 'Hors seuil inférieur',
  N: 'Normal',
  ND: 'Non détecté',
  NEG: 'Négatif',
  NR: 'Non réactif',
  NS: 'Non sensible',
  POS: 'Positif',
  R: 'Résistant',
  RR: 'Réactif',
  S: 'Sensible',
  SDD: 'Sensible à forte dose',
  U: 'Augmentation significative par rapport au résultat antérieur',
  W: 'Dégradation',
  WR: 'Faiblement réactif',
};

export function writeInterpretations(codes: readonly string[] | undefined): string {
  let xml = '';
  if (codes) {
    for (const code of codes) {
      xml += `<interpretationCode${att('code', code)}${att('displayName', INTERPRETATIONS[code])} codeSystem="${INTERPRETATION}"/>`;
    }
  }
  return xml;
}

export function writeReference(range: ReferenceRange | undefined): string {
  if (!range) return '';
  const value = range.low || range.high ? `<value${typed('IVL_PQ')}>${bound('low', range.low)}${bound('high', range.high)}</value>` : '';
  const interpretation =
    range.interpretation === undefined ? '' : `<interpretationCode${att('code', range.interpretation)} codeSystem="${INTERPRETATION}"/>`;
  const conditions = (range.preconditions ?? [])
    .map(
      (coded) =>
        `<sdtc:precondition1><sdtc:conjunctionCode code="AND"/><sdtc:criterion1>${writeCoded('value', coded, typed('CD'))}</sdtc:criterion1></sdtc:precondition1>`,
    )
    .join('');
  return `<referenceRange typeCode="REFV"><observationRange classCode="OBS" moodCode="EVN.CRT">${leaf('text', range.text)}${value}${interpretation}${conditions}</observationRange></referenceRange>`;
}
