import { depositCounts } from '#record';
import type { Db } from '#kernel';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Milliseconds: from a read of one patient to a slow disk. */
const BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `/metrics` (Prometheus): time of each route, deposits by state, the process. No label ever carries a patient, a person or an id. */
export async function metricsRoutes(app: FastifyInstance, db: Db): Promise<void> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: 'cigogne_http_request_seconds',
    help: 'Time to answer, by route pattern and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
  });

  const deposits = new Gauge({
    name: 'cigogne_deposits',
    help: 'Deposits by state: stored, identity (waiting for a person), refused, quarantine by code',
    labelNames: ['state'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      for (const { state, deposits: count } of await depositCounts(db)) this.set({ state }, count);
    },
  });
  registry.registerMetric(deposits);

  app.get(
    '/metrics',
    { config: { guard: 'public' }, logLevel: 'silent', schema: { summary: 'Prometheus metrics', tags: ['health'] } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
