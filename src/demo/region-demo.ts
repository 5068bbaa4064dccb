import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { newPracticeSoftware, type Principal, type SmartClient } from '#access';
import type { Db } from '#kernel';
import { demoAccounts, demoColleagues, NAMED_STRUCTURES } from './accounts.ts';
import { dayText, demoToday } from './clock.ts';
import type { Progress } from './deposit-all.ts';
import { documentBytes } from './document-bytes.ts';
import { arrivedAt } from './days-gone-by.ts';
import { depositFreshReport, freshReport } from './fresh-report.ts';
import type { LoadOrder } from './load-worker.ts';
import { type DemoSize, makePopulation, patientIdOf, type Population } from './population.ts';
import { nationalRegister } from './national-register.ts';
import { registerPeople, registerPlaces } from './register.ts';
import { tellStays } from './tell-stays.ts';
import { hideAsPatient, lookBefore } from './visits-before.ts';
import { keepProgress, keepRegion, type KeptRegion } from './store.ts';
import { STORY_TRENDS } from './story-trends.ts';
import { STORY_WORDS } from './story-words.ts';

/** The demo region of a running server: its cards, its route, its loading. */
export interface DemoRegion {
  /** The person behind a card of the sign-in page. */
  accounts: (card: string) => Principal | undefined;
  routes: (app: FastifyInstance) => Promise<void>;
  /** When a deposit of the demo came, of one that tells of days gone by. */
  arrivedAt: (headers: IncomingHttpHeaders) => Date | undefined;
  /** Deposits through the server's own door what is not there yet, in another thread. Resolves when everything is, or at `stop`. */
  load: (url: string, options?: LoadOptions) => Promise<Loading>;
  loading: () => Loading;
  population: Population;
  /** The software of its practice as the region registered it, and the key by which it reads the record. */
  software: readonly SmartClient[];
  softwareKey: PracticeSoftware['key'];
  /** The start page names the software of the demo practice, once it answers. */
  noteSoftware: (url: string) => void;
  /** `/api/demo` says where mail is taken, and under which address the region is written to. */
  notePost: (post: { port: number; from: string }) => void;
  /** What the stand-in of the national INSi service knows: whoever was born that day. */
  nationalRegister: ReturnType<typeof nationalRegister>;
  stop: () => Promise<void>;
}

export interface Loading {
  done: number;
  total: number;
  perSecond: number;
  finished: boolean;
}

export interface LoadOptions {
  /** Deposits under way together; more does not go faster than the server. */
  atOnce?: number;
  onProgress?: (loading: Loading) => void;
}

type PracticeSoftware = Awaited<ReturnType<typeof newPracticeSoftware>>;

/** Under which the region knows the software of the demo practice. */
export const DEMO_SOFTWARE = 'logiciel-cabinet-demo';

/** The region of the first start, unless the arguments of `openDemoRegion` say otherwise. */
const DEMO_SEED = 1;
/** Enough to keep two cores busy, few enough that a person's click waits for little. */
const AT_ONCE = 6;

/**
 * Opens the region kept in this database, or makes one: registers its places, professionals, systems, people and care links.
 * @param options size of a region that does not exist yet; an existing one keeps its own
 */
export async function openDemoRegion(
  db: Db,
  options: { patients: number; reports: number; seed?: number; now: Date },
): Promise<DemoRegion> {
  const { now, reports, seed = DEMO_SEED } = options;
  const wanted: DemoSize = { seed, reports, patients: Math.max(3, options.patients), today: demoToday(now.getTime()) };
  const kept = await keepRegion(db, wanted);
  const population = makePopulation(kept.size);
  await registerPlaces(db, population, now);
  if (kept.deposited === 0 && !kept.isFinished) {
    await registerPeople(db, population, now);
    await lookBefore(db, population);
  }
  const { finess, name } = NAMED_STRUCTURES.practice;
  const software = await newPracticeSoftware({ clientId: DEMO_SOFTWARE, name, structure: finess });
  return makeDemoRegion(db, population, kept, software);
}

function makeDemoRegion(db: Db, population: Population, kept: KeptRegion, { app, key }: PracticeSoftware): DemoRegion {
  let state: Loading = {
    done: kept.isFinished ? population.total : kept.deposited,
    total: population.total,
    perSecond: 0,
    finished: kept.isFinished,
  };
  let upTo = kept.deposited;
  const told: { software?: string; post?: { port: number; to: string } } = {};
  let worker: Worker | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  return {
    accounts: (card) => [...demoAccounts, ...demoColleagues].find((account) => account.card === card)?.principal,
    routes: (app) => demoRoutes(app, population, () => ({ loading: state, ...told })),
    arrivedAt,
    loading: () => state,
    population,
    software: [app],
    softwareKey: key,
    noteSoftware: (url) => {
      told.software = url;
    },
    notePost: ({ port, from }) => {
      told.post = { port, to: from };
    },
    nationalRegister: nationalRegister(population),
    async load(url, { atOnce = AT_ONCE, onProgress } = {}) {
      if (state.finished) return state;
      const order: LoadOrder = { url, size: population.size, from: upTo, atOnce };
      worker = new Worker(new URL('load-worker.ts', import.meta.url), { workerData: order, execArgv: [] });
      let keeping: Promise<void> = Promise.resolve();
      worker.on('message', (told: Progress | 'stories') => {
        if (told === 'stories') {
          keeping = keeping.then(() => hideAsPatient(db, population)).catch(() => {});
          return;
        }
        const { done, total, perSecond } = told;
        upTo = told.upTo;
        state = { done, total, perSecond, finished: false };
        keeping = keeping.then(() => keepProgress(db, told.upTo)).catch(() => {});
        onProgress?.(state);
      });
      ended = new Promise((resolve, reject) => worker!.once('exit', resolve).once('error', reject));
      await ended;
      await keeping;
      if (upTo >= population.total) {
        await tellStays(db, population, new Date());
        await keepProgress(db, upTo, new Date());
        state = { ...state, finished: true };
      }
      return state;
    },
    async stop() {
      worker?.postMessage('stop', []);
      await ended.catch(() => {});
    },
  };
}

/** `GET /api/demo`: the cards, the three stories, and how far the loading is. Public: it names invented people only. */
async function demoRoutes(
  app: FastifyInstance,
  population: Population,
  now: () => { loading: Loading; software?: string; post?: { port: number; to: string } },
): Promise<void> {
  const cards = demoAccounts.map(({ card, principal, detail }) => ({ card, name: principal.name, detail }));
  const stories = STORY_WORDS.map((words, i) => {
    const { birthFamily, firstBirthGiven, birth } = population.person(i + 1);
    return {
      ...words,
      trend: STORY_TRENDS[i]!,
      patientId: patientIdOf(population.seed, i + 1),
      name: `${birthFamily} ${firstBirthGiven}`,
      birthDate: dayText(birth),
    };
  });
  const { laboratories } = population.region;
  app.get('/api/demo', { config: { guard: 'public' } }, async () => ({
    cards,
    stories,
    ...now(),
    people: population.size.patients,
    laboratories: laboratories.length,
  }));

  /* What the page shows arriving: the document for who signs in as a laboratory's system, or the whole deposit for the others. */
  app.get('/api/demo/fresh-report', { config: { guard: 'signed-in' } }, async (_request, reply) =>
    reply.type('application/xml').send(documentBytes(freshReport(new Date()), 0)),
  );
  app.post('/api/demo/fresh-report', { config: { guard: 'signed-in' } }, async (request) =>
    depositFreshReport({ url: addressOf(request.socket), now: new Date() }),
  );
}

/** Where this very request came in: the door that it goes through next. */
function addressOf({ localAddress = '127.0.0.1', localPort = 80 }: Socket): string {
  return `http://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
