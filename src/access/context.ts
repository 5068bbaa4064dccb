import type { FastifyRequest } from 'fastify';
import type { Db } from '#kernel';
import type { CertificateHeader, CertificateOf } from './certificate.ts';
import type { Principal } from './contract.ts';
import type { OwnKeys } from './keys.ts';
import type { Sql } from '#kernel';
import type { SmartScope } from './smart-scopes.ts';
import type { SmartClient } from './launch-context.ts';
import type { SystemClient } from './oidc-items.ts';
import type { FindColleague } from './practice-token.ts';
import type { EmbeddedProvider } from './provider.ts';
import type { FindPerson, IssuerConfig } from './sign-in.ts';

export interface AccessOptions {
  db: Db;
  mode: 'demo' | 'production';
  /** Folder where the keys of the embedded provider are kept. */
  dataFolder: string;
  /** Address by which browsers reach the server; absent: the host that the request names. */
  publicUrl?: string | undefined;
  sessionIdleMinutes: number;
  now?: () => Date;
  /** The register of senders: who may ask for a system's token. */
  findClient: (clientId: string) => Promise<SystemClient | undefined>;
  /** Where the TLS proxy brings the certificates of systems; absent: no certificate proves anything here. */
  certificateHeader?: CertificateHeader | undefined;
  /** Where people sign in; absent in a demo region: cards only. */
  issuer?: IssuerConfig | undefined;
  /** Finds in the directory the person that the issuer named. */
  findPerson?: FindPerson | undefined;
  /** The people of the demo cards. Refused in production. */
  demoAccounts?: ((card: string) => Principal | undefined) | undefined;
  /** The register of software that its users may launch; absent: none is known. */
  findApp?: ((clientId: string) => Promise<SmartClient | undefined>) | undefined;
  /** The professional of a structure in whose name its software reads; absent: no software of a practice does. */
  findColleague?: FindColleague | undefined;
  /** Zone of the region (IANA); that of France when not said. */
  zone?: string | undefined;
  /** Origins of registered software that may show our pages in a frame; absent: none. */
  embedders?: readonly string[] | undefined;
  /** Origins of the registered software, whose pages may ask FHIR with a token of theirs. */
  appOrigins?: readonly string[] | undefined;
  /** The record of a patient's number (`system|value`), as a software names the patient in hand. */
  patientOfNumber?: ((sql: Sql, number: string) => Promise<string | undefined>) | undefined;
  /** Whether a scope is of something that is served, and can be held against it: no other is granted. Absent: each is. */
  isScopeServed?: ((scope: SmartScope) => boolean) | undefined;
  /** Sign-ins allowed a minute from one address, 600 when not said: a whole hospital may come by one. No secret can be guessed here. */
  signInsPerMinute?: number | undefined;
}

/** What the routes of this module share. */
export interface AccessContext extends Omit<AccessOptions, 'appOrigins'> {
  now: () => Date;
  keys: () => Promise<OwnKeys>;
  baseOf: (request: FastifyRequest) => string;
  provider: (base: string) => Promise<EmbeddedProvider>;
  certificateOf: CertificateOf | undefined;
  cookieName: (request: FastifyRequest) => string;
  zone: string;
  embedders: readonly string[];
  appOrigins: ReadonlySet<string>;
  hasApps: boolean;
  findApp: (clientId: string) => Promise<SmartClient | undefined>;
  findColleague: FindColleague;
  patientOfNumber: (sql: Sql, number: string) => Promise<string | undefined>;
  isScopeServed: (scope: SmartScope) => boolean;
}
