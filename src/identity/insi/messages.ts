import { child, children, decodeXml, escapeText, keyOf, makeVocabulary, NONE, Refusal, scanXml, textOf, type XmlTape } from '#kernel';
import type { Traits } from '../contract.ts';
import type { Ins } from '../ins.ts';
import { normaliseName } from '../traits.ts';

/**
 * Messages of the national INSi teleservice (« service d'identité certifiée », version 1.0.0): SOAP 1.2 over HTTP, one operation a way of asking.
 * Source: interface of the service as its public clients speak it (operations rechercherInsAvecTraitsIdentite and rechercherInsAvecCarteVitale,
 * namespaces INSiRecSans, INSiRecVit and INSiResultat).
 */
export const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
export const ADDRESSING = 'http://www.w3.org/2005/08/addressing';
export const BY_TRAITS = 'http://www.cnamts.fr/INSiRecSans';
export const BY_CARD = 'http://www.cnamts.fr/INSiRecVit';
export const RESULT = 'http://www.cnamts.fr/INSiResultat';
export const ACTIONS = {
  traits: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite',
  card: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecCarteVitale',
} as const;

/** What a Carte Vitale says of its bearer: the matricule of the insured person, and which beneficiary of theirs it is. */
export interface CardBearer {
  /** 13 characters of the insured person's matricule. */
  insuredNumber: string;
  /** `YYYY-MM-DD` */
  birthDate: string;
  /** Rank among those born the same day: 1 unless twins. */
  birthRank: number;
}

/** Someone as the service knows them: the matricule in force, the former ones, the reference traits. */
export interface NationalIdentity {
  ins: Ins;
  former: Ins[];
  traits: Traits;
}
export type InsiAnswer = { found: 'one'; identity: NationalIdentity } | { found: 'none' } | { found: 'several' };

/** Who asks, as the service wants it in each header. */
export interface Software {
  /** Authorisation number of the software (CNDA). */
  idam: string;
  name: string;
  version: string;
}

interface Envelope {
  messageId: string;
  software: Software;
  now: Date;
}

/** @param givenName the one given name that is asked about */
export function writeTraitsQuery(traits: Traits, givenName: string, envelope: Envelope): string {
  const place = traits.birthPlace?.cog;
  const asked = [
    element('NomNaissance', normaliseName(traits.birthFamily)),
    element('Prenom', normaliseName(givenName)),
    traits.sex === 'UN' ? '' : element('Sexe', traits.sex),
    element('DateNaissance', traits.birthDate),
    place ? element('LieuNaissance', place) : '',
  ];
  return write('traits', envelope, `<RECSANSVITALE xmlns="${BY_TRAITS}">${asked.join('')}</RECSANSVITALE>`);
}

export function writeCardQuery({ insuredNumber, birthDate, birthRank }: CardBearer, envelope: Envelope): string {
  const asked = [
    `<MatriculeOD>${element('NumIdentifiant', insuredNumber)}</MatriculeOD>`,
    element('DateNaissance', birthDate),
    element('RangNaissance', String(birthRank)),
  ];
  return write('card', envelope, `<RECVITALE xmlns="${BY_CARD}">${asked.join('')}</RECVITALE>`);
}

function write(action: keyof typeof ACTIONS, { messageId, software, now }: Envelope, body: string): string {
  const context = (name: string, prefix: string, inner: string) =>
    `<c:${name} xmlns:c="urn:siram:${prefix}"><c:Id>${messageId}</c:Id><c:Temps>${now.toISOString()}</c:Temps>${inner}</c:${name}>`;
  const who = `<c:LPS><c:IDAM R="4">${escapeText(software.idam)}</c:IDAM><c:Version>${escapeText(software.version)}</c:Version><c:Instance>${messageId}</c:Instance><c:Nom>${escapeText(software.name)}</c:Nom></c:LPS>`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${SOAP}"><soap:Header>`,
    context('ContexteBAM', 'bam:ctxbam', '<c:COUVERTURE/>'),
    context('ContexteLPS', 'lps:ctxlps', who),
    `<a:Action xmlns:a="${ADDRESSING}">${ACTIONS[action]}</a:Action><a:MessageID xmlns:a="${ADDRESSING}">uuid:${messageId}</a:MessageID>`,
    `</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`,
  ].join('');
}

const element = (name: string, text: string) => `<${name}>${escapeText(text)}</${name}>`;

const NAMES = [
  ['RESULTAT', 'CR', 'CodeCR', 'INDIVIDU', 'INSACTIF', 'INSHISTO', 'IdIndividu', 'NumIdentifiant', 'Cle', 'OID', 'TIQ'],
  ['NomNaissance', 'ListePrenom', 'Sexe', 'DateNaissance', 'LieuNaissance'],
] as const;
const { vocabulary, ids: V } = makeVocabulary(RESULT, NAMES);

/**
 * Reads an answer of the service.
 * @throws Refusal `report.unreadable` when it is none: a fault, another page, a shape that is not the service's; to be asked again
 */
export function readAnswer(bytes: Uint8Array): InsiAnswer {
  const tape = scanXml(decodeXml(bytes), vocabulary);
  const result = findElement(tape, V.RESULTAT);
  const code = words(tape, child(tape, child(tape, result, V.CR), V.CodeCR));
  if (code === '01') return { found: 'none' };
  if (code === '02') return { found: 'several' };
  if (code === '00') return { found: 'one', identity: readIdentity(tape, child(tape, result, V.INDIVIDU)) };
  throw unreadable(`the code of the answer is ${code?.slice(0, 20) ?? 'absent'}`);
}

function readIdentity(tape: XmlTape, individual: number): NationalIdentity {
  const reference = child(tape, individual, V.TIQ);
  const ins = readIns(tape, child(tape, individual, V.INSACTIF));
  const [birthFamily, list, sex, birthDate, cog] = [V.NomNaissance, V.ListePrenom, V.Sexe, V.DateNaissance, V.LieuNaissance].map((name) =>
    words(tape, child(tape, reference, name)),
  );
  if (!ins || !birthFamily || !list || !birthDate || (sex !== 'M' && sex !== 'F')) throw unreadable('the identity lacks a strict trait');
  const former = children(tape, individual, V.INSHISTO).flatMap((one) => readIns(tape, one) ?? []);
  return {
    ins,
    former,
    traits: { birthFamily, birthGivens: list, firstBirthGiven: list.split(' ')[0]!, sex, birthDate, ...(cog && { birthPlace: { cog } }) },
  };
}

function readIns(tape: XmlTape, element_: number): Ins | undefined {
  const id = child(tape, element_, V.IdIndividu);
  const [number, key, oid] = [child(tape, id, V.NumIdentifiant), child(tape, id, V.Cle), child(tape, element_, V.OID)].map((one) =>
    words(tape, one),
  );
  return number && key && oid ? { oid, value: `${number}${key.padStart(2, '0')}` } : undefined;
}

/** The first element of that name, wherever it is: an answer has one. */
export function findElement(tape: XmlTape, name: number): number {
  for (let n = 0; n < tape.count; n += 1) if (keyOf(tape, n) === name) return n;
  throw unreadable('the answer is not the service’s');
}

const words = (tape: XmlTape, n: number): string | undefined => (n === NONE ? undefined : textOf(tape, n).trim() || undefined);
const unreadable = (why: string) => new Refusal('report.unreadable', why, { at: 'INSi' });
