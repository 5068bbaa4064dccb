import { Refusal, REFUSALS, refusalBody } from '#kernel';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Seconds a refused sender waits before trying again when nothing better is known: the database is away. */
const RETRY_AFTER_SECONDS = 2;

/** What Fastify itself refuses before any of our code runs, in our words. */
const OF_FASTIFY: Readonly<Record<string, (error: FastifyError) => Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Refusal('deposit.too-large', 'the body is larger than this door takes', { at: 'body' }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Refusal('deposit.unsupported-format', 'this Content-Type is not read by this door', { at: 'Content-Type' }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Refusal('request.invalid', 'the body is empty', { at: 'body' }),
};

/** The one place where what went wrong becomes an answer: refusals with their code, the sender's faults as 400, bugs as 500. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asRefusal(error);
  if (!refusal) {
    // A bug: the whole of it in the log, a reference for the one who asked, and nothing of its inside.
    request.log.error({ err: error, requestId: request.id }, 'bug');
    return reply.code(500).send({
      code: 'internal',
      at: null,
      message: 'an unexpected fault; quote this reference',
      remedy: `reference ${request.id}`,
      retry: true,
    });
  }
  const { http, retry } = REFUSALS[refusal.code];
  request.log.info({ code: refusal.code, at: refusal.at }, 'refused');
  if (retry) reply.header('retry-after', refusal.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  if (refusal.code === 'access.unauthenticated') reply.header('www-authenticate', 'Bearer');
  const depositId = 'depositId' in refusal ? { depositId: refusal.depositId } : {};
  return reply.code(http).send({ ...refusalBody(refusal), ...depositId });
}

function asRefusal(error: FastifyError): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const known = OF_FASTIFY[error.code];
  if (known) return known(error);
  const [fault] = error.validation ?? [];
  if (fault)
    return new Refusal('request.invalid', fault.message ?? 'not as the schema says', {
      at: `${error.validationContext ?? ''}${fault.instancePath.replaceAll('/', '.')}`,
    });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new Refusal('request.invalid', error.message);
  return undefined;
}
