import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemPrincipal } from '#access';
import { admittedSender } from '#directory';
import { type PartTaken, type ReceiveDeps, receiveFile } from '#flows';
import { formatOfBytes, MEDIA_TYPE } from '#formats';
import { type Config, Refusal, refusalBody, StartError } from '#kernel';
import { FolderDoor } from '#transports';

export interface FolderDoorDeps {
  config: Pick<Config, 'DEPOSIT_FOLDER' | 'DEPOSIT_MAX_BYTES'>;
  journey: ReceiveDeps;
  onError: (error: unknown) => void;
  /** Between two looks: a file is taken when it did not change meanwhile. */
  everyMs?: number;
}

const EVERY_MS = 2_000;

/**
 * The folder door, where DEPOSIT_FOLDER names one: each registered system has a folder of its own in it, named by its client id, and deposits by putting
 * files there. Who may write in that folder is settled by the system that gives access to it (an SFTP server, with one account a folder): the folder
 * is the proof. The receipt or the refusal lies beside each file.
 * @returns how to stop; undefined without DEPOSIT_FOLDER
 * @throws StartError when the folder cannot be read
 */
export async function openFolderDoor({
  config,
  journey,
  onError,
  everyMs = EVERY_MS,
}: FolderDoorDeps): Promise<(() => Promise<void>) | undefined> {
  const { DEPOSIT_FOLDER: root, DEPOSIT_MAX_BYTES: maxBytes } = config;
  if (root === undefined) return undefined;
  const clients = () => readdir(root, { withFileTypes: true });
  await clients().catch(() => {
    throw new StartError(`DEPOSIT_FOLDER (${root}) cannot be read: make it, with one folder a system, and let this account write in them.`);
  });
  const doors = new Map<string, FolderDoor>();
  const doorOf = (clientId: string) => {
    const made =
      doors.get(clientId) ??
      new FolderDoor({ folder: join(root, clientId), maxBytes, take: (_, bytes) => deposit(journey, clientId, bytes) });
    doors.set(clientId, made);
    return made;
  };
  const lookAtAll = async () => {
    const folders = (await clients()).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    // One system's folder that fails must not keep the others from being read.
    for (const { name } of folders) await doorOf(name).look().catch(onError);
  };
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await lookAtAll().catch(onError);
    }
  })();
  return () => {
    stopping.abort();
    return running;
  };
}

/** One file, as every deposit of this system. @throws Refusal */
async function deposit(journey: ReceiveDeps, clientId: string, bytes: Buffer): Promise<unknown> {
  const sender = await admittedSender(journey.db, clientId, journey.mode);
  if (!sender) throw new Refusal('access.unauthenticated', 'no registered system has the name of this folder', { at: 'folder' });
  const format = formatOfBytes(bytes);
  const mediaType = format ? MEDIA_TYPE[format] : 'application/octet-stream';
  const taken = await receiveFile(journey, { bytes, mediaType, sender: systemPrincipal(sender), receivedAt: new Date() });
  return 'parts' in taken ? { documents: receiptsOf(taken.parts) } : taken.receipt;
}

/** The receipts of a file of several documents. @throws Refusal the first one, when each was refused: nothing of the file was taken */
function receiptsOf(parts: readonly PartTaken[]): object[] {
  const refusals = parts.flatMap((part) => ('refusal' in part ? part.refusal : []));
  if (refusals[0] && refusals.length === parts.length) throw refusals[0];
  return parts.map((part) => {
    if ('deposited' in part) return { at: part.at, receipt: part.deposited.receipt };
    return 'refusal' in part ? { at: part.at, refusal: refusalBody(part.refusal) } : part;
  });
}
