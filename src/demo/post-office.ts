import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { constants, zstdCompressSync } from 'node:zlib';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { mailbox } from '#directory';
import { receiptTaker } from '#exchange';
import { type Db, together } from '#kernel';
import { takeMail } from '#mail';
import { MAIL_DOMAIN } from './mailboxes.ts';

/** The operator of the demo's secure mail: takes mail by SMTP on this machine, keeps it in the mailboxes, tells the sender that it did. */
export interface PostOffice {
  port: number;
  /** The address that the region sends from. */
  from: string;
  /** Mails to that address are given to this; one that it leaves to people stays nowhere: the demo has nobody to read them. */
  deliverTo(take: (raw: Buffer) => Promise<boolean>): void;
  stop(): Promise<void>;
}

const MOST_BYTES = 30 * 1024 * 1024;
/** Of many mails that come at once, as an operator of mail does. */
const KEPT_WITHIN_MS = 5;

/**
 * @param options.patientDomain of the mailboxes of patients, which are named by their INS; undefined: they have none
 * @param options.files whether what comes is also filed in the mailboxes of the mail screen; it is kept either way
 */
export async function openPostOffice(
  db: Db,
  onError: (error: unknown) => void,
  { patientDomain, files = true }: { patientDomain?: string | undefined; files?: boolean } = {},
): Promise<PostOffice> {
  const from = `resultats@${MAIL_DOMAIN}`;
  const deps = { db, mode: 'demo' as const, patientDomain };
  const keep = together((mails: readonly KeptMail[]) => keepAll(db, mails), { gatherMs: KEPT_WITHIN_MS });
  const takeReceipt = receiptTaker(db);
  const region: { take?: (raw: Buffer) => Promise<boolean> } = {};
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideDSN: false,
    logger: false,
    size: MOST_BYTES,
    onRcptTo({ address }, _session, done) {
      void answer(done, async () => {
        const isPatient = patientDomain !== undefined && address.toLowerCase().endsWith(`@${patientDomain}`);
        if (address.toLowerCase() !== from && !isPatient && !(await mailbox(db, address)))
          throw Object.assign(new Error('5.1.1 no such mailbox'), { responseCode: 550 });
      });
    },
    onData(stream, session, done) {
      void answer(done, async () => {
        const raw = Buffer.concat(await stream.toArray());
        if (session.envelope.rcptTo.some(({ address }) => address.toLowerCase() === from)) await region.take?.(returned(raw, session));
        await Promise.all(toKeep(raw, session, from).map(keep));
        if (files) await toMailboxes({ ...deps, region: from }, raw, session, onError);
        tellDelivered({ ...deps, takeReceipt }, session, from).catch(onError);
      });
    },
  });
  server.on('error', onError);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const deliverTo: PostOffice['deliverTo'] = (take) => {
    region.take = take;
  };
  return { port, from, deliverTo, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Answers the sender when the work is done, or with what went wrong. */
async function answer(done: (error?: Error | null) => void, work: () => Promise<void>): Promise<void> {
  let fault: Error | null = null;
  try {
    await work();
  } catch (error) {
    fault = error as Error;
  }
  done(fault);
}

const sentBy = ({ envelope: { mailFrom } }: SMTPServerSession): string => (mailFrom ? mailFrom.address.toLowerCase() : '');

/** Who delivers a mail writes above it to whom it returns (RFC 5321 §4.4). */
function returned(raw: Buffer, { envelope: { mailFrom } }: SMTPServerSession): Buffer {
  return Buffer.concat([Buffer.from(`Return-Path: <${mailFrom ? mailFrom.address : ''}>\r\n`), raw]);
}

interface KeptMail {
  recipient: string;
  messageId: string;
  zstd: Buffer;
}

function toKeep(raw: Buffer, { envelope }: SMTPServerSession, region: string): KeptMail[] {
  const messageId = /^message-id:\s*(\S+)/im.exec(raw.subarray(0, 16_384).toString('latin1'))?.[1] ?? '';
  const people = envelope.rcptTo.map(({ address }) => address.toLowerCase()).filter((address) => address !== region);
  const zstd = people.length === 0 ? raw : zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return people.map((recipient) => ({ recipient, messageId, zstd }));
}

/** Those that come together, in one statement: the bytes of all as one value, cut where they are written. */
async function keepAll(db: Db, mails: readonly KeptMail[]): Promise<void> {
  await db.query(
    'demo-mail-keep',
    `insert into demo.mail (recipient, message_id, received_at, zstd)
     select recipient, message_id, now(), substring($4::bytea from (1 + coalesce(sum(length) over (order by place rows between unbounded preceding and 1 preceding), 0))::int for length)
     from unnest($1::text[], $2::text[], $3::int[]) with ordinality as m (recipient, message_id, length, place) on conflict do nothing`,
    [
      mails.map(({ recipient }) => recipient),
      mails.map(({ messageId }) => messageId),
      mails.map(({ zstd }) => zstd.length),
      Buffer.concat(mails.map(({ zstd }) => zstd)),
    ],
  );
}

/** For those who read their mail here. What a patient writes is answered once it is known whether they may; the rest is filed behind the answer. */
async function toMailboxes(
  { region, ...deps }: Parameters<typeof takeMail>[0] & { region: string },
  raw: Buffer,
  session: SMTPServerSession,
  onError: (error: unknown) => void,
): Promise<void> {
  const isFromPatient = deps.patientDomain !== undefined && sentBy(session).endsWith(`@${deps.patientDomain}`);
  const people = session.envelope.rcptTo.filter(({ address }) => address.toLowerCase() !== region);
  const taking = Promise.all(people.map(({ address }) => takeMail(deps, { address, raw, now: new Date() })));
  if (!isFromPatient) return void taking.catch(onError);
  if ((await taking).includes('refused'))
    throw Object.assign(new Error('5.7.1 a patient answers a professional who wrote to them'), { responseCode: 550 });
}

/** A notification of delivery (RFC 3464), given straight to the mailbox that wrote: the region's own is read by nobody else. */
async function tellDelivered(
  { takeReceipt, ...deps }: Parameters<typeof takeMail>[0] & { takeReceipt: ReturnType<typeof receiptTaker> },
  session: SMTPServerSession,
  region: string,
): Promise<void> {
  const { envelope } = session;
  const envelopeId = envelope.dsn?.envid;
  const to = sentBy(session);
  if (!envelopeId || to === '') return;
  const status = [
    `Reporting-MTA: dns; ${MAIL_DOMAIN}`,
    `Original-Envelope-Id: ${envelopeId}`,
    ...envelope.rcptTo.flatMap(({ address }) => ['', `Final-Recipient: rfc822; ${address}`, 'Action: delivered', 'Status: 2.0.0']),
  ];
  const mail = [
    `From: postmaster@${MAIL_DOMAIN}`,
    `Date: ${new Date().toUTCString()}`,
    'Subject: Remis',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Le message a été remis.',
    '--part',
    'Content-Type: message/delivery-status',
    '',
    ...status,
    '',
    '--part--',
    '',
  ];
  const raw = Buffer.from(mail.join('\r\n'));
  if (to === region) await takeReceipt(raw, new Date());
  else await takeMail(deps, { address: to, raw, now: new Date() });
}
