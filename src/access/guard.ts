import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Refusal } from '#kernel';
import type { Action } from './actions.ts';
import type { Principal } from './contract.ts';

/** What a route asks of its caller before anything else:
 * - `public`: nothing;
 * - `signed-in`: a person or a system, known;
 * - `patient-data`: the same, and the route passes the door for each thing it reads or does;
 * - `system`: a registered system with its token.
 */
export const GUARDS = ['public', 'signed-in', 'patient-data', 'system'] as const;
export type Guard = (typeof GUARDS)[number];

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null when nobody is signed in. */
    principal: Principal | null;
    /** For what goes on after the request (a page that is told): is the session that it came by open still? */
    isStillSignedIn: () => Promise<boolean>;
  }
  interface FastifyContextConfig {
    guard?: Guard;
    /** It only reads, and by the door: that the session is still open is asked there, beside the rest. */
    readsByDoor?: boolean;
  }
}

export interface GuardedRoute {
  method: string;
  url: string;
  guard: Guard;
}

/**
 * Collects every route as it is declared and refuses to start when one has no guard.
 * @returns the list, for the test that tries every door
 */
export function collectGuards(app: FastifyInstance): () => GuardedRoute[] {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    const open = routes.filter((route) => !isGuard(route.config?.guard)).map(({ method, url }) => `${String(method)} ${url}`);
    if (open.length > 0) throw new Error(`routes without a guard (declare config: { guard } on each): ${open.join(', ')}`);
  });
  return () =>
    routes.flatMap(({ method, url, config }) => [method].flat().map((one) => ({ method: one, url, guard: config?.guard as Guard })));
}

function isGuard(guard: unknown): guard is Guard {
  return GUARDS.includes(guard as Guard);
}

/** Stands before every route. @throws Refusal `access.unauthenticated`, or `access.denied` for a person where a system is expected */
export function enforceGuard(request: FastifyRequest): void {
  const guard = request.routeOptions.config.guard;
  if (request.is404 || guard === 'public') return;
  if (!request.principal) throw new Refusal('access.unauthenticated', 'sign in first');
  if (request.principal.software && !/^\/fhir(?:[/?]|$)/.test(request.url)) {
    throw new Refusal('access.denied', 'un logiciel ne demande que par FHIR (a software asks by FHIR only)', { at: 'insufficient-scope' });
  }
  if (guard === 'system' && request.principal.role !== 'laboratory-system') {
    throw new Refusal('access.denied', 'réservé aux systèmes enregistrés (kept for registered systems)', { at: 'role-without-right' });
  }
}

/**
 * Gives one guard to all the routes of a library that declares its own (static files, generated documentation).
 * `await app.register(allGuarded('public', async (scope) => { await scope.register(fastifyStatic, …) }))`
 */
export function allGuarded(guard: Guard, register: (scope: FastifyInstance) => Promise<void>) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.addHook('onRoute', (route) => {
      route.config = { guard, ...route.config };
    });
    await register(scope);
  };
}

/** Who is behind a request that one knows signed in (any guard but `public`). */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Refusal('access.unauthenticated', 'sign in first');
  return request.principal;
}

/** What a route asks the door: who asks for what, by which route, now. */
export const askOf = <Asked extends Action>(
  request: FastifyRequest,
  action: Asked,
  about: { patientId?: string | undefined; object?: string | undefined; producer?: string | undefined } = {},
) => ({ who: principalOf(request), action, via: request.routeOptions.url ?? '', now: new Date(), ...about });
