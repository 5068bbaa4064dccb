/** From documents as they were received to what a time axis shows of them. Pure: nothing is guessed, nothing is added. */
import {
  type Allergy,
  type Amount,
  type ClinicalDocument,
  type Coded,
  contentOf,
  type Fact,
  type Treatment,
  treatmentChanges,
} from '#formats';
import { readHl7Time } from '#kernel';
import { conclusionOf } from '#record';
import type { DocumentItem } from '#record/contract';
import type { AllergyMention, ContextEvent, ContextTime, Stay, TimelineDocument, TreatmentChanges, TreatmentMention } from './contract.ts';

/** What one document adds to the time axis. */
export interface DocumentContext {
  stays: Stay[];
  treatments: TreatmentMention[];
  events: ContextEvent[];
  allergies: AllergyMention[];
  changes?: TreatmentChanges;
  document: TimelineDocument;
}

type Source = Pick<DocumentItem, 'documentId' | 'group' | 'title' | 'servedAt' | 'servedUntil' | 'issuedAt' | 'structure' | 'authors'>;

/** A document that is one file, or was not read: its head alone. */
export function headContext(item: Source): DocumentContext {
  return { stays: [], treatments: [], events: [], allergies: [], document: timelineOf(item) };
}

/** @param zone IANA zone of times without offset */
export function documentContext(item: Source, document: ClinicalDocument, zone: string): DocumentContext {
  const { treatments, vaccinations, facts, procedures, allergies } = contentOf(document);
  const timeOf = (start: string | undefined, end: string | undefined) => periodOf(start, end, zone);
  const events: ContextEvent[] = [
    ...vaccinations.filter(({ isNegated }) => !isNegated).flatMap((given) => vaccinationOf(given, item, zone)),
    ...facts.filter(isTransfusion).map(() => transfusionOf(item, timeOf(document.encounter?.start, document.encounter?.end))),
    ...procedures
      .filter(({ code, isNegated }) => !isNegated && code?.code?.startsWith(CCAM_TRANSFUSION))
      .map(({ start, end, code }) => transfusionOf(item, timeOf(start, end), code?.display)),
  ];
  const stay = stayOf(item, document, zone);
  const changes = item.group === 'discharge' ? changesOf(item, document) : undefined;
  return {
    stays: stay ? [stay] : [],
    treatments: treatments.filter(({ isNegated }) => !isNegated).flatMap((treatment) => mentionOf(treatment, item, zone)),
    events,
    allergies: allergies.flatMap((allergy) => allergyOf(allergy, item, zone)),
    ...(changes && { changes }),
    document: { ...timelineOf(item), ...conclusionOf(document.sections) },
  };
}

function timelineOf({ documentId, group, title, servedAt, servedUntil, structure, authors }: Source): TimelineDocument {
  const [author] = authors;
  return {
    documentId,
    group,
    title,
    from: servedAt,
    ...(servedUntil !== undefined && servedUntil !== servedAt && { until: servedUntil }),
    structure: structure.name,
    ...(author && { author: author.name }),
  };
}

/** Classes of encounter (HL7 ActCode) in which one stays, and the emergency one. */
const INPATIENT = new Set(['IMP', 'ACUTE', 'NONAC', 'PRENC', 'SS', 'HH']);

function stayOf({ documentId, group, title, servedUntil, structure }: Source, document: ClinicalDocument, zone: string): Stay | undefined {
  const { encounter, events } = document;
  /* An image or a biopsy of a stay tells of itself, not of the stay. */
  if (group !== 'discharge' && group !== 'report' && group !== 'emergency') return undefined;
  const isEmergency = group === 'emergency' || encounter?.code?.code === 'EMER';
  const isInpatient = INPATIENT.has(encounter?.code?.code ?? '') || (group === 'discharge' && encounter?.code?.code === undefined);
  if (!isEmergency && !isInpatient) return undefined;
  const time = periodOf(encounter?.start ?? events[0]?.start, encounter?.end ?? events[0]?.end, zone);
  if (!time) return undefined;
  return {
    kind: isEmergency ? 'emergency' : 'stay',
    ...time,
    ...(time.until === undefined && servedUntil !== undefined && servedUntil > time.from && { until: servedUntil }),
    finess: structure.finess,
    structure: structure.name,
    label: title,
    documentId,
  };
}

function periodOf(start: string | undefined, end: string | undefined, zone: string): ContextTime | undefined {
  const from = instantOf(start, zone);
  if (from === undefined) return undefined;
  const until = instantOf(end, zone);
  return { from, ...(until !== undefined && until > from && { until }) };
}

function instantOf(text: string | undefined, zone: string): string | undefined {
  const time = text === undefined ? undefined : readHl7Time(text, zone);
  return time && new Date(time.epochMs).toISOString();
}

/** Anatomical Therapeutic Chemical classification: the same substance whatever its brand. */
const ATC = '2.16.840.1.113883.6.73';

/** `FUROSEMIDE TEVA 40 mg, comprimé` → `FUROSEMIDE TEVA`, `40 mg`. */
const STRENGTH = /^(?<product>.*?[^\d\s,])[\s,]+(?<strength>\d[\d\s.,/]*\s*(?:mg|g|µg|mcg|ug|UI|MUI|mL|ml|%|mmol|mEq)(?:\/\s*\d*\s*\w+)?)/u;

/** The product and its dose, apart; undefined for a treatment without a name. */
function namedOf(treatment: Treatment): { product: string; dose: string } | undefined {
  const name = (treatment.name ?? treatment.product?.display ?? treatment.product?.originalText ?? treatment.words ?? '').trim();
  if (name === '') return undefined;
  const parts = STRENGTH.exec(name)?.groups;
  return { product: parts?.['product'] ?? name, dose: [parts?.['strength']?.trim(), doseOf(treatment)].filter(Boolean).join(', ') };
}

function changesOf({ documentId, title, issuedAt }: Source, document: ClinicalDocument): TreatmentChanges | undefined {
  const items = treatmentChanges(document).flatMap(({ change, treatment, before, reasons }) => {
    const named = namedOf(treatment);
    const was = before && namedOf(before)?.dose;
    const [reason] = reasons;
    if (!named) return [];
    return [
      { change, name: named.product, ...(named.dose && { dose: named.dose }), ...(was && { before: was }), ...(reason && { reason }) },
    ];
  });
  return items.length > 0 ? { documentId, title, saidAt: issuedAt, items } : undefined;
}

function mentionOf(treatment: Treatment, { documentId, issuedAt }: Source, zone: string): TreatmentMention[] {
  const named = namedOf(treatment);
  if (!named) return [];
  const { product, dose } = named;
  const until = instantOf(treatment.end, zone);
  const from = instantOf(treatment.start, zone) ?? (until !== undefined && until < issuedAt ? until : issuedAt);
  return [
    {
      product: codeOf(treatment.product) ?? product.toLocaleUpperCase('fr'),
      name: product,
      ...(dose !== '' && { dose }),
      from,
      ...(until !== undefined && until > from && { until }),
      ...((treatment.moment === 'before' || treatment.moment === 'during') && until !== undefined && { isStopped: true as const }),
      saidAt: issuedAt,
      documentId,
    },
  ];
}

function codeOf(product: Coded | undefined): string | undefined {
  const atc = [product, ...(product?.translations ?? [])].find((code) => code?.system === ATC && code.code !== undefined);
  return atc && `ATC ${atc.code}`;
}

/** How much and how often, as coded: `1 par 8 h`; what is written for the patient when that is all there is. */
function doseOf({ dose, timings, instructions }: Treatment): string | undefined {
  const amount = amountOf(dose);
  const every = timings.find((timing) => timing.every?.value !== undefined)?.every;
  if (amount === undefined) return instructions[0];
  return every ? `${amount} / ${every.value === '1' ? '' : `${every.value} `}${every.unit ?? ''}`.trim() : amount;
}

function amountOf(dose: Amount | undefined): string | undefined {
  const value = dose?.value ?? dose?.low?.value;
  const unit = dose?.unit ?? dose?.low?.unit;
  return value === undefined
    ? undefined
    : [value, unit?.replace(/^\{(?:tbl|cp)\}$/, 'cp').replace(/[{}]/g, '')].filter((part) => part && part !== '1u').join(' ');
}

/** What is denied, or over when the document was written, is no allergy. */
function allergyOf(allergy: Allergy, { documentId, issuedAt, structure }: Source, zone: string): AllergyMention[] {
  const words = (allergy.agentName ?? allergy.agent?.display ?? allergy.agent?.originalText ?? allergy.words ?? '').trim();
  const until = instantOf(allergy.end, zone);
  if (words === '' || allergy.isNegated || (until !== undefined && until <= issuedAt)) return [];
  const from = instantOf(allergy.start, zone);
  return [{ words, ...(from !== undefined && { from }), saidAt: issuedAt, structure: structure.name, documentId }];
}

function vaccinationOf(given: Treatment, { documentId, issuedAt }: Source, zone: string): ContextEvent[] {
  const label = given.name ?? given.product?.display ?? given.product?.originalText ?? given.words;
  if (!label) return [];
  return [{ kind: 'vaccination', label, from: instantOf(given.start, zone) ?? issuedAt, documentId }];
}

/** « Transfusion de produits sanguins » of the discharge letter (LDL-SES), said done. */
const TRANSFUSION_FACT = 'MED-145';
/** Head of the codes of the French classification of procedures for transfusions of blood products. */
const CCAM_TRANSFUSION = 'FELF';

const isTransfusion = ({ code, values, isNegated }: Fact) =>
  code?.code === TRANSFUSION_FACT && !isNegated && values.some((value) => value.type === 'boolean' && value.value);

const transfusionOf = ({ documentId, servedAt, servedUntil }: Source, time: ContextTime | undefined, label = ''): ContextEvent => ({
  kind: 'transfusion',
  label,
  ...(time ?? { from: servedAt, ...(servedUntil !== undefined && { until: servedUntil }) }),
  documentId,
});
