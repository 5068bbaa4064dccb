import type { FastifyRequest } from 'fastify';
import { type Action, askOf, principalOf } from '#access';

/** How the routes of the exchange pass the door: who asks, for which structure, by which route. */
export const door = (
  request: FastifyRequest,
  action: Action,
  more: { patientId?: string; object?: string; producer?: string | undefined } = {},
) => askOf(request, action, { producer: ownOf(request)[0], ...more });

export function ownOf(request: FastifyRequest): string[] {
  const { structures, organisation } = principalOf(request);
  return structures ?? (organisation ? [organisation.finess] : []);
}

/** Whose deliveries this person follows: an operator those of every structure. */
export const scopeOf = (request: FastifyRequest): string[] | null => (principalOf(request).role === 'operator' ? null : ownOf(request));
