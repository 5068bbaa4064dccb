import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { archiveDaily, auditKey } from '#access';
import { type DemoRegion, openDemoHospital, openDemoPractice, openDemoRegion, openPostOffice, PATIENT_DOMAIN } from '#demo';
import { noteEvents } from '#exchange';
import { noteForSubscribers } from '#fhir';
import { type Config, type Db, openDb, prepareDatabase, type Sql, StartError } from '#kernel';
import { keepMappingUp, openMappingTables } from '#mapping';
import { forgetQuarantine, startRelay } from '#record';
import { askInsi, createServer, criticalValuesOf, openFolderDoor, openMllpDoor, sendMail, sendsMail, tellSubscribers } from '#server';

/**
 * Connections that wait to be taken, as many as the system allows: one more is dropped, and its sender tries again only after seconds. To take and refuse is
 * sooner.
 */
const CONNECTIONS_TO_TAKE = 4_096;

/** Every hour, what has been in quarantine too long is forgotten. */
const HOUSEKEEPING_MILLISECONDS = 3_600_000;

export interface Running {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts everything on a database that answers, in order; `stop` stops everything, in reverse.
 * @param given with DATABASE_URL set: an embedded database is started by the command line before this
 * @param options.say a line for the person at the terminal
 * @param options.withoutRecipients a demo region whose mailboxes keep what comes and nobody files it, since recipients work on other machines: for measures
 * @throws StartError what that person can mend
 */
export async function start(
  given: Config & { DATABASE_URL: string },
  options: { webFolder: string; say: (line: string) => void; withoutRecipients?: boolean },
): Promise<Running> {
  checkProduction(given);
  const config = options.withoutRecipients ? given : withPatientMail(given);
  const db = openDb({ url: config.DATABASE_URL, maxConnections: config.DATABASE_MAX_CONNECTIONS });
  const stops: (() => Promise<unknown>)[] = [() => db.close()];
  const stop = async () => {
    for (const step of stops.toReversed()) await step();
  };
  try {
    await prepareDatabase(db, { mode: config.CIGOGNE_MODE, sourceFolder: import.meta.dirname, now: new Date() });
    const running: { app?: FastifyInstance } = {};
    const note = async (tx: Sql, events: Parameters<typeof noteEvents>[1] & Parameters<typeof noteForSubscribers>[1]) => {
      if (sendsMail(config)) await noteEvents(tx, events, new Date());
      await noteForSubscribers(tx, events, new Date());
    };
    const relay = await startRelay(db, (error) => running.app?.log.error({ err: error }, 'relay'), note);
    stops.push(() => relay.stop());
    const onMappingError = (error: unknown) => running.app?.log.error({ err: error }, 'mapping');
    const tables = await openMappingTables(db, onMappingError);
    stops.push(() => tables.stop());
    const demo =
      config.CIGOGNE_MODE === 'demo'
        ? await openDemoRegion(db, { patients: config.DEMO_PATIENTS, reports: config.DEMO_REPORTS, now: new Date() })
        : undefined;
    const app = await createServer({
      config,
      db,
      relay,
      tables,
      publicUrl: config.PUBLIC_URL,
      issuer: issuerOf(config),
      webFolder: options.webFolder,
      demo,
    });
    running.app = app;
    stops.push(() => app.close());
    const mapping = keepMappingUp(db, tables, onMappingError);
    stops.push(() => mapping.stop());
    const journey = { db, relay, mode: config.CIGOGNE_MODE, zone: config.REGION_TIME_ZONE, tables };
    stops.push(
      await askInsi({ config, journey, register: demo?.nationalRegister, onError: (error) => app.log.error({ err: error }, 'INSi') }),
    );
    const onMailError = (error: unknown) => app.log.error({ err: error }, 'mail');
    const demoPost =
      demo && config.MSSANTE_SMTP_URL === undefined
        ? await openPostOffice(db, onMailError, {
            patientDomain: config.MSSANTE_PATIENT_DOMAIN,
            files: !options.withoutRecipients,
          })
        : undefined;
    if (demoPost) {
      stops.push(() => demoPost.stop());
      demo?.notePost(demoPost);
    }
    if (demoPost && !options.withoutRecipients) stops.push(await openDemoHospital(db, onMailError));
    stops.push(await sendMail({ config, db, demoPost, journey, onError: onMailError }));
    stops.push(keepHouse(db, config, (error) => app.log.error({ err: error }, 'quarantine')));
    stops.push(keepAudit(db, config, app.log));
    await app.listen({ host: config.HOST, port: config.PORT, backlog: CONNECTIONS_TO_TAKE }).catch(explainPort(config.PORT));
    // Any free port was asked for: which one is known now.
    const { port } = app.server.address() as AddressInfo;
    const url = config.PUBLIC_URL ?? `http://${config.HOST}:${port}`;
    const ownUrl = ownAddress(config.HOST, port);
    stops.push(tellSubscribers({ config, db, url, onError: (error) => app.log.error({ err: error }, 'subscriptions') }));
    const mllp = await openMllpDoor({ config, journey, onError: (error) => app.log.error({ err: error }, 'MLLP') });
    if (mllp) {
      stops.push(() => mllp.stop());
      options.say(`HL7 v2 in MLLP: port ${mllp.port}.`);
    }
    const stopFolders = await openFolderDoor({ config, journey, onError: (error) => app.log.error({ err: error }, 'folder') });
    if (stopFolders) stops.push(stopFolders);
    if (demo && demoPost && !options.withoutRecipients) {
      const practice = {
        config,
        db,
        demo,
        post: demoPost,
        url,
        ownUrl,
        ...options,
        onError: (error: unknown) => app.log.error({ err: error }, 'practice'),
      };
      stops.push(openSoftware(practice));
    }
    if (demo) stops.push(loadDemo(demo, ownUrl, options.say));
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In a demo that is its own operator of mail, patients have mailboxes: a region says the domain of its own. */
function withPatientMail<T extends Config>(config: T): T {
  const { CIGOGNE_MODE, MSSANTE_SMTP_URL, MSSANTE_PATIENT_DOMAIN } = config;
  const isOwnOperator = CIGOGNE_MODE === 'demo' && MSSANTE_SMTP_URL === undefined;
  return isOwnOperator && MSSANTE_PATIENT_DOMAIN === undefined ? { ...config, MSSANTE_PATIENT_DOMAIN: PATIENT_DOMAIN } : config;
}

/**
 * Without an address of its own, the server believes the one that each request names. In production that would let a proof of identity that a
 * laboratory made for another server, under another name, be taken here; and a plain http address would let sessions be read on the way.
 */
function checkProduction({ CIGOGNE_MODE, PUBLIC_URL, OIDC_ISSUER }: Config): void {
  if (CIGOGNE_MODE !== 'production') return;
  if (!PUBLIC_URL?.startsWith('https://'))
    throw new StartError('In production PUBLIC_URL must say the https address by which browsers and laboratories reach this server.');
  if (OIDC_ISSUER !== undefined && !OIDC_ISSUER.startsWith('https://'))
    throw new StartError('In production OIDC_ISSUER must be an https address.');
}

function issuerOf(config: Config) {
  const {
    OIDC_ISSUER: url,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET_FILE: secretFile,
    OIDC_SCOPE: scope,
    OIDC_ACR_VALUES: acrValues,
  } = config;
  if (url === undefined) return undefined;
  if (clientId === undefined) throw new StartError('OIDC_ISSUER is set without OIDC_CLIENT_ID: set both, or neither.');
  return { url, clientId, clientSecret: secretFile === undefined ? undefined : readSecret(secretFile), scope, acrValues };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new StartError(`OIDC_CLIENT_SECRET_FILE cannot be read (${file}): check that it exists and that this account may read it.`);
  }
}

function keepHouse(db: Db, { QUARANTINE_DAYS }: Config, onError: (error: unknown) => void): () => Promise<void> {
  const cleaning = setInterval(() => {
    forgetQuarantine(db, new Date(Date.now() - QUARANTINE_DAYS * 86_400_000)).catch(onError);
  }, HOUSEKEEPING_MILLISECONDS);
  return async () => clearInterval(cleaning);
}

/** Every day, the part of the audit whose period is over is put away in the data folder. */
function keepAudit(
  db: Db,
  { AUDIT_RETENTION_DAYS: retentionDays, CIGOGNE_DATA }: Config,
  log: FastifyInstance['log'],
): () => Promise<void> {
  const dataFolder = resolve(CIGOGNE_DATA);
  return archiveDaily(db, {
    retentionDays,
    dataFolder,
    key: () => auditKey(dataFolder),
    now: () => new Date(),
    onArchive: ({ number, chains, events }) => log.info({ archive: number, chains, events }, 'audit put away'),
    onError: (error) => log.error({ err: error }, 'the audit could not be put away'),
  });
}

function explainPort(port: number) {
  return (error: NodeJS.ErrnoException): never => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used by this account';
    throw new StartError(`The port ${port} ${why}: stop that program, or choose another with PORT=8081 npm start.`);
  };
}

/** Where this very process answers, whatever proxy stands before it. */
function ownAddress(host: string, port: number): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  return `http://${isEverywhere ? '127.0.0.1' : host}:${port}`;
}

/** The port of the practice's software after that of Cigogne: 8090 after 8080, so that a second Cigogne may take 8081. */
const SOFTWARE_AFTER = 10;

interface SoftwareToOpen {
  config: Config & { DATABASE_URL: string };
  db: Db;
  demo: DemoRegion;
  post: { port: number };
  url: string;
  ownUrl: string;
  webFolder: string;
  say: (line: string) => void;
  onError: (error: unknown) => void;
}

/** The software of the demo practice opens behind the page that is already open; without it the region works all the same. @returns how to stop it */
function openSoftware({ config, db, demo, post, url, ownUrl, webFolder, say, onError }: SoftwareToOpen): () => Promise<void> {
  const opening = openDemoPractice({
    databaseUrl: config.DATABASE_URL,
    db,
    sourceFolder: import.meta.dirname,
    population: demo.population,
    post,
    critical: new Map(criticalValuesOf(config.CRITICAL_VALUES_FILE).map((bounds) => [bounds.row, bounds])),
    zone: config.REGION_TIME_ZONE,
    webFolder,
    host: config.HOST,
    port: config.PORT === 0 || config.PORT + SOFTWARE_AFTER > 65_535 ? 0 : config.PORT + SOFTWARE_AFTER,
    cigogne: url,
    region: { url: ownUrl, key: demo.softwareKey, isFilled: () => demo.loading().finished },
    tell: () => {},
    onError,
  });
  const told = async () => {
    try {
      const practice = await opening;
      demo.noteSoftware(practice.url);
      say(`Software of the demo practice: ${practice.url}`);
    } catch (error) {
      say(`The software of the demo practice does not open (${(error as Error).message}).`);
    }
  };
  void told();
  return async () => (await opening.catch(() => undefined))?.stop();
}

/** The region fills behind the page that is already open. @returns how to stop it */
function loadDemo(demo: DemoRegion, url: string, say: (line: string) => void): () => Promise<void> {
  if (!demo.loading().finished) {
    const told = { percent: -10 };
    const onProgress = ({ done, total, perSecond }: { done: number; total: number; perSecond: number }) => {
      const percent = Math.floor((done / Math.max(1, total)) * 100);
      if (percent < told.percent + 10) return;
      told.percent = percent;
      say(`Demo region: ${done} of ${total} reports (${perSecond} a second)`);
    };
    demo.load(url, { onProgress }).then(
      ({ finished, total }) => finished && say(`Demo region: ${total} reports, complete.`),
      (error: Error) => say(`The demo region stopped loading (${error.message}); the next start goes on.`),
    );
  }
  return () => demo.stop();
}
