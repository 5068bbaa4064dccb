import { readFileSync } from 'node:fs';
import { StartError } from '#kernel';
import { ask, bearer, SECRET_OPTION, serverUrl, TO_OPTION } from '../remote.ts';
import { EXIT, type Terminal, UsageError, type Verb } from '../verb.ts';

/** Finds the system of the demo region that sends for a structure; undefined when none does. */
export type DemoClientOf = (finess: string) => Promise<string | undefined>;

/** Hands one document to the door of a running Cigogne, as a laboratory's system does. */
export const depositVerb = (demoClientOf: DemoClientOf): Verb => ({
  name: 'deposit',
  summary: 'Deposit a document, an archive or a batch at a running Cigogne, and print the receipt.',
  operands: ['FILE'],
  options: {
    client: {
      type: 'string',
      value: 'ID',
      help: "The system that deposits; by default the demo's system for the structure named in FILE.",
    },
    type: { type: 'string', value: 'TYPE', help: 'Content-Type of FILE; by default what its first bytes say.' },
    ...SECRET_OPTION,
    ...TO_OPTION,
  },
  notes:
    'Prints the receipt, or the refusal, as one line of JSON; of an archive or a batch, one list; ends with 0 when the document is kept, 4 when it is refused.',
  async run(given, terminal) {
    const [file = ''] = given.operands;
    const bytes = readDocument(file);
    const type = String(given.options['type'] ?? (await typeOf(bytes)));
    const url = serverUrl(given, terminal);
    const named = given.options['client'];
    const client = typeof named === 'string' ? named : await clientOf(bytes, demoClientOf);
    const answer = await bearer(url, client, given, terminal);
    return typeof answer === 'number' ? answer : send({ url, token: answer.token, type, bytes }, terminal);
  },
});

export function readDocument(file: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

async function typeOf(bytes: Buffer): Promise<string> {
  const { formatOfBytes, MEDIA_TYPE } = await import('#formats');
  return MEDIA_TYPE[formatOfBytes(bytes) ?? 'cda'];
}

async function clientOf(bytes: Buffer, demoClientOf: DemoClientOf): Promise<string> {
  const [{ readAny }, { structureOf }] = await Promise.all([import('#formats'), import('#record')]);
  const [content] = readAny(bytes).contents;
  const header = content?.kind === 'report' ? content.report : content?.kind === 'document' ? content.document : undefined;
  if (!header) throw new UsageError('nothing in the file says whose it is: name the system that sends with --client');
  const { finess } = structureOf(header);
  const client = await demoClientOf(finess);
  if (client === undefined) throw new UsageError(`no system of the demo sends for the structure ${finess}: name one with --client`);
  return client;
}

async function send(
  { url, token, type, bytes }: { url: string; token: string; type: string; bytes: Buffer<ArrayBuffer> },
  { say }: Terminal,
): Promise<number> {
  const answer = await ask(`${url}/api/deposits`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body: bytes,
  });
  const told = await answer.text();
  say(told);
  if (answer.status === 207 && hasRefusal(told)) return EXIT.refused;
  if (answer.ok) return EXIT.done;
  return answer.status >= 500 ? EXIT.unable : EXIT.refused;
}

/** Was one document of several refused? */
const hasRefusal = (told: string): boolean =>
  (JSON.parse(told) as { documents: { refusal?: unknown }[] }).documents.some(({ refusal }) => refusal !== undefined);
