import type { Db } from '#kernel';
import type { FastifyInstance } from 'fastify';

/**
 * `/healthz`: this process answers. `/readyz`: what it depends on answers too; 503 with the name of what does not, so that a
 * load balancer sends nobody here.
 */
export async function healthRoutes(app: FastifyInstance, db: Db): Promise<void> {
  const open = { config: { guard: 'public' as const }, logLevel: 'silent' as const };

  app.get('/healthz', { ...open, schema: { summary: 'The process answers', tags: ['health'] } }, async () => ({ status: 'ok' }));

  app.get(
    '/readyz',
    { ...open, schema: { summary: 'The process and what it depends on answer', tags: ['health'] } },
    async (_request, reply) => {
      try {
        await db.query('ready', 'select 1');
        return { status: 'ok', database: 'ok' };
      } catch {
        return reply.code(503).header('retry-after', 2).send({ status: 'waiting', database: 'away' });
      }
    },
  );
}
