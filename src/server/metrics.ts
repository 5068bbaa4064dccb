import { depositCounts } from '#record';
import { silentSenders } from '#exchange';
import { countDoubtful } from '#identity';
import { atMostEvery, type Sql } from '#kernel';
import type { FastifyInstance } from 'fastify';
import { type CertificateFiles, certificateEnds } from './certificate-ends.ts';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Milliseconds: from a read of one patient to a slow disk. */
const BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Deposits are counted at most this often, however many ask: counting reads a whole table, and anyone may ask. */
const COUNT_EVERY_MS = 15_000;
/** Silence is of days, and looks back on a week of deposits. */
const SILENCE_EVERY_MS = 600_000;

/** `/metrics` (Prometheus): time of each route, deposits by state, the process. No label ever carries a patient, a person or an id. */
export async function metricsRoutes(app: FastifyInstance, db: Sql, zone: string, certificates: CertificateFiles = {}): Promise<void> {
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

  const counts = atMostEvery(COUNT_EVERY_MS, () => depositCounts(db));
  const deposits = new Gauge({
    name: 'cigogne_deposits',
    help: 'Deposits by state: stored, identity (waiting for a person), refused, quarantine by code',
    labelNames: ['state'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      for (const { state, deposits: count } of await counts()) this.set({ state }, count);
    },
  });
  registry.registerMetric(deposits);

  const doubts = atMostEvery(COUNT_EVERY_MS, () => countDoubtful(db));
  const doubtful = new Gauge({
    name: 'cigogne_identity_doubtful_arrivals',
    help: 'Arrivals that had to wait for the identity cell since the beginning; its share of the deposits is the one to watch',
    registers: [registry],
    async collect() {
      this.set(await doubts());
    },
  });
  registry.registerMetric(doubtful);

  const silences = atMostEvery(SILENCE_EVERY_MS, () => silentSenders(db, { zone, now: new Date() }));
  const silent = new Gauge({
    name: 'cigogne_silent_senders',
    help: 'Systems that deposit on most days and have deposited nothing for a day and a half',
    registers: [registry],
    async collect() {
      this.set((await silences()).length);
    },
  });
  registry.registerMetric(silent);

  const ends = atMostEvery(SILENCE_EVERY_MS, () => certificateEnds(certificates));
  const certificate = new Gauge({
    name: 'cigogne_certificate_ends_at_seconds',
    help: 'When a certificate that this server shows ends, in seconds since 1970, by the variable that names it; 0: its file cannot be read',
    labelNames: ['name'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      for (const { name, endsAt } of await ends()) this.set({ name }, endsAt);
    },
  });
  registry.registerMetric(certificate);

  app.get(
    '/metrics',
    { config: { guard: 'public' }, logLevel: 'silent', schema: { summary: 'Prometheus metrics', tags: ['health'] } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
