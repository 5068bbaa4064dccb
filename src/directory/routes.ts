import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import type { Db, Sql } from '#kernel';
import { passDoor, principalOf } from '#access';
import { type Directory, directorySchema } from './contract.ts';
import { type Sender, senders, structures } from './store.ts';

/** The register of places and of the systems that send, for those who run the region. */
export async function directoryRoutes(app: FastifyInstance, { db, now = () => new Date() }: { db: Db; now?: () => Date }): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
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

/** What may be shown of a system: neither its keys nor its secret. */
function shown({ clientId, name, software, softwareVersion, formats, state, connectedSince }: Sender): Directory['senders'][number] {
  const told = { ...(software && { software }), ...(softwareVersion && { softwareVersion }) };
  return { clientId, name, ...told, formats, state, connectedSince: connectedSince.toISOString() };
}
