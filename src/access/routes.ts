import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Db, Refusal, type Sql } from '#kernel';
import type { Action } from './actions.ts';
import { declareBreakGlass, declareConsent, endCareLink } from './care-links.ts';
import { type Accesses, breakGlassSchema, type CareLink, type Principal, type Sharing, sharingDecisionSchema } from './contract.ts';
import { type Passage, passDoor } from './door.ts';
import { principalOf } from './guard.ts';
import type { ItemReader } from './item.ts';
import { decideSharing, sharingOf } from './sharing.ts';
import { accessLine, languageOf, placeOf, toldEvents } from './who-looked.ts';

export interface AccessRoutesDeps {
  db: Db;
  /** Does this record exist? The register of identities knows. */
  isPatient: (sql: Sql, patientId: string) => Promise<boolean>;
  /** Name of the holder of a link (`rpps:…`, `structure:FINESS`): the directory knows. */
  nameOf?: (sql: Sql, holder: string) => Promise<string | undefined>;
  /** Ids of the documents of a patient that this reader may see: the record knows. Without it none is: what was done to documents is told of no one in particular. */
  readableBy?: (sql: Sql, patientId: string, reader: ItemReader) => Promise<ReadonlySet<string>>;
  now?: () => Date;
}

type PatientRoute = { Params: { patientId: string } };
const guarded = (summary: string) => ({ config: { guard: 'patient-data' as const }, schema: { summary, tags: ['access'] } });

const PAGE = 100;

const accessesQuery = z.object({
  language: z.enum(['fr', 'en']).optional(),
  before: z
    .string()
    .regex(/^[\da-f]{32}$/)
    .optional(),
});

/** Who looked at a record, and who may: consent, emergency, the patient's own decisions. */
export function accessRoutes(app: FastifyInstance, deps: AccessRoutesDeps): void {
  const now = deps.now ?? (() => new Date());
  const nameOf = deps.nameOf ?? (async () => undefined);

  /** Passes the door in the name of the caller. What the request holds is checked behind it: who may not is told that and no more. */
  function enter<T>(
    asking: { who: Principal; action: Action; patientId: string; reason?: string },
    work: (tx: Sql, at: Date, passage: Passage) => Promise<T>,
  ): Promise<T> {
    const at = now();
    return passDoor(deps.db, { ...asking, via: 'web', now: at }, (tx, passage) => work(tx, at, passage));
  }

  async function mustExist(tx: Sql, patientId: string): Promise<void> {
    if (!(await deps.isPatient(tx, patientId))) throw new Refusal('request.not-found', 'there is no such record', { at: 'patientId' });
  }

  app.get<PatientRoute>(
    '/api/patients/:patientId/accesses',
    guarded('Who looked at the record, in plain words (accessesSchema)'),
    async (request): Promise<Accesses> => {
      const { patientId } = request.params;
      return enter({ who: principalOf(request), action: 'accesses.read', patientId }, async (tx, _at, { reader }) => {
        const { language, before } = parsed(accessesQuery, request.query, 'query');
        const words = languageOf(language, request.headers['accept-language']);
        const readable = (await deps.readableBy?.(tx, patientId, reader)) ?? new Set<string>();
        const events = await toldEvents(tx, { patientId, readable, isHolder: reader.standsAs === 'holder', before, limit: PAGE + 1 });
        const shown = events.slice(0, PAGE);
        return { accesses: shown.map((event) => accessLine(event, words)), next: events.length > PAGE ? placeOf(shown.at(-1)!) : null };
      });
    },
  );

  app.post<PatientRoute>(
    '/api/patients/:patientId/care-link',
    guarded('Declares the consent collected: opens the record for 30 days'),
    async (request): Promise<{ link: CareLink }> => {
      const who = principalOf(request);
      const { patientId } = request.params;
      return enter({ who, action: 'care-link.declare', patientId }, async (tx, at) => {
        await mustExist(tx, patientId);
        await declareConsent(tx, who, patientId, at);
        return { link: { kind: 'consent', since: at.toISOString() } };
      });
    },
  );

  app.delete<PatientRoute>(
    '/api/patients/:patientId/care-link',
    guarded('Ends one’s own care links with the patient'),
    async (request): Promise<{ ended: number }> => {
      const who = principalOf(request);
      const { patientId } = request.params;
      return enter({ who, action: 'care-link.end', patientId }, async (tx, at) => ({
        ended: await endCareLink(tx, { patientId, holder: who.id, now: at, endedBy: who.id }),
      }));
    },
  );

  app.post<PatientRoute>(
    '/api/patients/:patientId/break-glass',
    guarded('Opens the record in an emergency, with a reason that the patient reads (breakGlassSchema)'),
    async (request): Promise<{ link: CareLink }> => {
      const who = principalOf(request);
      const { patientId } = request.params;
      const reason = breakGlassSchema.safeParse(request.body).data?.reason;
      return enter({ who, action: 'break-glass.declare', patientId, ...(reason && { reason }) }, async (tx, at) => {
        parsed(breakGlassSchema, request.body, 'body.reason');
        await mustExist(tx, patientId);
        await declareBreakGlass(tx, who, patientId, at);
        return { link: { kind: 'break-glass', since: at.toISOString() } };
      });
    },
  );

  app.get<PatientRoute>(
    '/api/patients/:patientId/sharing',
    guarded('Who may open the record, and whom the patient shut out (sharingSchema)'),
    async (request): Promise<Sharing> => {
      const { patientId } = request.params;
      return enter({ who: principalOf(request), action: 'sharing.read', patientId }, (tx, at) =>
        sharingOf(tx, patientId, { now: at, nameOf }),
      );
    },
  );

  app.post<PatientRoute>(
    '/api/patients/:patientId/sharing',
    guarded('One decision of the patient on who may open the record (sharingDecisionSchema)'),
    async (request): Promise<Sharing> => {
      const who = principalOf(request);
      const { patientId } = request.params;
      return enter({ who, action: 'sharing.decide', patientId }, async (tx, at) => {
        const decision = parsed(sharingDecisionSchema, request.body, 'body');
        await decideSharing(tx, { patientId, decision, now: at, by: who.id });
        return sharingOf(tx, patientId, { now: at, nameOf });
      });
    },
  );
}

function parsed<T>(schema: z.ZodType<T>, given: unknown, at: string): T {
  const read = schema.safeParse(given);
  if (!read.success) throw new Refusal('request.invalid', z.prettifyError(read.error), { at });
  return read.data;
}
