import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { child, decodeXml, escapeText, keyOf, makeVocabulary, NONE, scanXml, textOf, type XmlTape } from '#kernel';
import { comparedName, normaliseName, wordsOf } from '../traits.ts';
import { ADDRESSING, BY_CARD, BY_TRAITS, type NationalIdentity, RESULT, SOAP } from './messages.ts';

/** A stand-in of the national service that speaks its protocol, with invented people. For the demo region and the tests. */
export interface InsiDouble {
  url: string;
  /** Down, it answers 503 like the real one on its bad days. */
  isDown: boolean;
  /** Requests that it was sent, answered or not. */
  asked: number;
  stop(): Promise<void>;
}

const { vocabulary: traitsWords, ids: T } = makeVocabulary(BY_TRAITS, [
  ['RECSANSVITALE', 'NomNaissance', 'Prenom', 'Sexe', 'DateNaissance', 'LieuNaissance'],
] as const);
const { vocabulary: cardWords, ids: C } = makeVocabulary(BY_CARD, [
  ['RECVITALE', 'MatriculeOD', 'NumIdentifiant', 'DateNaissance', 'RangNaissance'],
] as const);

/** @param bornOn everyone of the register born that day (`YYYY-MM-DD`) */
export async function startInsiDouble(
  bornOn: (birthDate: string) => readonly NationalIdentity[] | Promise<readonly NationalIdentity[]>,
): Promise<InsiDouble> {
  const server = createServer((request, response) => {
    double.asked += 1;
    if (double.isDown) response.writeHead(503).end();
    else void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = readQuery(await readAll(request).catch(() => Buffer.alloc(0)));
    const found = asked && (await bornOn(asked.birthDate)).filter(asked.isMeant).slice(asked.rank);
    response.writeHead(found ? 200 : 500, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(found ? resultOf(found) : FAULT);
  };
  const double: InsiDouble = {
    url: '',
    isDown: false,
    asked: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/insi`;
  return double;
}

interface Query {
  birthDate: string;
  isMeant: (identity: NationalIdentity) => boolean;
  /** Twins on one card: how many come before. */
  rank: number;
}

/** @returns undefined when the message is not one of the service's */
function readQuery(bytes: Buffer): Query | undefined {
  try {
    const text = decodeXml(bytes);
    return byTraits(scanXml(text, traitsWords)) ?? byCard(scanXml(text, cardWords));
  } catch {
    return undefined;
  }
}

function byTraits(tape: XmlTape): Query | undefined {
  const query = find(tape, T.RECSANSVITALE);
  const [birthFamily, given, sex, birthDate, place] = [T.NomNaissance, T.Prenom, T.Sexe, T.DateNaissance, T.LieuNaissance].map((name) =>
    words(tape, child(tape, query, name)),
  );
  // the service refuses to look for anyone without these four
  if (!birthFamily || !given || !sex || !birthDate) return undefined;
  return {
    birthDate,
    rank: 0,
    isMeant: ({ traits }) =>
      comparedName(traits.birthFamily) === comparedName(birthFamily) &&
      traits.sex === sex &&
      (!place || traits.birthPlace?.cog === place) &&
      wordsOf(given).every((word, i) => wordsOf(traits.birthGivens)[i] === word),
  };
}

function byCard(tape: XmlTape): Query | undefined {
  const query = find(tape, C.RECVITALE);
  const number = words(tape, child(tape, child(tape, query, C.MatriculeOD), C.NumIdentifiant));
  const birthDate = words(tape, child(tape, query, C.DateNaissance));
  if (!number || !birthDate) return undefined;
  const rank = Number(words(tape, child(tape, query, C.RangNaissance)) ?? '1') - 1;
  return { birthDate, rank, isMeant: ({ ins }) => ins.value.startsWith(number) };
}

function resultOf(found: readonly NationalIdentity[]): string {
  const [identity] = found;
  const [code, label] =
    found.length > 1 ? ['02', 'Plusieurs identites trouvees'] : identity ? ['00', 'OK'] : ['01', 'Aucune identite trouvee'];
  const insOf = (name: string, { oid, value }: NationalIdentity['ins']) =>
    `<${name}><IdIndividu><NumIdentifiant>${value.slice(0, 13)}</NumIdentifiant><Cle>${value.slice(13)}</Cle></IdIndividu><OID>${oid}</OID></${name}>`;
  const tag = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${escapeText(text)}</${name}>`);
  const individual = (one: NationalIdentity) =>
    `<INDIVIDU>${insOf('INSACTIF', one.ins)}${one.former.map((ins) => insOf('INSHISTO', ins)).join('')}<TIQ>${[
      tag('NomNaissance', normaliseName(one.traits.birthFamily)),
      tag('ListePrenom', normaliseName(one.traits.birthGivens)),
      tag('Sexe', one.traits.sex),
      tag('DateNaissance', one.traits.birthDate),
      tag('LieuNaissance', one.traits.birthPlace?.cog),
    ].join('')}</TIQ></INDIVIDU>`;
  const body = `<RESULTAT xmlns="${RESULT}"><CR><CodeCR>${code}</CodeCR><LibelleCR>${label}</LibelleCR></CR>${
    identity && found.length === 1 ? individual(identity) : ''
  }</RESULTAT>`;
  return envelope(body);
}

const envelope = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${SOAP}"><soap:Header><a:MessageID xmlns:a="${ADDRESSING}">uuid:${randomUUID()}</a:MessageID></soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;
const FAULT = envelope(
  `<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="fr">Requete invalide</soap:Text></soap:Reason></soap:Fault>`,
);

function find(tape: XmlTape, name: number): number {
  for (let n = 0; n < tape.count; n += 1) if (keyOf(tape, n) === name) return n;
  return NONE;
}
const words = (tape: XmlTape, n: number): string | undefined => (n === NONE ? undefined : textOf(tape, n).trim() || undefined);

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
