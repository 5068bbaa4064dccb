import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import { structures } from '#directory';
import { dischargesIn, homesOf } from '#identity';
import type { Db, Sql } from '#kernel';
import { arrivalsOfType } from '#record';
import type { DayZeroShare } from './contract.ts';
import { shareOf } from './day-zero.ts';

/** LOINC of the discharge letter. */
const DISCHARGE_LETTER = '11490-0';
const DAY_MS = 86_400_000;

export interface DayZeroDeps {
  db: Db;
  /** IANA zone of the region: the day of a discharge is its day. */
  zone: string;
  /** When documents first left for a professional. */
  firstSent: (sql: Sql, patientIds: readonly string[], documentIds: readonly string[]) => Promise<{ documentId: string; sentAt: Date }[]>;
}

/** How many discharge letters left on the day, unit by unit: a hospital sees its own, the region every one; nobody's name. */
export async function dayZeroRoutes(app: FastifyInstance, { db, zone, firstSent }: DayZeroDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const dayOf = (at: Date) => format.format(at);

  typed.get(
    '/api/letters/day-zero',
    {
      config: { guard: 'signed-in' },
      schema: {
        summary: 'Share of the discharge letters that left on the day, by unit (DayZeroShare)',
        tags: ['letters'],
        querystring: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }),
      },
    },
    async (request, reply): Promise<DayZeroShare> => {
      const who = principalOf(request);
      const now = new Date();
      const own = who.organisation?.finess;
      const scope = who.role === 'operator' ? null : [own ?? ''];
      const from = new Date(now.getTime() - request.query.days * DAY_MS);
      const door = { who, action: 'letter.count' as const, producer: own, via: request.routeOptions.url ?? '', now };
      reply.header('cache-control', 'no-store');
      return passDoor(db, door, async (tx) => {
        const discharges = await dischargesIn(tx, { structures: scope, from, until: now, zone });
        const letters = await lettersOf(tx, [...new Set(discharges.flatMap(({ patientId }) => patientId ?? []))], firstSent);
        const names = new Map((await structures(tx)).map(({ finess, name }) => [finess, name]));
        const nameOf = (finess: string) => names.get(finess) ?? finess;
        return { from: dayOf(from), until: dayOf(now), units: shareOf(discharges, letters, { dayOf, nameOf }) };
      });
    },
  );
}

/** Of the records that were merged into one, letters are those of the one. */
async function lettersOf(tx: Sql, patientIds: readonly string[], firstSent: DayZeroDeps['firstSent']) {
  const homes = new Map([...(await homesOf(tx, patientIds))].flatMap(([patientId, own]) => own.map((home) => [home, patientId] as const)));
  const kept = await arrivalsOfType(tx, [...homes.keys()], DISCHARGE_LETTER);
  const sent = new Map(
    (
      await firstSent(
        tx,
        [...homes.keys()],
        kept.map(({ documentId }) => documentId),
      )
    ).map(({ documentId, sentAt }) => [documentId, sentAt]),
  );
  return kept.map((letter) => ({ ...letter, patientId: homes.get(letter.patientId)!, sentAt: sent.get(letter.documentId) }));
}
