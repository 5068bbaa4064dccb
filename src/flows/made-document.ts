import { hash } from 'node:crypto';
import type { Principal } from '#access';
import type { ClinicalDocument, Participant, PersonName } from '#formats';
import type { Patient } from '#identity';
import type { DocumentFiling, DocumentItem, FilingType } from '#record';

/** FINESS of a structure under the root of national structure identifiers, with the `1` that says what it is. */
const STRUCTURES = '1.2.250.1.71.4.2.2';
export const PROFESSIONALS = '1.2.250.1.71.4.2.1';
/** Models of any document whose body is one file: HL7 France, CI-SIS minimal structure, IHE XDS-SD. */
const LEVEL_1 = ['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.1', '1.3.6.1.4.1.19376.1.2.20'];

export interface ToMake {
  who: Principal;
  patient: Patient;
  filing: Pick<DocumentFiling, 'filingId' | 'file'>;
  about: NonNullable<DocumentFiling['about']>;
  type: FilingType;
  now: Date;
  replaced: Pick<DocumentItem, 'uniqueId' | 'setId' | 'version'> | undefined;
}

/**
 * A PDF filed from a screen as the level 1 document that the region exchanges: the patient is the one whose record is open, the person
 * who files answers for it and is its author unless another is named.
 * Sources: CI-SIS structuration minimale des documents de santé; HL7 CDA R2 §4.2 (dataEnterer, setId, relatedDocument).
 */
export function madeDocument({ who, patient, filing, about, type, now, replaced }: ToMake): ClinicalDocument {
  const at = hl7TimeOf(now);
  const filer = { ...personAs(who, patient), time: at };
  const id = { root: oidOf(filingKey(patient.patientId, filing, about, replaced?.uniqueId)) };
  const day = about.day.replaceAll('-', '');
  return levelOne({
    id,
    setId: replaced ? idOf(replaced.setId) : id,
    version: replaced ? replaced.version + 1 : 1,
    replaces: replaced ? [idOf(replaced.uniqueId)] : [],
    code: type,
    title: about.title,
    createdAt: at,
    patient: printed(patient),
    authors: [about.author === undefined ? filer : { ids: [], name: nameOf(about.author), time: at }],
    ...(about.author !== undefined && { dataEnterer: filer }),
    custodian: custodianOf(who),
    legalAuthenticator: filer,
    day,
    base64: filing.file,
  });
}

type Said = 'id' | 'setId' | 'code' | 'title' | 'createdAt' | 'patient' | 'authors' | 'custodian';

/** A document whose body is one PDF. `day`: of what it tells (HL7 date). */
export function levelOne({
  day,
  base64,
  ...said
}: Pick<ClinicalDocument, Said> & Partial<ClinicalDocument> & { day: string; base64: string }): ClinicalDocument {
  return {
    format: 'cda-n1',
    kind: 'other',
    templates: LEVEL_1.map((root) => ({ root })),
    realm: 'FR',
    version: 1,
    replaces: [],
    confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    language: 'fr-FR',
    validators: [],
    participants: [],
    orders: [],
    events: [{ start: day }],
    sections: [],
    body: { mediaType: 'application/pdf', base64 },
    pdf: { base64 },
    warnings: [],
    ...said,
  };
}

/**
 * The same filing about another patient: their traits, identifiers of its own, those that it replaces in the same way, and no INS of the first one.
 * @returns undefined when it names this patient already
 */
export function madeForAnother(document: ClinicalDocument, patient: Patient): ClinicalDocument | undefined {
  const own = printed(patient);
  const [before, now] = [document.patient.ids[0], own.ids[0]];
  if (before?.root === now?.root && before?.extension === now?.extension) return undefined;
  const idFor = (id: ClinicalDocument['id']) => ({
    root: oidOf(hash('sha256', JSON.stringify([patient.patientId, id.root, id.extension])).slice(0, 32)),
  });
  const { dataEnterer, legalAuthenticator, setId } = document;
  return {
    ...document,
    id: idFor(document.id),
    ...(setId && { setId: idFor(setId) }),
    replaces: document.replaces.map(idFor),
    patient: own,
    authors: document.authors.map(withoutIns),
    ...(dataEnterer && { dataEnterer: withoutIns(dataEnterer) }),
    ...(legalAuthenticator && { legalAuthenticator: withoutIns(legalAuthenticator) }),
  };
}

/** Someone who filed in their own record keeps their name: their INS is no business of the other's. */
const withoutIns = <T extends Participant>(participant: T): T => ({
  ...participant,
  ids: participant.ids.filter(({ root }) => root === PROFESSIONALS),
});

/** To the second, in UTC. */
export const hl7TimeOf = (now: Date) => `${now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`;

/** The same filing sent again has the same key; anything else in it, another (128 bits, in hexadecimal). */
function filingKey(
  patientId: string,
  { filingId, file }: ToMake['filing'],
  { type, title, day, author }: ToMake['about'],
  replaced?: string,
) {
  return hash('sha256', JSON.stringify([patientId, filingId, type, title, day, author, replaced, hash('sha256', file)])).slice(0, 32);
}

/** A UUID as an OID (ITU-T X.667 §7). */
export function oidOf(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`;
}

export function idOf(text: string) {
  const [root = '', ...extension] = text.split('^');
  return extension.length === 0 ? { root } : { root, extension: extension.join('^') };
}

export function custodianOf({ organisation }: Principal): ClinicalDocument['custodian'] {
  return organisation ? { ids: [{ root: STRUCTURES, extension: `1${organisation.finess}` }], name: organisation.name } : { ids: [] };
}

/** Who files, with their national number when they have one. */
export function personAs(who: Principal, patient: Patient): Participant {
  const [kind, id = ''] = who.id.split(':');
  const { ins } = patient;
  const ids =
    kind === 'rpps'
      ? [{ root: PROFESSIONALS, extension: id }]
      : who.role === 'patient' && ins
        ? [{ root: ins.oid, extension: ins.value }]
        : [];
  const { organisation } = who;
  return {
    ids,
    name: nameOf(who.name),
    ...(organisation && { organization: { ids: [{ root: STRUCTURES, extension: `1${organisation.finess}` }], name: organisation.name } }),
  };
}

/** `Dr Anne LEFEVRE-DEMO`: title, given name, then the family name in capitals. */
export function nameOf(words: string): PersonName {
  const parts = words.trim().split(/\s+/);
  const title = /^(dr|pr)\.?$/i.exec(parts[0] ?? '')?.[1];
  const rest = title === undefined ? parts : parts.slice(1);
  const from = rest.findIndex((part) => part.length > 1 && part === part.toUpperCase());
  const cut = from > 0 ? from : rest.length - 1;
  const given = rest.slice(0, Math.max(cut, 0)).join(' ');
  return {
    family: rest.slice(Math.max(cut, 0)).join(' '),
    ...(given !== '' && { given }),
    ...(title !== undefined && { suffix: title.toUpperCase() }),
  };
}

export function printed({ patientId, traits, ins }: Patient): ClinicalDocument['patient'] {
  const { birthDate, birthPlace, ...names } = traits;
  const place = birthPlace && {
    ...(birthPlace.cog !== undefined && { cog: birthPlace.cog }),
    ...(birthPlace.label !== undefined && { label: birthPlace.label }),
  };
  return {
    ids: [ins ? { root: ins.oid, extension: ins.value } : { root: oidOf(patientId) }],
    ...Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined)),
    birthDate: birthDate.replaceAll('-', '').replace(/(00)+$/, ''),
    ...(place && { birthPlace: place }),
  };
}
