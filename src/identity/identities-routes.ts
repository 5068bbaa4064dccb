import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import type { Sql } from '#kernel';
import * as changes from './change.ts';
import {
  type ChangeBody,
  changeBodySchema,
  type Changed,
  changedSchema,
  type Duplicates,
  duplicatesSchema,
  type IdentityView,
  identityViewSchema,
  newIdentitySchema,
} from './contract.ts';
import { createIdentity, typedIns } from './create-identity.ts';
import { noteDeath } from './death.ts';
import { mergePatients, splitPatient, tellApart } from './merge.ts';
import { refileUnderIns } from './refile.ts';
import type { IdentityDeps } from './route-deps.ts';
import { patientById } from './store.ts';
import { identityView, listDuplicates } from './view.ts';
import { recallDeposit, unfileContradicted } from './worklist.ts';

const params = z.object({ patientId: z.uuid() });

/** What the identity cell reads and changes of an identity. Each passes the door: one event in the trail of the patient. */
export function identitiesRoutes(app: FastifyInstance, deps: IdentityDeps): void {
  const { db, mode, now = () => new Date() } = deps;
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const guarded = { config: { guard: 'patient-data' as const } };
  const doorOf = (request: FastifyRequest, action: 'identity.read' | 'identity.decide', object?: string) => ({
    who: principalOf(request),
    action,
    ...(object !== undefined && { object }),
    via: 'identity',
    now: now(),
  });

  typed.get(
    '/api/identities/:patientId',
    {
      ...guarded,
      schema: { summary: 'An identity: proofs, records, history', tags: ['identity'], params, response: { 200: identityViewSchema } },
    },
    async (request): Promise<IdentityView> => {
      const { patientId } = request.params;
      return passDoor(db, { ...doorOf(request, 'identity.read'), patientId }, (tx) => identityView(tx, patientId, deps.filedIn));
    },
  );

  typed.get(
    '/api/worklists/duplicates',
    {
      ...guarded,
      schema: { summary: 'Records said to be one person', tags: ['identity'], response: { 200: duplicatesSchema } },
    },
    async (request): Promise<Duplicates> => passDoor(db, doorOf(request, 'identity.read'), (tx) => listDuplicates(tx)),
  );

  typed.post(
    '/api/identities',
    {
      ...guarded,
      schema: { summary: 'Make a record', tags: ['identity'], body: newIdentitySchema, response: { 200: changedSchema } },
    },
    async (request): Promise<Changed> => {
      const door = doorOf(request, 'identity.decide');
      const { traits, document, ins, isAnother, reason } = request.body;
      const by = { who: { id: door.who.id, name: door.who.name }, reason, now: door.now };
      const facts = { traits: compact(traits), ...(document && { document }), ...(ins && { ins: typedIns(ins, mode) }) };
      const patientId = await passDoor(db, door, (tx) => createIdentity(tx, { ...facts, isAnother, ...by }));
      return { patientId, filed: await refileUnderIns(db, [facts.ins], { ...by, mode }, deps) };
    },
  );

  typed.post(
    '/api/identities/:patientId/changes',
    {
      ...guarded,
      schema: {
        summary: 'Correct, prove, mark, merge, split, recall a document, or take a change back',
        tags: ['identity'],
        params,
        body: changeBodySchema,
        response: { 200: changedSchema },
      },
    },
    async (request): Promise<Changed> => {
      const { patientId } = request.params;
      const { body } = request;
      const door = { ...doorOf(request, 'identity.decide', objectOf(body)), patientId };
      const by = { who: { id: door.who.id, name: door.who.name }, reason: body.reason, now: door.now };
      const inss = await passDoor(db, door, async (tx) => {
        const before = await patientById(tx, patientId);
        await take(tx, body, { patientId, ...by });
        return [before?.ins, (await patientById(tx, patientId))?.ins];
      });
      return { patientId, filed: await refileUnderIns(db, inss, { ...by, mode }, deps) };
    },
  );

  async function undo(tx: Sql, eventId: string, request: changes.ChangeRequest): Promise<void> {
    const { at } = await changes.undoChange(tx, { ...request, eventId });
    await unfileContradicted(tx, { ...request, mode, since: at }, deps);
  }

  function take(tx: Sql, body: ChangeBody, request: changes.ChangeRequest): Promise<void> {
    switch (body.kind) {
      case 'correct-traits':
        return changes.correctTraits(tx, { ...request, traits: compact(body.traits), document: body.document });
      case 'check-document':
        return changes.checkDocument(tx, { ...request, document: body.document });
      case 'attach-ins':
        return changes.attachIns(tx, { ...request, ins: typedIns(body.ins, mode) });
      case 'withdraw-ins':
        return changes.withdrawIns(tx, request);
      case 'set-doubt':
        return changes.setDoubt(tx, { ...request, doubt: body.doubt, isOn: body.isOn });
      case 'note-death':
        return noteDeath(tx, { ...request, deceasedOn: body.deceasedOn });
      case 'undo':
        return undo(tx, body.eventId, request);
      case 'merge':
        return mergePatients(tx, { ...request, into: body.into });
      case 'split':
        return splitPatient(tx, request);
      case 'two-people':
        return tellApart(tx, { ...request, other: body.other });
      case 'recall':
        return recallDeposit(tx, { ...request, depositId: body.depositId }, deps);
    }
  }
}

/** What the change is about besides the patient, for the trail. */
function objectOf(body: ChangeBody): string | undefined {
  if (body.kind === 'merge') return body.into;
  if (body.kind === 'two-people') return body.other;
  if (body.kind === 'recall') return body.depositId;
  return body.kind === 'undo' ? body.eventId : undefined;
}

/** Without what was left empty. */
const compact = <T extends object>(traits: T) =>
  Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined)) as { [K in keyof T]-?: Exclude<T[K], undefined> };
