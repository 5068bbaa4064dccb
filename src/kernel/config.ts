import { isIP } from 'node:net';
import { z } from 'zod';

/** A whole number from text, with bounds. */
const whole = (min: number, max: number, byDefault: number) => {
  const message = `a whole number from ${min} to ${max}`;
  return z.coerce.number(message).int(message).min(min, message).max(max, message).default(byDefault);
};

const optionalWhole = (min: number, max: number) => whole(min, max, min).unwrap().optional();

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`);

const httpUrl = (example: string) => z.url({ protocol: /^https?$/, message: `an http or https address such as ${example}` });

/**
 * Every variable that Cigogne reads: meaning, unit, default. config.example.env says the same for the person who runs it,
 * and a test compares the two. Secrets come as file paths (`…_FILE`).
 */
const variables = z.object({
  /** Address that the server listens on. */
  HOST: z.string().default('127.0.0.1'),
  /** TCP port of HTTP; 0 takes any free one. */
  PORT: whole(0, 65_535, 8080),
  /** Address by which browsers reach the server, when it is not `http://HOST:PORT`: behind a proxy, say. */
  PUBLIC_URL: httpUrl('https://cigogne.example.fr').optional(),
  /** Addresses or networks of the proxies before the server, whose X-Forwarded-For is believed: `10.0.0.1,10.1.0.0/16`. */
  TRUSTED_PROXIES: z.string().refine(areNetworks, 'addresses or networks such as 10.0.0.1,10.1.0.0/16').optional(),
  /** Header in which those proxies bring the certificate that a system showed them (RFC 8705), percent-encoded PEM. Absent: none is believed. */
  MTLS_CERTIFICATE_HEADER: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'the name of a header such as X-Client-Certificate')
    .optional(),
  /** Folder of the embedded database, keys and caches. */
  CIGOGNE_DATA: z.string().default('.cigogne'),
  /** PostgreSQL 15 to 18 to use instead of the embedded one: `postgres://user@host/db`. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, message: 'postgres://user:password@host:5432/database' }).optional(),
  /** Connections of the pool. */
  DATABASE_MAX_CONNECTIONS: whole(2, 200, 10),
  /** What a new database is for: `demo` or `production`. Written into it at creation; it never changes after. */
  CIGOGNE_MODE: oneOf(['demo', 'production']).default('demo'),
  /** Time zone of printed times that carry no offset (IANA name). */
  REGION_TIME_ZONE: z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Paris').default('Europe/Paris'),
  /** Formulas of the values that Cigogne calculates itself beside reported ones, separated by commas; `none` for no value. */
  DERIVED_VALUES: z
    .string()
    .regex(/^[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*$/, 'names of formulas separated by commas, or none')
    .default('egfr-ckdepi-2009,egfr-schwartz,ldl-friedewald,non-hdl,anion-gap,calcium-corrected,transferrin-saturation,homa-ir'),
  /** `yes`: a value is calculated also where the laboratory reported the same quantity, and the two are shown side by side. */
  DERIVED_BESIDE_REPORTED: oneOf(['no', 'yes']).default('no'),
  /** Table of the region's critical values (tab-separated: row, unit, below, above): adds to what laboratories call critical, never takes away. */
  CRITICAL_VALUES_FILE: z.string().optional(),
  /** Who is told next of a critical result that nobody acknowledged, and when: each delay counts from its arrival. */
  CRITICAL_ESCALATION: z.string().default('30min practice, 60min regulation'),
  /** The same of results outside of their interval, corrected or withdrawn, that nobody looked at. */
  UNREAD_ESCALATION: z.string().default('3d practice, 7d laboratory'),
  /** The region's own table of sensitive families (tab-separated, see docs/operations.md); absent: the strict default. */
  SENSITIVE_FAMILIES_FILE: z.string().optional(),
  /** Folder of the XML schemas that `./cigogne validate` checks CDA documents with (`cda/CDA_extended.xsd` in it). */
  CIGOGNE_SCHEMAS: z.string().optional(),
  /** Days that a refused original waits in quarantine. */
  QUARANTINE_DAYS: whole(1, 3_650, 30),
  /** TCP port of HL7 v2 messages in MLLP; absent: none are taken. */
  MLLP_PORT: optionalWhole(0, 65_535),
  /** Address that the MLLP port listens on. */
  MLLP_HOST: z.string().default('127.0.0.1'),
  /** Files (PEM) of the certificate and key of the MLLP port: its peers then prove themselves by their own certificates. */
  MLLP_CERTIFICATE_FILE: z.string().optional(),
  MLLP_KEY_FILE: z.string().optional(),
  /** Folder in which each registered system has its own, named by its client id, to deposit files; absent: none are taken. */
  DEPOSIT_FOLDER: z.string().optional(),
  /** Largest deposit, in bytes. */
  DEPOSIT_MAX_BYTES: whole(1_024, 20 * 1024 * 1024, 20 * 1024 * 1024),
  /** Deposits by HTTP under way at once: one more is answered 503, and when to come again. */
  DEPOSIT_MOST_AT_ONCE: whole(1, 10_000, 64),
  /** Documents stored but not yet sent on: at more, no deposit is taken by HTTP until the work has come down. */
  DEPOSIT_MOST_BEHIND: whole(100, 10_000_000, 10_000),
  /** Issuer of professionals' sign-in (Pro Santé Connect…). Absent in demo: the embedded provider is used. */
  OIDC_ISSUER: httpUrl('https://auth.example.fr').optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  /** File holding the client secret for OIDC_ISSUER. */
  OIDC_CLIENT_SECRET_FILE: z.string().optional(),
  /** Scope asked of OIDC_ISSUER; Pro Santé Connect gives the national identifier to this one. */
  OIDC_SCOPE: z.string().default('openid scope_all'),
  /** Level of sign-in asked of OIDC_ISSUER, which may ignore it. */
  OIDC_ACR_VALUES: z.string().default('eidas1'),
  /** On the identity worklist: records that score less than this are not proposed, 0 to 100. */
  IDENTITY_LEAST_SCORE: whole(0, 100, 35),
  /** On the identity worklist: records proposed at most. */
  IDENTITY_MOST_CANDIDATES: whole(1, 5, 5),
  /** Address of the national INSi service. Absent in demo: a stand-in with invented people; absent in production: nobody is asked. */
  INSI_URL: httpUrl('https://services-ps.ameli.fr/lps').optional(),
  /** Files of the certificate of this organisation (IGC-Santé) and of its key, PEM, for INSI_URL. */
  INSI_CERTIFICATE_FILE: z.string().optional(),
  INSI_KEY_FILE: z.string().optional(),
  /** Authorisation number of this software for INSi (CNDA). */
  INSI_IDAM: z.string().default(''),
  /** File (JSON) of the software that professionals launch on FHIR, or that opens the record: see docs/interfaces. Absent: none is known. */
  SMART_CLIENTS_FILE: z.string().optional(),
  /** Submission server of our operator of secure mail (MSSanté): `smtps://` (TLS at once) or `smtp://` (STARTTLS). Absent in demo: the mailboxes of the demo. */
  MSSANTE_SMTP_URL: z.url({ protocol: /^smtps?$/, message: 'an address such as smtps://smtp.operateur.example:465' }).optional(),
  /** Address that mails are sent from. */
  MSSANTE_FROM: z.email('an address such as resultats@region.mssante.example').optional(),
  /** Files (PEM) of the certificate shown to that server, of its key, and of the authorities of the server. */
  MSSANTE_CERTIFICATE_FILE: z.string().optional(),
  MSSANTE_KEY_FILE: z.string().optional(),
  MSSANTE_CA_FILE: z.string().optional(),
  /** Conversations at once with that server: more are quicker when many mails wait, and an operator may allow few. */
  MSSANTE_CONNECTIONS: whole(1, 50, 8),
  /** Reference number of this product (X-MSS-NIL), given with its listing. */
  MSSANTE_NIL: z.string().optional(),
  /** Secure mail of who runs the region: told of a system that stopped depositing. Absent: the page and the metrics alone say it. */
  MSSANTE_OPERATOR: z.email('an address such as exploitation@region.mssante.example').optional(),
  /** Mailbox of MSSANTE_FROM, where notifications come back: `imaps://` or `imap://` (STARTTLS). Absent: what arrived and was read is not known. */
  MSSANTE_IMAP_URL: z.url({ protocol: /^imaps?$/, message: 'an address such as imaps://imap.operateur.example:993' }).optional(),
  /** Its user, MSSANTE_FROM when not said, and the file of its password. */
  MSSANTE_IMAP_USER: z.string().optional(),
  MSSANTE_IMAP_PASSWORD_FILE: z.string().optional(),
  /**
   * Mailboxes kept here for those who have no mail software: a JSON file, `[{ "address", "imap", "user", "passwordFile" }]`, `imap` an address such as
   * imaps://imap.operateur.example:993, `user` the address when not said.
   */
  MSSANTE_MAILBOXES_FILE: z.string().optional(),
  /** Domain of the mailboxes of patients, each named by its INS; absent: no mail to patients. */
  MSSANTE_PATIENT_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'a domain such as patient.mssante.fr')
    .optional(),
  /** Domains of the trusted operators, comma separated: no mail leaves for another. */
  MSSANTE_DOMAINS: z.string().default(''),
  /** File (JSON) of the shared records to which documents also go (DMP, another region): see docs/operations.md. Absent: none. */
  SHARED_RECORDS_FILE: z.string().optional(),
  /** Folder with one folder for each software that documents go to: its token and keys, and the documents of one that reads files. Absent: none. */
  SOFTWARE_FOLDER: z.string().optional(),
  /** TCP port of mail that laboratories send to MSSANTE_FROM directly (SMTP, STARTTLS); absent: what our operator puts in its mailbox alone is read. */
  MAIL_DOOR_PORT: optionalWhole(0, 65_535),
  /** Address that this port listens on. */
  MAIL_DOOR_HOST: z.string().default('127.0.0.1'),
  /** Files (PEM) of its certificate, of the key, and of the authorities of those who may write to it. */
  MAIL_DOOR_CERTIFICATE_FILE: z.string().optional(),
  MAIL_DOOR_KEY_FILE: z.string().optional(),
  MAIL_DOOR_CA_FILE: z.string().optional(),
  /** Told to the data protection officer: more records than this opened by one person in the period. A doctor sees some thirty patients a day. */
  AUDIT_MASS_PATIENTS: whole(1, 100_000, 100),
  /** Told to the data protection officer: so many patients refused to one person for want of a care link. */
  AUDIT_REFUSED_PATIENTS: whole(1, 100_000, 5),
  /** Days that the trail of accesses stays in the database before the server puts it away, every day. Ten years, our default: as long as the documents it tells of. */
  AUDIT_RETENTION_DAYS: whole(30, 36_500, 3_650),
  /** Minutes without a request after which a browser session ends. */
  SESSION_IDLE_MINUTES: whole(1, 720, 60),
  /** People of the demo region made at the first start. */
  DEMO_PATIENTS: whole(0, 350_000, 200),
  /** Reports of the demo region made at the first start. */
  DEMO_REPORTS: whole(0, 10_000_000, 3_000),
  /** Log level: fatal, error, warn, info, debug, silent. */
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
});

/** The variables, and what one asks of another. */
export const configSchema = variables.refine(
  // Whoever reaches the port could otherwise claim any certificate: they are public.
  (config) => config.MTLS_CERTIFICATE_HEADER === undefined || config.TRUSTED_PROXIES !== undefined,
  { path: ['MTLS_CERTIFICATE_HEADER'], message: 'TRUSTED_PROXIES must name the proxies that bring this header' },
);

export type Config = Readonly<z.infer<typeof configSchema>>;

/** All that is wrong with the environment, at once, so that it is mended once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Values that may hold a password: a fault in them is told without them. */
const SECRET = new Set(['DATABASE_URL']);

/**
 * @param env usually `process.env`; an empty value counts as absent
 * @throws ConfigError with one line a fault: `PORT: a whole number from 0 to 65535 (got "http")`
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.keys(configSchema.shape).flatMap((key) => (env[key] ? [[key, env[key]]] : [])));
  const read = configSchema.safeParse(given);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}: ${message} (${SECRET.has(name) ? 'the value given is not shown' : `got ${JSON.stringify(given[name])}`})`;
  });
  throw new ConfigError([...new Set(faults)].join('\n'));
}

function areNetworks(list: string): boolean {
  return list.split(',').every((text) => {
    const [address = '', bits] = text.trim().split('/');
    const version = isIP(address);
    return version !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
  });
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('fr', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
