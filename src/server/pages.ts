import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Refusal } from '#kernel';
import type { FastifyInstance } from 'fastify';

/** A year: the names of built files carry their content's hash. */
const ONE_YEAR_SECONDS = 31_536_000;

/** The browser part, as built by Vite. Any address that is no file and no API is a screen: it gets the page that draws it. */
export async function pageRoutes(app: FastifyInstance, webFolder: string): Promise<void> {
  if (!existsSync(join(webFolder, 'index.html'))) throw new Error(`the browser part is not built: no index.html in ${webFolder}`);
  await app.register(fastifyStatic, {
    root: webFolder,
    wildcard: false,
    index: false,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const isScreen =
      request.method === 'GET' && !/^\/(api|oidc|fhir)\//.test(request.url) && !/\.[a-z0-9]+$/i.test(request.url.split('?')[0]!);
    if (!isScreen) throw new Refusal('request.not-found', 'nothing is at this address');
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}
