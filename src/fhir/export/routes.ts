import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '#kernel';
import { type Answering, askingOf, MOUNT, send } from '../wire/answering.ts';
import { operation } from '../wire/operation.ts';
import { beginExport, endExport, type ExportDeps, exportedFile, exportStatus } from './export.ts';

type One = { Params: { id: string } };
type File = { Params: { id: string; file: string } };

/** Bulk export: begun, looked after, fetched, ended. */
export function exportRoutes(scope: FastifyInstance, given: Omit<ExportDeps, 'onError'> & Answering): void {
  const deps = { ...given, onError: (error: unknown) => scope.log.error({ err: error }, 'export') };
  const ask = (request: FastifyRequest) => askingOf(request, deps);
  const asked = {
    config: { guard: 'patient-data' as const },
    schema: { summary: 'Export of one’s own patients, asynchronously', tags: ['fhir'] },
  };
  const own = { config: { guard: 'signed-in' as const }, schema: { summary: 'My export', tags: ['fhir'] } };

  const begin = async (request: FastifyRequest, reply: FastifyReply, pairs: [string, string][]) => {
    if (!/respond-async/.test(String(request.headers['prefer'] ?? '')))
      throw new Refusal('request.invalid', 'an export is asynchronous: Prefer: respond-async', { at: 'Prefer' });
    const asking = ask(request);
    const address = `${asking.base}${request.url.slice(MOUNT.length)}`;
    const id = await beginExport(deps, asking, { pairs, request: address, group: (request.params as { group?: string }).group });
    return reply.code(202).header('content-location', `${asking.base}/export/${id}`).header('cache-control', 'no-store').send();
  };
  for (const url of [`${MOUNT}/Patient/$export`, `${MOUNT}/$export`, `${MOUNT}/Group/:group/$export`]) operation(scope, url, asked, begin);
  scope.get<One>(`${MOUNT}/export/:id`, own, async (request, reply) =>
    status(reply, await exportStatus(deps, ask(request), request.params.id)),
  );
  scope.get<File>(`${MOUNT}/export/:id/:file`, own, async (request, reply) => {
    const pieces = exportedFile(deps, ask(request), request.params.id, request.params.file);
    // What is refused is refused before anything is sent.
    const { value: first = EMPTY } = await pieces.next();
    return reply
      .type('application/fhir+ndjson')
      .header('cache-control', 'no-store')
      .send(Readable.from(after(first, pieces)));
  });
  scope.delete<One>(`${MOUNT}/export/:id`, own, async (request, reply) => {
    await endExport(deps, ask(request), request.params.id);
    return reply.code(202).send();
  });
}

const EMPTY = Buffer.alloc(0);

async function* after(first: Buffer, others: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* others;
}

function status(reply: FastifyReply, told: Awaited<ReturnType<typeof exportStatus>>): FastifyReply {
  if ('progress' in told) return reply.code(202).header('x-progress', told.progress).header('retry-after', '1').send();
  // Its type is not that of a resource (Bulk Data 2.0).
  send(reply.header('expires', told.expiresAt.toUTCString()), told.manifest);
  return reply.type('application/json');
}
