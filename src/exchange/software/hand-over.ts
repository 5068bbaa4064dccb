import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerTo, messageHeaderOf } from '#formats';
import { Refusal } from '#kernel';
import { MllpClient, writeWhole } from '#transports';
import type { SoftwareDestination, SoftwareLink } from '../contract.ts';
import type { FhirSharing } from './fhir-sharing.ts';
import type { SoftwareOutcome } from './outcome.ts';
import { fileNameOf } from './write-message.ts';

export interface SoftwareLinks {
  fhir: FhirSharing;
  /** Never throws. */
  hand(to: SoftwareDestination, what: { uniqueId: string; action: 'send' | 'recall' }, message: Buffer): Promise<SoftwareOutcome>;
  close(): Promise<void>;
}

/**
 * Speaks to the software of the region.
 * @param folder of the server, in which each destination has a folder named by its id: `token`, `ca.pem`, `certificate.pem` and `key.pem` are read in it at each
 *   need, so that whoever renews them writes the file; documents of a destination that is a folder are put in its `documents`, which has to be there. Absent: none of these
 */
export function openSoftwareLinks({ folder, fhir }: { folder: string | undefined; fhir: FhirSharing }): SoftwareLinks {
  const lines = new Map<string, Line>();
  const fileOf = async (id: string, name: string): Promise<string | undefined> => {
    if (folder === undefined) return undefined;
    return readFile(join(folder, id, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  };
  const lineOf = async ({ id, link }: { id: string; link: Extract<SoftwareLink, { kind: 'hl7' }> }): Promise<Line> => {
    const [ca, cert, key] = link.isTls ? await Promise.all(['ca.pem', 'certificate.pem', 'key.pem'].map((name) => fileOf(id, name))) : [];
    const tls = link.isTls && {
      tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
    };
    const settings = JSON.stringify([link.host, link.port, tls]);
    const open = lines.get(id);
    if (open?.settings === settings) return open;
    void open?.client.close();
    const line = {
      settings,
      client: new MllpClient({ host: link.host, port: link.port, answerMilliseconds: ANSWER_MS, ...tls }),
      faults: 0,
    };
    lines.set(id, line);
    return line;
  };
  const speak = async (to: SoftwareDestination, what: Parameters<SoftwareLinks['hand']>[1], message: Buffer): Promise<SoftwareOutcome> => {
    const { id, link } = to;
    switch (link.kind) {
      case 'fhir':
        return fhir.hand({ base: link.base.replace(/\/+$/, ''), token: (await fileOf(id, 'token'))?.trim() }, message.toString());
      case 'hl7':
        return byHl7(await lineOf({ id, link }), message);
      case 'folder': {
        if (folder === undefined) return { kind: 'refused', code: 'software.unknown', reply: 'no SOFTWARE_FOLDER' };
        // Never made here: a share that is not mounted is a destination that is away, not a place to fill.
        const name = fileNameOf(what, message);
        await writeWhole(join(folder, id, 'documents', name), message);
        return { kind: 'accepted', reply: name, isFiled: false };
      }
    }
  };
  return {
    fhir,
    hand: (to, what, message) =>
      speak(to, what, message).catch((error: NodeJS.ErrnoException) => {
        // The message of an error may hold an address of the machine; its name and code are enough.
        return { kind: 'later', scope: 'domain', code: 'software.unreachable', reply: error.code ?? error.name };
      }),
    close: async () => {
      await Promise.all([...lines.values()].map(({ client }) => client.close()));
    },
  };
}

/** One line at a time waits for an answer; others of the same destination wait behind it. */
const ANSWER_MS = 20_000;

interface Line {
  settings: string;
  client: MllpClient;
  /** What broke while others waited behind it broke for them too: each would wait as long for the same silence. */
  faults: number;
}

async function byHl7(line: Line, message: Buffer): Promise<SoftwareOutcome> {
  const controlId = messageHeaderOf(message)?.controlId ?? '';
  const { faults } = line;
  const answer = await line.client
    .send(message, () => line.faults === faults)
    .catch((error: unknown) => {
      line.faults += 1;
      throw error;
    });
  try {
    const { code, isTaken, isFinal, faults: told } = answerTo(controlId, answer);
    const reply = [code, ...told].join(' ');
    if (isTaken) return { kind: 'accepted', reply, isFiled: true };
    if (isFinal) return { kind: 'refused', code: 'software.refused', reply };
    return { kind: 'later', scope: 'mailbox', code: 'software.not-now', reply };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'later', scope: 'domain', code: 'software.unreachable', reply: 'MSA' };
  }
}
