import type { Db } from '#kernel';
import { Refusal } from '#kernel';
import { contentsOf } from './contents.ts';
import type { PracticePatient } from './recognise.ts';
import { practicePatients } from './store.ts';
import { connectedAt, keepWatched, noteRecordRead, recordReads, watchedUpTo } from './store-outgoing.ts';
import { take, type Taken, type TakeDeps } from './take.ts';

interface RecordDocument {
  /** Its fiche. */
  reference: string;
  bytes: Uint8Array;
  mediaType: string;
}

/** Up to where what the region told was taken. */
export interface Watched {
  subscription: string;
  number: number;
}

/** The shared record, as the region lets the practice read it (PDSm). */
export interface SharedRecord {
  /**
   * The documents of a patient that changed since an instant.
   * @param ins `urn:oid:…|value`
   * @param doctor RPPS of who treats the patient in the practice: the record is read in their name. Absent: in the name of whoever the credentials are of
   */
  changed(ins: string, since: Date | undefined, doctor?: string): Promise<RecordDocument[]>;
  /**
   * Follows what comes to the record of those whom a doctor of the practice follows. Without it, patients are read one by one, now and then.
   * @returns how to stop it
   */
  follow?(
    doctor: string,
    deps: {
      position: { read(): Promise<Watched | undefined>; keep(watched: Watched): Promise<void> };
      onDocument: (document: RecordDocument) => Promise<void>;
      /** What came since the last time was told to nobody. */
      onGap: (signal: AbortSignal) => Promise<void>;
      onError: (error: unknown) => void;
    },
  ): () => Promise<void>;
  /** Between two readings of one patient when nothing is told (default an hour): each is in the trail that the patient reads. */
  everyMs?: number;
}

/** What is stored while it is asked for must be asked for again. */
const OVERLAP_MS = 60_000;
const EVERY_MS = 3_600_000;
/** Patients read in one round: a practice of thousands spreads its readings, and its mails never wait long behind them. */
const MOST_A_ROUND = 20;

type RecordDeps = TakeDeps & { db: Db; tell: (line: string) => void };

export interface RecordReader {
  /** One round: patients whose turn it is, or doctors whom nobody follows the record for yet. */
  round(now: Date): Promise<Taken[]>;
  stop(): Promise<void>;
}

/**
 * Reads the shared record of patients whose identity is qualified: what came by mail before is known by its `uniqueId` and filed once. A record that
 * cannot be read is told, and read again at its next turn; the others go on.
 */
export const recordReader = (deps: RecordDeps, record: SharedRecord): RecordReader =>
  record.follow ? follower(deps, record, record.follow.bind(record)) : byTurns(deps, record);

const insOf = ({ ins }: PracticePatient) => ins && `urn:oid:${ins.oid}|${ins.value}`;

function byTurns(deps: RecordDeps, record: SharedRecord): RecordReader {
  const { everyMs = EVERY_MS } = record;
  const tried = new Map<string, number>();
  return {
    async round(now) {
      const reads = await recordReads(deps.db);
      const isDue = ({ patientId, ins, isQualified }: PracticePatient) =>
        ins !== undefined && isQualified && now.getTime() - (tried.get(patientId) ?? Number.NEGATIVE_INFINITY) >= everyMs;
      const last = ({ patientId }: PracticePatient) => reads.get(patientId)?.getTime() ?? 0;
      const turn = (await practicePatients(deps.db)).filter(isDue).toSorted((a, b) => last(a) - last(b));
      const taken: Taken[] = [];
      for (const patient of turn.slice(0, MOST_A_ROUND)) {
        const read = await readOne(deps, record, patient, { since: reads.get(patient.patientId), now });
        if (read === 'away') return taken;
        // Refused or read: not asked again at each round.
        tried.set(patient.patientId, now.getTime());
        taken.push(...read);
      }
      return taken;
    },
    async stop() {},
  };
}

/** The record of one patient. @returns what became of what was there; `away`: the region does not answer */
async function readOne(
  deps: RecordDeps,
  record: SharedRecord,
  patient: PracticePatient,
  { since, now }: { since: Date | undefined; now: Date },
): Promise<Taken[] | 'away'> {
  try {
    const taken: Taken[] = [];
    for (const document of await record.changed(insOf(patient)!, since, patient.doctor)) taken.push(...(await takeKept(deps, document)));
    await noteRecordRead(deps.db, patient.patientId, new Date(now.getTime() - OVERLAP_MS));
    return taken;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    deps.tell(`record: ${error.message}`);
    return error.code === 'store.unavailable' ? 'away' : [];
  }
}

/** What cannot be opened is kept with its reason, and does not hold back the others. */
async function takeKept(deps: TakeDeps, { bytes, mediaType, reference }: RecordDocument): Promise<Taken[]> {
  try {
    return await take(deps, bytes, mediaType, { channel: 'record', reference });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return [];
  }
}

/** Does it name, by INS, one of these patients? */
function isOf(patients: readonly PracticePatient[], { bytes, mediaType }: RecordDocument): boolean {
  try {
    const numbers = contentsOf(bytes, mediaType).flatMap(
      ({ patient }) => patient?.ids.map(({ root, extension }) => `urn:oid:${root}|${extension}`) ?? [],
    );
    return patients.some((patient) => patient.isQualified && numbers.includes(insOf(patient) ?? ''));
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** In the name of each doctor of the practice: what the region tells of is read as it comes. */
function follower(deps: RecordDeps, record: SharedRecord, follow: NonNullable<SharedRecord['follow']>): RecordReader {
  const { db, tell } = deps;
  const followed = new Map<string, () => Promise<void>>();
  const ours = async (doctor: string) =>
    (await practicePatients(db)).filter((patient) => patient.ins && patient.isQualified && patient.doctor === doctor);
  const start = (doctor: string) =>
    follow(doctor, {
      position: { read: () => watchedUpTo(db, doctor), keep: (watched) => keepWatched(db, doctor, watched) },
      async onDocument(document) {
        // Whoever the doctor follows elsewhere is no patient of this practice: nothing of theirs is kept.
        if (isOf(await practicePatients(db), document)) await takeKept(deps, document);
      },
      async onGap(signal) {
        const reads = await recordReads(db);
        for (const patient of await ours(doctor)) {
          if (signal.aborted) return;
          // What came before the practice was connected is not of its inbox.
          const since = reads.get(patient.patientId) ?? (await connectedAt(db));
          const read = await readOne(deps, record, patient, { since, now: new Date() });
          if (read === 'away') throw new Refusal('store.unavailable', 'the region does not answer', { at: 'record' });
        }
      },
      onError: (error) => tell(`record: ${error instanceof Refusal ? error.message : 'it cannot be followed'}`),
    });
  return {
    async round() {
      const doctors = new Set((await practicePatients(db)).flatMap(({ ins, isQualified, doctor }) => (ins && isQualified && doctor) || []));
      for (const doctor of doctors) if (!followed.has(doctor)) followed.set(doctor, start(doctor));
      return [];
    },
    async stop() {
      await Promise.all([...followed.values()].map((end) => end()));
    },
  };
}
