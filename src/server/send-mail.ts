import { readFileSync } from 'node:fs';
import { openSoftwareLinks, receiptTaker, startExchange } from '#exchange';
import type { ReceiveDeps } from '#flows';
import { type Config, type Db, StartError } from '#kernel';
import { openMailDoor } from './mail-door.ts';
import { fhirSharing } from './fhir-sharing.ts';
import { sharedRecordsOf } from './shared-records.ts';
import { criticalValuesOf, escalationOf } from './regional-values.ts';
import { startMail } from '#mail';
import { readMailboxes } from './read-mailboxes.ts';
import { type MailRelaySettings, openMailRelay, readMailbox } from '#transports';

export interface SendMailDeps {
  config: Config;
  db: Db;
  /** The operator of a demo, on this machine. */
  demoPost?: { port: number; from: string; deliverTo: (take: (raw: Buffer) => Promise<boolean>) => void } | undefined;
  /** What documents that come by mail go through. */
  journey: ReceiveDeps;
  onError: (error: unknown) => void;
}

/** Whether anything is to be sent on: then what the record tells of is noted from the start. */
export const sendsMail = ({ CIGOGNE_MODE, MSSANTE_SMTP_URL }: Config): boolean => MSSANTE_SMTP_URL !== undefined || CIGOGNE_MODE === 'demo';

/**
 * Sends documents on by secure mail, for as long as the server runs: through the operator of MSSANTE_SMTP_URL, else through that of the demo.
 * @returns how to stop
 * @throws StartError what the person at the terminal can mend
 */
export async function sendMail({ config, db, demoPost, journey, onError }: SendMailDeps): Promise<() => Promise<void>> {
  const operator = operatorOf(config) ?? (demoPost && ofDemo(config, demoPost));
  if (!operator) return async () => {};
  const relay = openMailRelay(operator.settings);
  const shared = sharedRecordsOf(config);
  const software = openSoftwareLinks({ folder: config.SOFTWARE_FOLDER, fhir: fhirSharing });
  const stop = await startExchange({
    db,
    relay,
    from: operator.from,
    nil: config.MSSANTE_NIL,
    operator: toldOf(config, operator),
    zone: config.REGION_TIME_ZONE,
    sender: { name: operator.from, software: 'Cigogne', version: '0.1.0', publisher: 'Cigogne' },
    domains: operator.domains,
    patientDomain: config.MSSANTE_PATIENT_DOMAIN,
    shared,
    software,
    sharedWith: shared.records,
    critical: new Map(criticalValuesOf(config.CRITICAL_VALUES_FILE).map((bounds) => [bounds.row, bounds])),
    escalation: escalationOf(config),
    now: () => new Date(),
    onError,
  });
  const { from: ours, domains } = operator;
  const door = await openMailDoor({ config, journey, ours, domains, onError });
  const takeReceipt = receiptTaker(db);
  const takeMail = async (raw: Buffer) => (await takeReceipt(raw, new Date())) > 0 || (await door.takeDelivered(raw));
  demoPost?.deliverTo(takeMail);
  const stopMail = startMail(
    { db, relay, domains, patientDomain: config.MSSANTE_PATIENT_DOMAIN, nil: config.MSSANTE_NIL, now: () => new Date() },
    onError,
  );
  const stopMailboxes = readMailboxes(config, db, operator.settings, onError);
  const stopReading = readOwnMailbox(config, operator, takeMail, onError);
  return async () => {
    await stopReading();
    await door.stop();
    await stopMailboxes();
    await stopMail();
    await stop();
    await software.close();
    relay.close();
  };
}

/** Who is told of what runs badly. @throws StartError when their operator is not trusted: no mail leaves for it */
function toldOf({ MSSANTE_OPERATOR: address }: Config, { domains }: Operator): string | undefined {
  if (address !== undefined && domains && !domains.has(address.slice(address.lastIndexOf('@') + 1).toLowerCase()))
    throw new StartError('MSSANTE_OPERATOR is at an operator that MSSANTE_DOMAINS does not name: no mail leaves for it.');
  return address;
}

/** Notifications of delivery and of reading come back to the mailbox that mails leave from; laboratories write to it too. */
function readOwnMailbox(
  config: Config,
  { from, settings }: Operator,
  takeMail: (raw: Buffer) => Promise<boolean>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const { MSSANTE_IMAP_URL: address, MSSANTE_IMAP_USER: user = from, MSSANTE_IMAP_PASSWORD_FILE: file } = config;
  if (address === undefined) return async () => {};
  if (file === undefined) throw new StartError('MSSANTE_IMAP_URL is set without MSSANTE_IMAP_PASSWORD_FILE: set both, or neither.');
  const { protocol, hostname: host, port } = new URL(address);
  const secure = protocol === 'imaps:';
  const { certificate, ca } = settings;
  const tls = { ...(certificate && { certificate }), ...(ca !== undefined && { ca }) };
  const box = { host, port: Number(port || (secure ? 993 : 143)), secure, user, password: readSecret(file), ...tls };
  return readMailbox(box, takeMail, onError);
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new StartError(`MSSANTE_IMAP_PASSWORD_FILE cannot be read (${file}): check that it exists and that this account may read it.`);
  }
}

interface Operator {
  settings: MailRelaySettings;
  from: string;
  domains: ReadonlySet<string>;
}

/** It is on this machine, and allows as many as help. */
const CONNECTIONS_OF_DEMO = 16;

function ofDemo(config: Config, { port, from }: NonNullable<SendMailDeps['demoPost']>): Operator {
  return {
    settings: { host: '127.0.0.1', port, secure: false, plain: true, connections: CONNECTIONS_OF_DEMO },
    from,
    domains: trustedDomains(config),
  };
}

/** Where mail may leave for; in a demo, its own mailboxes unless said otherwise. */
export function trustedDomains({ MSSANTE_DOMAINS, CIGOGNE_MODE }: Config): ReadonlySet<string> {
  const given = MSSANTE_DOMAINS.split(',').map((domain) => domain.trim().toLowerCase());
  const domains = given.filter((domain) => domain !== '');
  return new Set(domains.length === 0 && CIGOGNE_MODE === 'demo' ? ['demo.mssante.example'] : domains);
}

function operatorOf(config: Config): Operator | undefined {
  const { MSSANTE_SMTP_URL: address, MSSANTE_FROM: from, MSSANTE_DOMAINS: domains } = config;
  if (address === undefined) return undefined;
  if (from === undefined || domains.trim() === '')
    throw new StartError(
      'MSSANTE_SMTP_URL is set without MSSANTE_FROM or MSSANTE_DOMAINS: say from which address mails leave, and to which domains they may.',
    );
  const { protocol, hostname: host, port } = new URL(address);
  const secure = protocol === 'smtps:';
  const files = filesOf(config);
  return {
    settings: { host, port: Number(port || (secure ? 465 : 587)), secure, connections: config.MSSANTE_CONNECTIONS, ...files },
    from,
    domains: trustedDomains(config),
  };
}

function filesOf({
  MSSANTE_CERTIFICATE_FILE: cert,
  MSSANTE_KEY_FILE: key,
  MSSANTE_CA_FILE: ca,
}: Config): Pick<MailRelaySettings, 'certificate' | 'ca'> {
  if ((cert === undefined) !== (key === undefined))
    throw new StartError('MSSANTE_CERTIFICATE_FILE and MSSANTE_KEY_FILE go together: set both, or neither.');
  try {
    const read = (file: string) => readFileSync(file, 'utf8');
    return {
      ...(cert !== undefined && key !== undefined && { certificate: { cert: read(cert), key: read(key) } }),
      ...(ca !== undefined && { ca: read(ca) }),
    };
  } catch {
    throw new StartError(
      'A file of MSSANTE_CERTIFICATE_FILE, MSSANTE_KEY_FILE or MSSANTE_CA_FILE cannot be read: check that it exists and that this account may read it.',
    );
  }
}
