import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from '@fastify/type-provider-zod';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import {
  type AccessOptions,
  accessPlugin,
  accessRoutes,
  allGuarded,
  auditRoutes,
  emergencyRoutes,
  READER_ROLE,
  rightsRoutes,
  settleFamilies,
  type SmartClient,
} from '#access';
import { biologyRoutes, catalogueFor, contextRoutes, cumulRoutes, viewsRoutes, followUpRoutes } from '#biology';
import { admittedSender, directoryRoutes, holderName } from '#directory';
import { fhirRoutes, isScopeServed, patientIdOfNumber } from '#fhir';
import { exchangeRoutes, firstSent, inboxRoutes, rulesRoutes, softwareRoutes } from '#exchange';
import {
  afterIdentityDecision,
  attachDocument,
  recallDocument,
  fileDocument,
  fileMailed,
  finishLetter,
  previewRouting,
  receiveFile,
} from '#flows';
import { identityRoutes, isLivePatient, personOf } from '#identity';
import type { Config, Db } from '#kernel';
import { dayZeroRoutes, letterRoutes } from '#letters';
import { mailRoutes } from '#mail';
import { linesBehind, type MappingTables, mappingRoutes } from '#mapping';
import {
  announcementRoutes,
  conflictRoutes,
  documentRoutes,
  receiptById,
  recordRoutes,
  regionRoutes,
  type Relay,
  visibleDocuments,
} from '#record';
import { type DepositDoor, depositRoutes } from '#transports';
import { admitDeposits } from './admit-deposits.ts';
import { addresseeOf } from './addressee.ts';
import { areColleagues } from './colleagues.ts';
import { answerError } from './answer-error.ts';
import { familyNamesOf } from './family-names.ts';
import { healthRoutes } from './health.ts';
import { criticalValuesOf, escalationOf, familyTablesOf, formulasOf } from './regional-values.ts';
import { fhirDeps } from './fhir-deps.ts';
import { faultToLog } from './fault-to-log.ts';
import { identityDeps } from './identity-deps.ts';
import { findPerson } from './find-person.ts';
import { metricsRoutes } from './metrics.ts';
import { pageRoutes } from './pages.ts';
import { sharedRecordsOf } from './shared-records.ts';
import { trustedDomains } from './send-mail.ts';
import { registeredApps } from './registered-apps.ts';

export interface ServerDeps {
  config: Config;
  db: Db;
  relay: Relay;
  tables: MappingTables;
  /** Address by which browsers and systems reach the server; absent: the one each request names. */
  publicUrl: string | undefined;
  /** Where professionals sign in; absent in a demo region. */
  issuer?: AccessOptions['issuer'];
  /** Folder of the browser part as built; absent in tests of the doors. */
  webFolder?: string | undefined;
  /** What a demo region adds: the cards of its sign-in page, and its own routes. */
  demo?:
    | {
        accounts: NonNullable<AccessOptions['demoAccounts']>;
        routes: (app: FastifyInstance) => Promise<void>;
        /** When a deposit came, of a region that tells of days gone by. */
        arrivedAt?: DepositDoor['arrivedAt'];
        /** The software of its practice. */
        software?: readonly SmartClient[];
      }
    | undefined;
}

/** For the whole of a request to arrive: 20 MB on a line of 2 Mbit/s. Who sends more slowly holds a connection for nothing. */
const REQUEST_MILLISECONDS = 90_000;

/** The whole server, not listening yet: what it offers, door by door. */
export async function createServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { config, db: system, relay, tables, demo } = deps;
  settleFamilies(familyTablesOf(config.SENSITIVE_FAMILIES_FILE));
  // What answers people reads under the role that row-level security holds; deposits, worklists and counts are the system's own work.
  const db = system.as(READER_ROLE);
  const mode = config.CIGOGNE_MODE;
  const app = Fastify({
    ...logging(config.LOG_LEVEL),
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    requestTimeout: REQUEST_MILLISECONDS,
    trustProxy: config.TRUSTED_PROXIES ?? false,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<FastifyError>(answerError);
  logRequests(app);
  await app.register(swagger, {
    openapi: { info: { title: 'Cigogne', version: '0.1.0', license: { name: 'Apache-2.0' } } },
    transform: jsonSchemaTransform,
  });

  const journey = { db: system, relay, mode, zone: config.REGION_TIME_ZONE, tables };
  admitDeposits(app, { db: system, mostAtOnce: config.DEPOSIT_MOST_AT_ONCE, mostBehind: config.DEPOSIT_MOST_BEHIND });
  const apps = registeredApps(config.SMART_CLIENTS_FILE, demo?.software);
  await app.register(accessPlugin, {
    db: system,
    mode,
    dataFolder: config.CIGOGNE_DATA,
    publicUrl: deps.publicUrl,
    sessionIdleMinutes: config.SESSION_IDLE_MINUTES,
    findClient: (clientId) => admittedSender(system, clientId, mode),
    certificateHeader: certificateHeader(config),
    issuer: deps.issuer,
    findPerson: (claims) => findPerson(system, claims),
    findColleague: (nationalId, finess) => findPerson(system, { nationalId }, finess),
    demoAccounts: demo?.accounts,
    ...apps,
    patientOfNumber: patientIdOfNumber,
    isScopeServed,
    zone: config.REGION_TIME_ZONE,
  });
  await metricsRoutes(app, system, config.REGION_TIME_ZONE, config);
  await healthRoutes(app, system);
  await app.register(
    allGuarded('public', async (scope) => {
      await scope.register(swaggerUi, { routePrefix: '/api/docs' });
    }),
  );
  await depositRoutes(app, {
    receive: (arrival) => receiveFile(journey, arrival),
    receipt: (depositId, sender) => receiptById(system, depositId, sender.id),
    maxBytes: config.DEPOSIT_MAX_BYTES,
    arrivedAt: demo?.arrivedAt,
  });
  await identityRoutes(app, {
    db: system,
    mode,
    ...afterIdentityDecision(journey),
    ...identityDeps,
    score: { leastScore: config.IDENTITY_LEAST_SCORE, mostCandidates: config.IDENTITY_MOST_CANDIDATES },
  });
  accessRoutes(app, {
    db,
    isPatient: isLivePatient,
    nameOf: holderName,
    readableBy: async (tx, patientId, reader) => {
      const { homes } = await personOf(tx, patientId);
      return new Set((await visibleDocuments(tx, homes, reader)).map(({ documentId }) => documentId));
    },
  });
  rightsRoutes(app, { db });
  auditRoutes(app, {
    db: system,
    knows: { familyNamesOf, areColleagues },
    isPatient: isLivePatient,
    thresholds: { massPatients: config.AUDIT_MASS_PATIENTS, refusedPatients: config.AUDIT_REFUSED_PATIENTS },
  });
  emergencyRoutes(app, { db, system, addresseeOf, zone: config.REGION_TIME_ZONE });
  await recordRoutes(app, { db, relay, validations: linesBehind });
  await documentRoutes(app, { db, file: (asked) => fileDocument(journey, asked), maxBytes: config.DEPOSIT_MAX_BYTES });
  await letterRoutes(app, { db, zone: config.REGION_TIME_ZONE, finish: (asked) => finishLetter(journey, asked) });
  await dayZeroRoutes(app, { db: system, zone: config.REGION_TIME_ZONE, firstSent });
  await followUpRoutes(app, { db });
  await contextRoutes(app, { db, zone: config.REGION_TIME_ZONE });
  const catalogue = catalogueFor({
    formulas: formulasOf(config.DERIVED_VALUES),
    isBesideReported: config.DERIVED_BESIDE_REPORTED === 'yes',
    critical: criticalValuesOf(config.CRITICAL_VALUES_FILE),
  });
  await biologyRoutes(app, { catalogue });
  await viewsRoutes(app, { db: system });
  await cumulRoutes(app, { db, zone: config.REGION_TIME_ZONE, catalogue });
  announcementRoutes(app, { db: system });
  await conflictRoutes(app, { db: system, relay });
  await mappingRoutes(app, { db: system, tables });
  const addresses = {
    domains: trustedDomains(config),
    patientDomain: config.MSSANTE_PATIENT_DOMAIN,
    sharedWith: sharedRecordsOf(config).records,
  };
  await exchangeRoutes(app, {
    db: system,
    domains: addresses.domains,
    zone: config.REGION_TIME_ZONE,
    recall: (tx, asked) => recallDocument(journey, tx, asked),
  });
  await mailRoutes(app, {
    db: system,
    zone: config.REGION_TIME_ZONE,
    mode: config.CIGOGNE_MODE,
    ...addresses,
    nil: config.MSSANTE_NIL,
    file: (asked) => fileMailed(journey, asked),
    filePdf: (asked) => fileDocument(journey, asked),
    attach: (tx, asked) => attachDocument(tx, { ...asked, zone: config.REGION_TIME_ZONE }),
  });
  await inboxRoutes(app, { db: system, escalation: escalationOf(config), zone: config.REGION_TIME_ZONE });
  await rulesRoutes(app, {
    db: system,
    ...addresses,
    preview: (asked) => previewRouting({ ...journey, ...addresses }, asked),
    maxBytes: config.DEPOSIT_MAX_BYTES,
  });
  await softwareRoutes(app, { db: system, hasFolder: config.SOFTWARE_FOLDER !== undefined });
  await regionRoutes(app, { db: system });
  await directoryRoutes(app, { db, mode: config.CIGOGNE_MODE });
  await fhirRoutes(app, {
    ...fhirDeps(journey, async (clientId) => (await apps.findApp?.(clientId))?.redirectUris ?? []),
    publicUrl: deps.publicUrl,
    maxBytes: config.DEPOSIT_MAX_BYTES,
    sessionIdleMinutes: config.SESSION_IDLE_MINUTES,
  });
  await demo?.routes(app);
  const { webFolder } = deps;
  if (webFolder) await app.register(allGuarded('public', (scope) => pageRoutes(scope, webFolder)));
  return app;
}

function certificateHeader({ MTLS_CERTIFICATE_HEADER: name, TRUSTED_PROXIES: proxies }: Config) {
  return name !== undefined && proxies !== undefined ? { name, proxies } : undefined;
}

/** Of a request the log keeps its route and its time, at level debug; never its address, which may hold a name searched for. */
function logging(level: Config['LOG_LEVEL']): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  return {
    logger: level === 'silent' ? false : { level, serializers: { err: faultToLog } },
    logController: new LogController({ disableRequestLogging: true }),
  };
}

function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ method, routeOptions, log }, reply) => {
    log.debug({ method, route: routeOptions.url, status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) }, 'answered');
  });
}
