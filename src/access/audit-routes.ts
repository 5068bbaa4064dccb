import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Db, Refusal, type Sql } from '#kernel';
import { type AlertThresholds, alertsOf, type KnowsNames } from './alerts.ts';
import type { ChainedEvent } from './audit.ts';
import { type AuditAlerts, type AuditPage, type Watched, watchSchema } from './contract.ts';
import { passDoor } from './door.ts';
import { principalOf } from './guard.ts';
import { ruleName } from './rule-names.ts';
import { searchEvents, watchedRecords, watchRecord } from './store-audit-search.ts';
import { accessLine, languageOf } from './who-looked.ts';

const PAGE = 100;
const DAY_MS = 86_400_000;

const period = { from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional() };
const auditQuery = z.object({
  ...period,
  actor: z.string().max(200).optional(),
  patientId: z.uuid().optional(),
  outcome: z.enum(['allowed', 'denied']).optional(),
  mode: z.enum(['break-glass', 'regulation']).optional(),
  after: z.string().max(100).optional(),
  language: z.enum(['fr', 'en']).optional(),
});
const alertsQuery = z.object(period);

/** The officer follows what was done to records without knowing whose they are. */
const PATIENT = { fr: 'Le patient ou qui le représente', en: 'The patient or who represents them' };

const guarded = (summary: string) => ({ config: { guard: 'patient-data' as const }, schema: { summary, tags: ['access'] } });

/**
 * What the data protection officer reads of the audit. Looking for the readings of one patient is itself an event of that patient's chain.
 * @param deps.db with the rights of the owner of the tables: it reads across patients
 */
export function auditRoutes(
  app: FastifyInstance,
  deps: {
    db: Db;
    knows: KnowsNames;
    isPatient: (sql: Sql, patientId: string) => Promise<boolean>;
    thresholds: AlertThresholds;
    now?: () => Date;
  },
): void {
  const now = deps.now ?? (() => new Date());

  app.get('/api/audit', guarded('Events of the audit, the latest first (auditPageSchema)'), async (request): Promise<AuditPage> => {
    const at = now();
    const asked = auditQuery.safeParse(request.query);
    const { patientId } = asked.success ? asked.data : {};
    const door = { who: principalOf(request), action: 'audit.search', patientId, via: 'web', now: at } as const;
    return passDoor(deps.db, door, async (tx) => {
      if (!asked.success) throw new Refusal('request.invalid', z.prettifyError(asked.error), { at: 'query' });
      const { language, after, from, to, ...query } = asked.data;
      const events = await searchEvents(tx, { ...query, ...periodOf({ from, to }, at, 30), after: cursorOf(after) }, PAGE + 1);
      const shown = events.slice(0, PAGE);
      const words = languageOf(language, request.headers['accept-language']);
      return {
        events: shown.map((event) => ({
          ...accessLine(event, words),
          rule: ruleName(event.rule, words),
          ...(event.role === 'patient' && { who: PATIENT[words] }),
          actor: event.actor,
          ...(event.patientId !== null && { patientId: event.patientId }),
          ...(event.object !== null && { object: event.object }),
          via: event.via,
        })),
        next: events.length > PAGE ? cursorTo(shown.at(-1)!) : null,
      };
    });
  });

  app.get(
    '/api/audit/alerts',
    guarded('What the audit shows that should be looked at (auditAlertsSchema)'),
    async (request): Promise<AuditAlerts> => {
      const at = now();
      return passDoor(deps.db, { who: principalOf(request), action: 'audit.search', object: 'alerts', via: 'web', now: at }, async (tx) => {
        const asked = alertsQuery.safeParse(request.query);
        if (!asked.success) throw new Refusal('request.invalid', z.prettifyError(asked.error), { at: 'query' });
        // An end is not of its period: what happened in this very millisecond is.
        const period = periodOf(asked.data, new Date(at.getTime() + 1), 1);
        const alerts = await alertsOf(tx, period, deps.thresholds, deps.knows);
        return { from: period.from.toISOString(), to: period.to.toISOString(), alerts };
      });
    },
  );

  app.get('/api/audit/watched', guarded('Records whose every reading is told (watchedSchema)'), async (request): Promise<Watched> => {
    const door = { who: principalOf(request), action: 'audit.watch', via: 'web', now: now() } as const;
    return passDoor(deps.db, door, watchedNow);
  });

  app.post(
    '/api/audit/watched',
    guarded('Watches a record closely, or no longer: an event that its patient reads (watchSchema)'),
    async (request): Promise<Watched> => {
      const [who, at] = [principalOf(request), now()];
      const asked = watchSchema.safeParse(request.body);
      const door = { who, action: 'audit.watch', patientId: asked.data?.patientId, via: 'web', now: at } as const;
      return passDoor(deps.db, door, async (tx) => {
        if (!asked.success) throw new Refusal('request.invalid', z.prettifyError(asked.error), { at: 'body' });
        const { patientId } = asked.data;
        if (!(await deps.isPatient(tx, patientId)))
          throw new Refusal('request.not-found', 'there is no such record', { at: 'body.patientId' });
        await watchRecord(tx, { ...asked.data, now: at, by: who.id });
        return watchedNow(tx);
      });
    },
  );
}

async function watchedNow(tx: Sql): Promise<Watched> {
  const records = await watchedRecords(tx);
  return { watched: records.map(({ patientId, since, declaredBy }) => ({ patientId, since: since.toISOString(), by: declaredBy })) };
}

function periodOf(asked: { from?: string | undefined; to?: string | undefined }, now: Date, days: number): { from: Date; to: Date } {
  const to = asked.to === undefined ? now : new Date(asked.to);
  return { from: asked.from === undefined ? new Date(to.getTime() - days * DAY_MS) : new Date(asked.from), to };
}

const cursorTo = ({ at, chain, sequence }: ChainedEvent) => `${at.toISOString()}_${chain}_${sequence}`;

function cursorOf(after: string | undefined): { at: Date; chain: string; sequence: number } | undefined {
  if (after === undefined) return undefined;
  const [, at, chain, sequence] = /^([\dT:.-]{23}Z)_([\da-f-]{36})_(\d{1,15})$/.exec(after) ?? [];
  if (!at || !chain || !sequence || Number.isNaN(Date.parse(at)))
    throw new Refusal('request.invalid', 'not a place in the audit', { at: 'query.after' });
  return { at: new Date(at), chain, sequence: Number(sequence) };
}
