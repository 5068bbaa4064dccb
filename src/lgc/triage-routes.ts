import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { compareTraits, traitsOf } from '#identity';
import { Refusal } from '#kernel';
import { BY_ITSELF, candidatesFor, documentOf, filedAlone, fileFor, inTriage, practicePatients, refuse, stepsOf, unfile } from '#practice';
import { TRAITS, type Triage, type TriageItem } from './contract.ts';
import { readable } from './readable.ts';
import { demand, may } from './rights.ts';
import type { Doors } from './doors.ts';
import { nameOf } from './store.ts';

const WEEK_MS = 7 * 86_400_000;
const params = z.object({ id: z.uuid() });
const reason = z.string().trim().min(2).max(300);
const fileBody = z.object({ number: z.string().min(1).max(60), reason });
const whyBody = z.object({ reason });

/** What the connector could not file alone, and what people decide of it; also filing again what was filed wrong. Each act keeps who, when and why. */
export async function triageRoutes(app: FastifyInstance, { deps, userOf, visit }: Doors): Promise<void> {
  const { db, zone, wake } = deps;

  app.get('/api/triage', async (request): Promise<Triage> => {
    const user = userOf(request);
    return visit({ user, act: 'triage.read' }, async (tx) => {
      demand(may(user, 'triage'), 'triage');
      const all = await practicePatients(tx);
      const numbers = new Map(all.map(({ patientId, number }) => [patientId, number]));
      const items: TriageItem[] = [];
      for (const { documentId, title, producer, kind, reason: why, printed, receivedAt } of await inTriage(tx)) {
        const traits = printed ? traitsOf(printed) : {};
        const ins = printed?.ids.find(({ root }) => root.startsWith('1.2.250.1.213.1.4.'))?.extension;
        items.push({
          documentId,
          title,
          producer: producer ?? '',
          receivedAt: receivedAt.toISOString(),
          why: kind === 'unfiled' ? 'unfiled' : why,
          printed: wordsOf(traits),
          ...(ins !== undefined && { ins }),
          candidates: candidatesFor(printed ?? undefined, all).map(({ patient, sameIns }) => ({
            number: patient.number,
            name: nameOf(patient.traits),
            traits: wordsOf(patient.traits),
            likeness: Object.fromEntries(
              Object.entries(compareTraits(traits, patient.traits)).map(([trait, likeness]) => [trait, String(likeness)]),
            ),
            sameIns,
            isQualified: patient.isQualified,
          })),
          steps: (await stepsOf(tx, documentId)).map((step) => ({
            at: step.at.toISOString(),
            kind: step.kind,
            by: step.by,
            reason: step.reason,
            ...(step.patientId !== null && { patient: numbers.get(step.patientId) ?? '' }),
          })),
        });
      }
      return { items, filedAlone: await filedAlone(tx, BY_ITSELF, new Date(Date.now() - WEEK_MS)) };
    });
  });

  const decide = (act: string, path: string, work: (id: string, body: unknown, by: string) => Promise<void>) =>
    app.post(path, async (request, reply) => {
      const user = userOf(request);
      const { id } = params.parse(request.params);
      await visit({ user, act, object: id }, async () => demand(may(user, 'triage'), 'triage'));
      await work(id, request.body, user.name);
      wake();
      return reply.code(204).send();
    });

  decide('triage.file', '/api/triage/:id/file', (id, body, by) => {
    const { number, reason: why } = fileBody.parse(body);
    return fileFor(db, id, number, { by, reason: why });
  });
  decide('triage.refuse', '/api/triage/:id/refuse', (id, body, by) => refuse(db, id, { by, reason: whyBody.parse(body).reason }));
  decide('triage.unfile', '/api/triage/:id/unfile', (id, body, by) => unfile(db, id, { by, reason: whyBody.parse(body).reason }));

  app.get('/api/triage/:id/pdf', async (request, reply) => {
    const user = userOf(request);
    const { id } = params.parse(request.params);
    const kept = await visit({ user, act: 'triage.document', object: id }, async (tx) => {
      demand(user.role === 'gp', 'read-results');
      const waiting = (await inTriage(tx)).some(({ documentId }) => documentId === id);
      if (!waiting) throw new Refusal('request.not-found', 'no such document waits', { at: 'document' });
      return documentOf(tx, id);
    });
    return reply.type('application/pdf').send(Buffer.from(await readable(kept.original, zone, kept.uniqueId)));
  });
}

/** Traits as words; the birthplace by its code, which is what is compared, and its name. */
function wordsOf(traits: ReturnType<typeof traitsOf>): Record<string, string> {
  const place = traits.birthPlace && [traits.birthPlace.cog, traits.birthPlace.label].filter(Boolean).join(' ');
  const all: Record<string, unknown> = { ...traits, birthPlace: place };
  return Object.fromEntries(
    TRAITS.flatMap((trait) => (typeof all[trait] === 'string' && all[trait] !== '' ? [[trait, all[trait]]] : [])),
  ) as Record<string, string>;
}
