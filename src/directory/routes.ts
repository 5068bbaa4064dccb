import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import { type Db, Refusal, type Sql } from '#kernel';
import {
  type Directory,
  directoryAnswerSchema,
  directorySchema,
  type SenderToKeep,
  senderToKeepSchema,
  type ShownSender,
  shownSenderSchema,
} from './contract.ts';
import { registerSenders } from './register.ts';
import { searchDirectory } from './search.ts';
import { anySender, mailboxesOfOthers, type Sender, senders, structures, unknownStructures } from './store.ts';

interface DirectoryRoutesDeps {
  db: Db;
  mode: 'demo' | 'production';
  now?: () => Date;
}

/** The directory, for everybody who signs in: it holds no patient's data. The register of the systems that send, for those who run the region. */
export async function directoryRoutes(app: FastifyInstance, { db, mode, now = () => new Date() }: DirectoryRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/api/directory/search',
    {
      config: { guard: 'signed-in' },
      schema: {
        summary: 'Professionals and places, by number, secure-mail address, or beginnings of words',
        tags: ['region'],
        querystring: z.object({ q: z.string().max(200) }),
        response: { 200: directoryAnswerSchema },
      },
    },
    ({ query }) => searchDirectory(db, query.q),
  );

  typed.get(
    '/api/directory/structures',
    {
      config: { guard: 'signed-in' },
      schema: {
        summary: 'Places of the region and the systems that deposit for them',
        tags: ['region'],
        response: { 200: directorySchema },
      },
    },
    async (request): Promise<Directory> =>
      passDoor(db, { who: principalOf(request), action: 'region.read', object: 'directory', via: 'web', now: now() }, readDirectory),
  );

  typed.put(
    '/api/directory/senders/:clientId',
    {
      config: { guard: 'signed-in' },
      schema: {
        summary: 'Register a system that deposits, or change it',
        tags: ['region'],
        params: z.object({ clientId: z.string().regex(/^[a-z0-9][a-z0-9-]{2,62}$/) }),
        body: senderToKeepSchema,
        response: { 200: shownSenderSchema },
      },
    },
    async (request): Promise<ShownSender> => {
      const { clientId } = request.params;
      const door = { who: principalOf(request), action: 'senders.write', object: clientId, via: 'web', now: now() } as const;
      return passDoor(db, door, (tx) => keepSender(tx, clientId, request.body, mode, now()));
    },
  );
}

async function readDirectory(sql: Sql): Promise<Directory> {
  const systems = await senders(sql);
  const byStructure = new Map<string, string[]>();
  for (const { clientId, structures: own } of systems) {
    for (const finess of own) byStructure.set(finess, [...(byStructure.get(finess) ?? []), clientId]);
  }
  const places = await structures(sql);
  return {
    structures: places.map((place) => Object.assign({ senders: byStructure.get(place.finess) ?? [] }, place)),
    senders: systems.map(shown),
  };
}

/** @throws Refusal `request.invalid` for a structure that the directory does not know, an address of another system, and for a system put in production without a key */
async function keepSender(tx: Sql, clientId: string, given: SenderToKeep, mode: 'demo' | 'production', now: Date): Promise<ShownSender> {
  const [unknown] = await unknownStructures(tx, given.structures);
  if (unknown !== undefined)
    throw new Refusal('request.invalid', `no structure of the directory has the FINESS ${unknown}`, { at: 'structures' });
  const before = await anySender(tx, clientId);
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Pick<
    Sender,
    'name' | 'structures' | 'formats' | 'state'
  >;
  const sender: Sender = { ...(before ?? { connectedSince: now }), ...said, clientId };
  const canProve = sender.jwks !== undefined || sender.secret !== undefined;
  if (given.state === 'production' && !canProve)
    throw new Refusal('request.invalid', 'a system in production needs a public key', { at: 'jwks' });
  const mailboxes = (sender.mailboxes ?? []).map((address) => address.toLowerCase());
  const [taken] = await mailboxesOfOthers(tx, mailboxes, clientId);
  if (taken !== undefined) throw new Refusal('request.invalid', `another system deposits from ${taken}`, { at: 'mailboxes' });
  await registerSenders(tx, [{ ...sender, mailboxes }], mode);
  return shown({ ...sender, mailboxes });
}

/** What may be shown of a system: neither its keys nor its secret. */
function shown({
  clientId,
  name,
  structures: own,
  software,
  softwareVersion,
  formats,
  state,
  contact,
  resultsUrl,
  jwks,
  connectedSince,
  mailboxes = [],
}: Sender): ShownSender {
  const told = {
    ...(software && { software }),
    ...(softwareVersion && { softwareVersion }),
    ...(contact && { contact }),
    ...(resultsUrl && { resultsUrl }),
  };
  return {
    clientId,
    name,
    structures: own,
    ...told,
    formats,
    state,
    keys: jwks?.keys.length ?? 0,
    mailboxes,
    connectedSince: connectedSince.toISOString(),
  };
}
