import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, askOf, principalOf } from '#access';

/** What the routes of the mail ask of the door, and of what is sent to them. */

export const text = (least: number, most: number) =>
  z
    .string()
    .trim()
    .min(least)
    .max(most)
    .regex(/^[^\0]*$/);
export const oneLine = (least: number, most: number) => text(least, most).regex(/^[^\r\n]*$/);
export const box = z.string().min(3).max(320);

export function doorOf(request: FastifyRequest, action: Action, about: { patientId?: string | null; object?: string } = {}) {
  const who = principalOf(request);
  const patientId = about.patientId ?? (who.role === 'patient' ? who.patientId : undefined);
  return askOf(request, action, { patientId, object: about.object });
}
