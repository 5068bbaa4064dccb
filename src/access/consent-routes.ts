import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '#kernel';
import { askingAt, keepConsent } from './consent.ts';
import type { AccessContext } from './context.ts';
import { type Principal, type SoftwareAsking, softwareAnswerSchema } from './contract.ts';
import { passDoor } from './door.ts';
import { MOUNT } from './provider.ts';
import { hashOf } from './sessions.ts';

type Step = { Params: { step: string } };

/** A person tells a software that opened by itself yes or no, and for which patient (SMART App Launch 2.2, standalone launch). */
export function consentRoutes(app: FastifyInstance, context: AccessContext): void {
  const { db, findApp, now } = context;
  const guarded = (summary: string) => ({ config: { guard: 'signed-in' as const }, schema: { summary, tags: ['smart'] } });
  const at = '/api/smart/authorisations/:step';

  app.get<Step>(at, guarded('What a software asks (softwareAskingSchema)'), async (request, reply): Promise<SoftwareAsking> => {
    const { person } = signedIn(context, request);
    reply.header('cache-control', 'no-store');
    return askingAt(db, request.params.step, { findApp, who: person, now: now() });
  });

  app.post<Step>(at, guarded('Says yes or no to it (softwareAnswerSchema)'), async (request) => {
    const { person: who, session } = signedIn(context, request);
    const { step } = request.params;
    const body = softwareAnswerSchema.safeParse(request.body);
    if (!body.success) throw new Refusal('request.invalid', 'yes or no, and the patient when one is asked for', { at: 'body' });
    const { isAllowed } = body.data;
    const asking = await askingAt(db, step, { findApp, who, now: now() });
    const patientId = isAllowed && asking.patient !== 'none' ? (who.patientId ?? body.data.patientId) : undefined;
    if (isAllowed && asking.patient === 'chosen' && patientId === undefined)
      throw new Refusal('request.invalid', 'the software asks for one patient: choose whom', { at: 'body.patientId' });
    const door = patientId === undefined ? { action: 'software.authorise' as const } : { action: 'software.open' as const, patientId };
    const consent = { session, isAllowed, ...(patientId !== undefined && { patientId }) };
    await passDoor(db, { who, ...door, object: asking.software, via: 'web', now: now() }, (tx) => keepConsent(tx, step, consent, now()));
    return { next: `${MOUNT}/interaction/${step}` };
  });
}

/** A person at a browser: a token of a software opens nothing to another. */
function signedIn(context: AccessContext, request: FastifyRequest): { person: Principal; session: string } {
  const cookie = request.cookies[context.cookieName(request)];
  const { principal } = request;
  if (!principal || cookie === undefined || principal.software !== undefined)
    throw new Refusal('access.denied', 'a person answers this at their browser', { at: 'session' });
  return { person: principal, session: hashOf(cookie).toString('hex') };
}
