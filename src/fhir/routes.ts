import { confirm, noteUnanswered } from '#access';
import { Refusal, type Sql } from '#kernel';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Answering,
  answerRefusal,
  askedBy,
  askingOf,
  baseOf,
  bodyOf,
  checkFormat,
  MOUNT,
  pairsOf,
  pairsOfText,
  send,
  sendFile,
  sendResource,
  sendWritten,
} from './wire/answering.ts';
import type { TogetherDeps } from './rest/entry.ts';
import { readBatch } from './rest/batch.ts';
import { readHistoryOfMany } from './rest/type-history.ts';
import { fileResource, inFormAsked, readFile } from './rest/binary.ts';
import { allowedAt, capabilityStatement } from './rest/capability.ts';
import { changeDocument } from './documents/change-document.ts';
import { crossReference } from './people/cross-reference.ts';
import type { Asking } from './world/door.ts';
import { exportRoutes } from './export/routes.ts';
import { everything } from './rest/everything.ts';
import {
  checkAddress,
  lastObservations,
  readHistory,
  readOne,
  readVersion,
  searchType,
  searchWhole,
  searchWithin,
} from './rest/interactions.ts';
import { parseJson } from './wire/json.ts';
import { operation } from './wire/operation.ts';
import { jsonOfXml } from './wire/as-sent.ts';
import { match } from './people/match-patient.ts';
import { shapeOf, shorten } from './search/shorten.ts';
import { doneOutcome, warningsOf } from './wire/outcome.ts';
import { publishOne } from './documents/publish.ts';
import { openSockets } from './subscriptions/sockets.ts';
import { subscriptionRoutes } from './subscriptions/routes.ts';
import { noAddress } from './rest/read-target.ts';
import { hearReading } from './write/hear-reading.ts';
import { expand, validateCode } from './rest/value-set-operations.ts';
import { removePatient, updatePatient, writeOne } from './write/write.ts';

export interface FhirRoutesDeps extends TogetherDeps, Answering {
  maxBytes: number;
  /** A socket ends with the session that it was bound in, left unused this long too. */
  sessionIdleMinutes: number;
}

type Of<Params> = { Params: Params };
type TypeParams = { type: string };
type IdParams = { type: string; id: string };
type VersionParams = IdParams & { version: string };

const patientData = (summary: string) => ({ config: { guard: 'patient-data' as const }, schema: { summary, tags: ['fhir'] } });
/** Only reads, and by the door. */
const reading = (summary: string) => ({
  config: { guard: 'patient-data' as const, readsByDoor: true },
  schema: { summary, tags: ['fhir'] },
});
const open = (summary: string) => ({ config: { guard: 'public' as const }, schema: { summary, tags: ['fhir'] } });

/** FHIR R4 under `/fhir`. Every refusal is an OperationOutcome, whoever speaks it. */
export async function fhirRoutes(app: FastifyInstance, deps: FhirRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.setErrorHandler<FastifyError>(async (error, request, reply) => {
      const told = await refusalFor(request, error, deps.system);
      if (told.code === 'request.not-allowed') reply.header('allow', allowedAt(request.url.slice(MOUNT.length + 1)).join(', '));
      return answerRefusal(told, request, reply);
    });
    scope.removeAllContentTypeParsers();
    const raw = { parseAs: 'buffer' as const, bodyLimit: deps.maxBytes };
    scope.addContentTypeParser(['application/fhir+json', 'application/json', 'application/json-patch+json'], raw, (_request, body, done) =>
      done(null, body),
    );
    scope.addContentTypeParser<Buffer>(
      ['application/fhir+xml', 'application/xml', 'text/xml'],
      raw,
      async ({ headers }: FastifyRequest, body: Buffer) => jsonOfXml(body, headers['content-type']),
    );
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 65_536 }, (_request, body, done) =>
      done(null, body),
    );
    scope.addHook('onRequest', async (request) => checkFormat(request));
    readRoutes(scope, deps);
    writeRoutes(scope, deps);
    subscriptionRoutes(scope, deps);
    exportRoutes(scope, deps);
    refuseChanges(scope);
    refuseOthers(scope);
  });
  openSockets(app, {
    db: deps.system,
    zone: deps.zone,
    sessionIdleMinutes: deps.sessionIdleMinutes,
    baseOf: ({ headers }) => `${deps.publicUrl?.replace(/\/+$/, '') ?? `http://${headers.host}`}${MOUNT}`,
  });
}

/** What was refused before the door was reached is told to someone signed in only; what the door had let through was not answered. */
async function refusalFor(request: FastifyRequest, error: FastifyError, db: Sql): Promise<FastifyError> {
  const { principal } = request;
  try {
    await noteUnanswered(db, askedBy(request));
  } catch (thrown) {
    request.log.error({ err: thrown }, 'what was not answered could not be noted');
  }
  return principal
    ? confirm(principal, db).then(
        () => error,
        (thrown: FastifyError) => thrown,
      )
    : error;
}

function readRoutes(scope: FastifyInstance, deps: FhirRoutesDeps): void {
  const history = async (request: FastifyRequest<Of<{ id: string }>>, reply: FastifyReply, type: string) =>
    send(reply, await readHistory(deps, ask(request), { type, id: request.params.id, pairs: pairsOf(request) }));
  const ask = (request: FastifyRequest) => askingOf(request, deps);

  scope.get(`${MOUNT}/metadata`, open('CapabilityStatement'), async (request, reply) =>
    send(reply, capabilityStatement(baseOf(request, deps))),
  );

  operation(scope, `${MOUNT}/Patient/$ihe-pix`, patientData('The other numbers of a person (PIXm ITI-83)'), async (request, reply, pairs) =>
    send(reply, await crossReference(deps, ask(request), pairs)),
  );
  scope.post(`${MOUNT}/Patient/$match`, patientData('Who a person described could be (PDQm ITI-119)'), async (request, reply) =>
    send(reply, await match(deps, ask(request), bodyOf(request))),
  );
  operation(scope, `${MOUNT}/Patient/:id/$everything`, reading('All that one may see of a patient'), async (request, reply, pairs) =>
    send(reply, await everything(deps, ask(request), (request.params as IdParams).id, pairs)),
  );
  operation(scope, `${MOUNT}/Observation/$lastn`, reading('The latest results of each code'), async (request, reply, pairs) =>
    send(reply, await lastObservations(deps, ask(request), pairs)),
  );
  valueSetRoutes(scope, ask);
  scope.get<Of<{ id: string }>>(`${MOUNT}/Binary/:id`, patientData('The bytes of a document'), async (request, reply) => {
    const { id } = request.params;
    const file = await readFile(deps, ask(request), id);
    reply.header('cache-control', 'no-store').header('content-security-policy', 'sandbox').header('vary', 'accept');
    const form = inFormAsked(file, request);
    if (form === 'resource') return send(reply, fileResource(id, file));
    return sendFile(reply.type(form.name).header('content-disposition', 'attachment'), form.bytes, request);
  });
  scope.get(MOUNT, reading('Search of the whole, one type at a time'), async (request, reply) =>
    send(reply, await searchWhole(deps, ask(request), pairsOf(request))),
  );
  scope.post(`${MOUNT}/_search`, reading('The same search by POST'), async (request, reply) =>
    send(reply, await searchWhole(deps, ask(request), [...pairsOf(request), ...pairsOfText(String(request.body ?? ''))])),
  );
  scope.get<Of<TypeParams>>(`${MOUNT}/:type`, reading('Search of a type, or the history of all types'), async (request, reply) => {
    const { type } = request.params;
    const pairs = pairsOf(request);
    if (type === '_history') return send(reply, await readHistoryOfMany(deps, ask(request), { type: undefined, pairs }));
    return send(reply, await searchType(deps, ask(request), type, pairs));
  });
  scope.post<Of<TypeParams>>(
    `${MOUNT}/:type/_search`,
    patientData('The same search by POST: nothing of it in an address'),
    async (request, reply) =>
      send(
        reply,
        await searchType(deps, ask(request), request.params.type, [...pairsOf(request), ...pairsOfText(String(request.body ?? ''))]),
      ),
  );
  scope.get<Of<IdParams>>(`${MOUNT}/:type/:id`, reading('A resource, or the history of a type'), async (request, reply) => {
    const { type, id } = request.params;
    if (id === '_history') return send(reply, await readHistoryOfMany(deps, ask(request), { type, pairs: pairsOf(request) }));
    const shape = shapeOf(type, pairsOf(request));
    return sendResource(reply, shorten(await readOne(deps, ask(request), type, id), shape), request);
  });
  scope.get<Of<{ id: string; within: string }>>(
    `${MOUNT}/Patient/:id/:within`,
    reading('Search of what is of one patient'),
    async (request, reply) => {
      const { id, within } = request.params;
      if (within === '_history') return history(request, reply, 'Patient');
      return send(reply, await searchWithin(deps, ask(request), { patientId: id, type: within, pairs: pairsOf(request) }));
    },
  );
  scope.post<Of<{ id: string; within: string }>>(
    `${MOUNT}/Patient/:id/:within/_search`,
    reading('The same search by POST'),
    async (request, reply) => {
      const { id, within } = request.params;
      const pairs: [string, string][] = [...pairsOf(request), ...pairsOfText(String(request.body ?? ''))];
      return send(reply, await searchWithin(deps, ask(request), { patientId: id, type: within, pairs }));
    },
  );
  scope.get<Of<IdParams>>(`${MOUNT}/:type/:id/_history`, reading('The versions of a resource'), async (request, reply) =>
    history(request, reply, request.params.type),
  );
  scope.get<Of<VersionParams>>(`${MOUNT}/:type/:id/_history/:version`, reading('One version of a resource'), async (request, reply) => {
    const { type, id, version } = request.params;
    const shape = shapeOf(type, pairsOf(request));
    return sendResource(reply, shorten(await readVersion(deps, ask(request), type, id, version), shape), request);
  });
}

/** The sets of codes hold nothing of anybody: whoever is signed in may ask them. */
function valueSetRoutes(scope: FastifyInstance, ask: (request: FastifyRequest) => Asking): void {
  for (const [name, summary, done] of [
    ['$expand', 'The codes of a value set', expand],
    ['$validate-code', 'Is this code in a value set?', validateCode],
  ] as const)
    for (const url of [`${MOUNT}/ValueSet/${name}`, `${MOUNT}/ValueSet/:id/${name}`]) {
      const options = { config: { guard: 'signed-in' as const }, schema: { summary, tags: ['fhir'] } };
      operation(scope, url, options, async (request, reply, pairs) =>
        send(reply, done({ id: (request.params as Partial<IdParams>).id, pairs, strict: ask(request).strict })),
      );
    }
}

function writeRoutes(scope: FastifyInstance, deps: FhirRoutesDeps): void {
  const ask = (request: FastifyRequest) => askingOf(request, deps);
  const options = (summary: string) => ({ ...patientData(summary), bodyLimit: deps.maxBytes });
  scope.post(MOUNT, options('A batch or a transaction'), async (request, reply) =>
    send(reply, await readBatch(deps, ask(request), bodyOf(request), () => request.raw.socket.destroyed)),
  );
  scope.post<Of<TypeParams>>(`${MOUNT}/:type`, options('Writes a resource'), async (request, reply) => {
    const { type } = request.params;
    const condition = request.headers['if-none-exist'];
    const asking = ask(request);
    const body = bodyOf(request);
    const given = parseJson(body);
    if (type === 'AuditEvent') {
      return send(reply.code(201).header('location', await hearReading(deps, asking, given)), { ...doneOutcome() });
    }
    const written =
      type === 'DocumentReference'
        ? await publishOne(deps, asking, given)
        : await writeOne(deps, asking, { type, given, condition: Array.isArray(condition) ? condition[0] : condition });
    return sendWritten(reply, written);
  });
  for (const [url, target] of [
    [
      `${MOUNT}/Patient`,
      ({ url: asked }: FastifyRequest) => ({ number: new URLSearchParams(asked.split('?')[1]).get('identifier') ?? '' }),
    ],
    [`${MOUNT}/Patient/:id`, ({ params }: FastifyRequest) => ({ id: (params as IdParams).id })],
  ] as const) {
    scope.put(url, options('What a system says now of one of its patients'), async (request, reply) => {
      const asked = { target: target(request), given: parseJson(bodyOf(request)), ifMatch: request.headers['if-match'] };
      return sendWritten(reply, await updatePatient(deps, ask(request), asked));
    });
    scope.delete(url, options('A system has this patient no more'), async (request, reply) => {
      await removePatient(deps, ask(request), target(request));
      return reply.code(204).send();
    });
  }
  for (const [url, target] of [
    [`${MOUNT}/DocumentReference`, (request: FastifyRequest) => ({ pairs: pairsOf(request) })],
    [`${MOUNT}/DocumentReference/:id`, ({ params }: FastifyRequest) => ({ id: (params as IdParams).id })],
  ] as const) {
    scope.patch(url, options('Hides, shows or archives a document'), async (request, reply) => {
      const asked = { target: target(request), body: bodyOf(request), ifMatch: request.headers['if-match'] };
      const changed = await changeDocument(deps, ask(request), asked);
      return changed
        ? sendWritten(reply, { status: 200, resource: changed, location: `${baseOf(request, deps)}/DocumentReference/${changed.id}` })
        : send(reply, { ...warningsOf(['the document is not yours to read any more']) });
    });
  }
}

/** What is published never changes by this door: a correction is another document; people hide, show and archive. */
function refuseChanges(scope: FastifyInstance): void {
  for (const url of [`${MOUNT}/:type`, `${MOUNT}/:type/:id`]) {
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url,
      config: { guard: 'signed-in' },
      schema: { hide: true },
      handler: () => {
        throw new Refusal(
          'request.not-allowed',
          'only the visibility and the status of a DocumentReference, and a sender’s own Patient, are changed by FHIR here',
          { at: 'method' },
        );
      },
    });
  }
}

/** An address that is none of FHIR is told so as everything else here. */
function refuseOthers(scope: FastifyInstance): void {
  scope.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: `${MOUNT}/*`,
    config: { guard: 'signed-in' },
    schema: { hide: true },
    handler: ({ url }: FastifyRequest) => {
      checkAddress(url.split('?')[0]!.split('/').at(-1)!);
      throw noAddress();
    },
  });
}
