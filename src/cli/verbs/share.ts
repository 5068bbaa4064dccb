import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeThere } from '#fhir';
import { readConfig, Refusal, REFUSALS, StartError } from '#kernel';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';

const MASKS = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;

/** Documents between this place and another server that speaks PDSm / IHE MHD: published in one submission, or found and fetched. */
export const shareVerb: Verb = {
  name: 'share',
  summary: 'Publish documents at another server of documents (PDSm, IHE MHD), or fetch those of a patient from it.',
  operands: [],
  rest: 'FILE',
  options: {
    base: { type: 'string', value: 'URL', help: 'Address of its FHIR interface. Required.' },
    'token-file': { type: 'string', value: 'FILE', help: 'File of the bearer token that it gave. Required.' },
    'source-id': { type: 'string', value: 'OID', help: 'By which this source of documents is known there; needed to publish.' },
    hidden: { type: 'string', value: 'CODES', help: `Published hidden: ${MASKS.join(', ')}, separated by commas.` },
    patient: { type: 'string', value: 'SYSTEM|VALUE', help: 'Instead of publishing: fetch the documents of the patient of this number.' },
    since: { type: 'string', value: 'INSTANT', help: 'Only what changed since (ISO 8601), what was replaced included.' },
    document: {
      type: 'string',
      value: 'ID',
      help: 'With --patient: change this document there (its identifier, root^extension) instead of fetching, as --hide, --show, --archive or --restore says.',
    },
    hide: { type: 'string', value: 'CODE', help: `Hide it: ${MASKS.join(', ')}.` },
    show: { type: 'string', value: 'CODE', help: 'Show it again to whom that code hid it.' },
    archive: { type: 'boolean', help: 'Archive it.' },
    restore: { type: 'boolean', help: 'Take it out of the archives.' },
    exists: { type: 'boolean', help: 'With --patient: tell whether a record is there, and open (none, open, closed); nothing else.' },
    held: {
      type: 'string',
      value: 'FILE',
      help: 'With --patient: of the documents fetched before (identifiers, root^extension, one a line), tell those that are shown no more; nothing else.',
    },
    into: {
      type: 'string',
      value: 'FOLDER',
      help: 'Where to write what is fetched; by default nothing is written, the fiches are listed.',
    },
  },
  notes:
    'Prints one line of JSON a document. A submission is kept whole or not at all. What was hidden or removed there since is told by no list: ' +
    'ask by --held about what was fetched before.',
  async run(given, terminal) {
    const { base, 'token-file': tokenFile, 'source-id': sourceId, patient } = given.options;
    if (typeof base !== 'string' || typeof tokenFile !== 'string') throw new UsageError('--base URL and --token-file FILE are needed');
    const isFetching = typeof patient === 'string';
    if (isFetching === given.operands.length > 0) throw new UsageError('give the files to publish, or --patient to fetch');
    if (!isFetching && typeof sourceId !== 'string') throw new UsageError('--source-id OID is needed to publish');
    const { changeAt, documentAt, fichesAt, goneAt, publishAt, recordAt } = await import('#fhir');
    const zone = readConfig(terminal.env).REGION_TIME_ZONE;
    const peer = { base: base.replace(/\/+$/, ''), token: readToken(tokenFile), sourceId: String(sourceId ?? ''), zone };
    try {
      if (!isFetching) {
        const masks = masksOf(given);
        const documents = given.operands.map((file) => ({ bytes: readDocument(file), masks }));
        for (const entry of await publishAt(peer, documents, new Date())) terminal.say(JSON.stringify(entry));
        return EXIT.done;
      }
      if (given.options['exists'] === true) {
        terminal.say(JSON.stringify({ record: await recordAt(peer, patient) }));
        return EXIT.done;
      }
      if (typeof given.options['held'] === 'string') {
        const held = readFileSync(given.options['held'], 'utf8')
          .split(/\s+/)
          .filter((line) => line !== '');
        for (const document of await goneAt(peer, patient, held)) terminal.say(JSON.stringify({ document, gone: true }));
        return EXIT.done;
      }
      const { document: uniqueId } = given.options;
      if (typeof uniqueId === 'string') {
        await changeAt(peer, { uniqueId, patient }, changeOf(given));
        terminal.say(JSON.stringify({ document: uniqueId, changed: true }));
        return EXIT.done;
      }
      const since = sinceOf(given);
      for (const fiche of await fichesAt(peer, patient, since, since ? 'current,superseded' : 'current')) {
        const { id, status, date, description, masterIdentifier } = fiche;
        const { into } = given.options;
        const file = typeof into === 'string' ? write(into, String(id), await documentAt(peer, fiche)) : undefined;
        terminal.say(JSON.stringify({ id, status, date, description, masterIdentifier, ...(file !== undefined && { file }) }));
      }
      return EXIT.done;
    } catch (error) {
      return told(error, terminal);
    }
  },
};

function masksOf({ options }: Given): (typeof MASKS)[number][] {
  const { hidden } = options;
  if (typeof hidden !== 'string') return [];
  const codes = hidden.split(',').map((code) => code.trim());
  const known = MASKS.filter((mask) => codes.includes(mask));
  if (known.length !== codes.length) throw new UsageError(`--hidden takes ${MASKS.join(', ')}`);
  return known;
}

function changeOf({ options }: Given): ChangeThere {
  const { hide, show, archive, restore } = options;
  const asked: ChangeThere[] = [
    ...(hide === undefined ? [] : [{ hide: maskOf(hide) }]),
    ...(show === undefined ? [] : [{ show: maskOf(show) }]),
    ...(archive === true ? [{ archived: true }] : []),
    ...(restore === true ? [{ archived: false }] : []),
  ];
  if (asked.length !== 1) throw new UsageError('--document takes one of --hide, --show, --archive and --restore');
  return asked[0]!;
}

function maskOf(code: unknown): (typeof MASKS)[number] {
  const mask = MASKS.find((one) => one === code);
  if (!mask) throw new UsageError(`--hide and --show take ${MASKS.join(', ')}`);
  return mask;
}

function sinceOf({ options }: Given): Date | undefined {
  if (typeof options['since'] !== 'string') return undefined;
  const since = new Date(options['since']);
  if (Number.isNaN(since.getTime())) throw new UsageError('--since is an instant: 2026-11-22T08:00:00+01:00');
  return since;
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartError(`The token cannot be read from ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function write(folder: string, id: string, { bytes, mediaType }: { bytes: Buffer; mediaType: string }): string {
  mkdirSync(folder, { recursive: true });
  const ending = mediaType.includes('pdf') ? 'pdf' : mediaType.includes('json') ? 'json' : 'xml';
  const file = join(folder, `${id.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.${ending}`);
  writeFileSync(file, bytes);
  return file;
}

function told(error: unknown, { say }: Terminal): number {
  if (!(error instanceof Refusal)) throw error;
  const { code, message, at } = error;
  say(JSON.stringify({ code, message, at, remedy: REFUSALS[code].remedy }));
  return code === 'store.unavailable' ? EXIT.unable : EXIT.refused;
}
