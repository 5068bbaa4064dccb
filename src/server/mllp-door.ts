import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type Principal, systemPrincipal } from '#access';
import { admittedSender, senderOfCertificate } from '#directory';
import { readingOf, receiveAdt, type ReceiveDeps, receiveDocument, receiveReading, receiveWithdrawal, withdrawalIn } from '#flows';
import { hl7MessagesIn, messageHeaderOf, type MessageHeader, readHl7Message, writeAck } from '#formats';
import { type Config, type Db, Refusal, StartError, uuidv7 } from '#kernel';
import { type MllpListener, type MllpPeer, startMllpListener } from '#transports';

export interface MllpDoorDeps {
  config: Config;
  journey: ReceiveDeps;
  onError: (error: unknown) => void;
}

/**
 * The MLLP door, where MLLP_PORT opens one: messages of laboratories and hospitals, each answered when it is durable.
 * @throws StartError what the person at the terminal can mend
 */
export async function openMllpDoor({ config, journey, onError }: MllpDoorDeps): Promise<MllpListener | undefined> {
  if (config.MLLP_PORT === undefined) return undefined;
  const tls = certificateOf(config);
  return startMllpListener({
    host: config.MLLP_HOST,
    port: config.MLLP_PORT,
    ...(tls && { tls }),
    limits: { messageBytes: config.DEPOSIT_MAX_BYTES },
    receive: (message, peer) => answerAll(journey, message, peer, onError),
    refuse: (refusal, head) => answer(messageHeaderOf(head), refusal),
    onError,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL') throw error;
    throw new StartError(
      `The MLLP port ${config.MLLP_PORT} of ${config.MLLP_HOST} cannot be opened: choose another MLLP_PORT or MLLP_HOST.`,
    );
  });
}

function certificateOf({
  CIGOGNE_MODE,
  MLLP_CERTIFICATE_FILE: cert,
  MLLP_KEY_FILE: key,
}: Config): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) {
    if (CIGOGNE_MODE === 'demo') return undefined;
    throw new StartError(
      'In production the MLLP port needs MLLP_CERTIFICATE_FILE and MLLP_KEY_FILE: without TLS nobody can prove who sends.',
    );
  }
  if (cert === undefined || key === undefined) throw new StartError('MLLP_CERTIFICATE_FILE and MLLP_KEY_FILE go together: set both.');
  try {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } catch {
    throw new StartError(
      'MLLP_CERTIFICATE_FILE or MLLP_KEY_FILE cannot be read: check that they exist and that this account may read them.',
    );
  }
}

/** Each message of a batch is answered, in a batch (HL7 v2.5 §2.10.3.3). */
async function answerAll(journey: ReceiveDeps, bytes: Buffer, peer: MllpPeer, onError: (error: unknown) => void): Promise<Buffer> {
  let messages: Uint8Array[];
  try {
    messages = hl7MessagesIn(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // A batch has no number that an answer could repeat: that of its first message stands for it.
    return answer(messageHeaderOf(bytes.subarray(Math.max(0, bytes.indexOf('MSH')))), error);
  }
  if (messages.length === 1) return answerMessage(journey, Buffer.from(messages[0]!), peer, onError);
  const answers: Buffer[] = [];
  for (const message of messages) answers.push(await answerMessage(journey, Buffer.from(message), peer, onError));
  return Buffer.concat([Buffer.from('BHS|^~\\&|CIGOGNE\r'), ...answers, Buffer.from(`BTS|${answers.length}\r`)]);
}

/** Positive only when all is kept; a refusal says what, where and what to do. */
async function answerMessage(journey: ReceiveDeps, message: Buffer, peer: MllpPeer, onError: (error: unknown) => void): Promise<Buffer> {
  const header = messageHeaderOf(message);
  try {
    const sender = await senderOf(journey.db, journey.mode, peer, header);
    if (header?.type === 'ADT') return await hearAdt(journey, message, sender, header);
    if (header?.type === 'ZAM') return await hearReading(journey, message, sender, header);
    const withdrawal = withdrawalIn(message);
    if (withdrawal) {
      return answer(header, undefined, await receiveWithdrawal(journey, { ...withdrawal, sender, receivedAt: new Date() }));
    }
    const arrival = { bytes: message, mediaType: 'application/hl7-v2', sender, receivedAt: new Date(), channel: 'hl7v2' as const };
    const { receipt } = await receiveDocument(journey, arrival);
    return answer(header, undefined, receipt.depositId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'store.unavailable') onError(error);
    return answer(header, error);
  }
}

/** What a hospital tells of its own patients: kept as what it says, durable when it is acknowledged. */
async function hearAdt(journey: ReceiveDeps, bytes: Buffer, sender: Principal, header: MessageHeader): Promise<Buffer> {
  const message = readHl7Message(bytes);
  if (message.kind !== 'adt') throw new Refusal('deposit.unsupported-format', 'not an ADT message', { at: 'MSH-9' });
  await receiveAdt(journey, { message, sender, receivedAt: new Date() });
  return answer(header, undefined);
}

/** What the software of a place says of a document that it was given: read, and by whom. */
async function hearReading(journey: ReceiveDeps, bytes: Buffer, sender: Principal, header: MessageHeader): Promise<Buffer> {
  const message = readHl7Message(bytes);
  if (message.kind !== 'zam') throw new Refusal('deposit.unsupported-format', 'not a ZAM message', { at: 'MSH-9' });
  await receiveReading(journey, { ...readingOf(message), sender, via: 'hl7v2', receivedAt: new Date() });
  return answer(header, undefined);
}

function answer(header: MessageHeader | undefined, refusal: Refusal | undefined, depositId?: string): Buffer {
  const now = new Date();
  const at = `${now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`;
  return Buffer.from(
    writeAck(header, {
      controlId: uuidv7(now.getTime()),
      at,
      ...(refusal && { refusal }),
      ...(depositId !== undefined && { text: depositId }),
    }),
  );
}

/**
 * Which registered system sends. By the certificate that it showed, which is that of its registration (RFC 8705 §2.2): an address and the names in a
 * message prove nothing. Without TLS, in a demo and from this machine only, MSH-3 names the system.
 * @throws Refusal `access.unauthenticated`
 */
async function senderOf(db: Db, mode: 'demo' | 'production', peer: MllpPeer, header: MessageHeader | undefined): Promise<Principal> {
  const { certificate } = peer;
  if (certificate) {
    const now = new Date();
    const isCurrent = certificate.validFromDate <= now && now <= certificate.validToDate;
    const sender = isCurrent ? await senderOfCertificate(db, certificate.raw.toString('base64'), mode) : undefined;
    if (sender) return systemPrincipal(sender);
    throw new Refusal('access.unauthenticated', 'the certificate is not one of a registered system, or is out of its dates', { at: 'TLS' });
  }
  const named = header?.sendingApplication.name;
  const sender =
    mode === 'demo' && !peer.isTls && isThisMachine(peer.address) && named !== undefined
      ? await admittedSender(db, named, mode)
      : undefined;
  if (sender) return systemPrincipal(sender);
  throw new Refusal('access.unauthenticated', 'no registered system has proved that it sends this', { at: peer.isTls ? 'TLS' : 'MSH-3' });
}

const isThisMachine = (address: string) =>
  address === '::1' || (isIP(address.replace(/^::ffff:/, '')) === 4 && address.replace(/^::ffff:/, '').startsWith('127.'));
