import { readHl7Message, messageHeaderOf, writeAck } from '#formats';
import { softwareSet, writeSoftware } from '#exchange';
import { type Db, Refusal, uuidv7 } from '#kernel';
import { startMllpListener } from '#transports';
import { NAMED_STRUCTURES } from './accounts.ts';

const ID = 'ch-saint-aubrac';

/**
 * The software of the demo's hospital, as far as its interface goes: it takes HL7 v2 in MLLP on this machine, reads each message and answers it; nothing is kept.
 * The rules of the region send it what concerns those who work there, unless the operator took it off the list.
 * @returns how to stop
 */
export async function openDemoHospital(db: Db, onError: (error: unknown) => void): Promise<() => Promise<void>> {
  const listener = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    receive: async (message) => answered(message),
    refuse: (refusal, head) => answer(head, refusal),
    onError,
  });
  await register(db, listener.port);
  return () => listener.stop();
}

/** Its port is another at each start. */
async function register(db: Db, port: number): Promise<void> {
  const { version, destinations } = await softwareSet(db);
  const link = { kind: 'hl7' as const, host: '127.0.0.1', port, isTls: false, results: 'oru' as const, application: 'DPI-DEMO' };
  const hospital = {
    id: ID,
    name: `Dossier patient du ${NAMED_STRUCTURES.hospital.name}`,
    serves: [NAMED_STRUCTURES.hospital.finess],
    link,
  };
  if (version > 0 && !destinations.some(({ id }) => id === ID)) return;
  const others = destinations.filter(({ id }) => id !== ID);
  await writeSoftware(db, {
    from: version,
    destinations: [...others, hospital],
    words: 'Le logiciel de l’hôpital de la démonstration a démarré.',
    by: { id: 'demo', name: 'Démonstration' },
    now: new Date(),
  });
}

function answered(message: Buffer): Buffer {
  try {
    readHl7Message(message);
    return answer(message);
  } catch (error) {
    if (error instanceof Refusal) return answer(message, error);
    throw error;
  }
}

function answer(message: Buffer, refusal?: Refusal): Buffer {
  const now = new Date();
  const at = `${now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`;
  return Buffer.from(writeAck(messageHeaderOf(message), { controlId: uuidv7(now.getTime()), at, ...(refusal && { refusal }) }));
}
