import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import { type Db, Refusal } from '#kernel';
import type { SoftwareInForce } from '../contract.ts';
import { door } from '../route-door.ts';
import { softwareSchema } from './destination.ts';
import { softwareHistory, softwareSet, writeSoftware } from './store.ts';

const body = z.object({ from: z.number().int().min(0), words: z.string().trim().min(3).max(500), destinations: softwareSchema });

export interface SoftwareRoutesDeps {
  db: Db;
  /** Whether this server has a folder where documents can be put. */
  hasFolder: boolean;
}

/** The software of hospitals and practices to which rules send, read and changed by the operator as the rules are. */
export async function softwareRoutes(app: FastifyInstance, { db, hasFolder }: SoftwareRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'signed-in' as const };
  const tags = ['exchange'];

  typed.get(
    '/api/exchange/software',
    { config, schema: { summary: 'The software to which rules send documents, and who changed the list when', tags } },
    async (request): Promise<SoftwareInForce> =>
      passDoor(db, door(request, 'rules.read'), async (tx) => {
        const { version, destinations } = await softwareSet(tx);
        return { version, destinations: [...destinations], history: await softwareHistory(tx) };
      }),
  );

  typed.post(
    '/api/exchange/software',
    { config, schema: { summary: 'Puts a list of software in force, as the version after the one that was read', tags, body } },
    async (request): Promise<{ version: number }> => {
      const { id, name } = principalOf(request);
      const asked = request.body;
      return passDoor(db, door(request, 'rules.write'), async (tx) => {
        if (!hasFolder && asked.destinations.some(({ link }) => link.kind === 'folder'))
          throw new Refusal('request.invalid', 'this server has no folder for documents: its SOFTWARE_FOLDER is not set', {
            at: 'body.destinations',
          });
        return { version: await writeSoftware(tx, { ...asked, by: { id, name }, now: new Date() }) };
      });
    },
  );
}
