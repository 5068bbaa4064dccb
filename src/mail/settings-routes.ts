import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor } from '#access';
import { type Db, Refusal, uuidv7 } from '#kernel';
import { boxFor, SECRETARY } from './boxes.ts';
import { box, doorOf, oneLine, text } from './mail-door.ts';
import { colleaguesOf } from './show-mail.ts';
import { dropTemplate, endDelegation, writeDelegation, writeTemplate } from './store-settings.ts';

const delegateBody = z
  .object({
    box,
    to: z.string().max(40),
    may: z.enum(['read', 'send', 'nothing']),
    /** Both included; absent: from now on, until it is taken back. */
    fromDay: z.iso.date().optional(),
    untilDay: z.iso.date().optional(),
  })
  .refine(({ fromDay, untilDay }) => fromDay === undefined || untilDay === undefined || fromDay <= untilDay, 'it ends after it begins');
const templateBody = z.object({ templateId: z.uuid().optional(), name: oneLine(1, 100), subject: oneLine(0, 300), words: text(1, 20_000) });

/** Who else reads a mailbox; the models of mail of each person. */
export async function mailSettingsRoutes(app: FastifyInstance, { db, zone }: { db: Db; zone: string }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'signed-in' as const };
  const schema = (summary: string) => ({ summary, tags: ['mail'] });

  typed.post(
    '/api/mail/delegates',
    { config, schema: { ...schema('A colleague reads, or writes, in a mailbox of mine, or no more'), body: delegateBody } },
    async (request, reply) => {
      const asking = doorOf(request, 'mail.delegate');
      const { to, may, fromDay, untilDay } = request.body;
      await passDoor(db, asking, async (tx) => {
        const { box: of } = await boxFor(tx, asking.who, request.body.box, 'delegate');
        if (may === 'nothing') return endDelegation(tx, of, to, asking.now);
        const colleague = (await colleaguesOf(tx, asking.who)).find(({ id }) => id === to);
        if (!colleague) throw new Refusal('request.invalid', 'name a colleague of your structure', { at: 'to' });
        const name = to === SECRETARY ? '' : colleague.name;
        await writeDelegation(tx, {
          box: of,
          delegate: to,
          name,
          maySend: may === 'send',
          by: asking.who.id,
          now: asking.now,
          fromDay,
          untilDay,
          zone,
        });
      });
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/mail/templates',
    { config, schema: { ...schema('Keeps a model of mail of mine; one that is there is changed'), body: templateBody } },
    async (request, reply) => {
      const asking = doorOf(request, 'mail.send');
      const { templateId = uuidv7(), ...model } = request.body;
      await passDoor(db, asking, async (tx) => {
        if (!(await writeTemplate(tx, asking.who.id, { templateId, ...model })))
          throw new Refusal('request.not-found', 'no such model is yours', { at: 'templateId' });
      });
      return reply.code(204).send();
    },
  );

  typed.delete(
    '/api/mail/templates/:templateId',
    { config, schema: { ...schema('Drops a model of mine'), params: z.object({ templateId: z.uuid() }) } },
    async (request, reply) => {
      const asking = doorOf(request, 'mail.send');
      await passDoor(db, asking, (tx) => dropTemplate(tx, asking.who.id, request.params.templateId));
      return reply.code(204).send();
    },
  );
}
