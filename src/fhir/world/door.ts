import { type Action, type AskedOfRecord, passDoor, type Permission, type Principal } from '#access';
import type { Db, Sql } from '#kernel';
import { shelveProvenance } from './provenance.ts';
import { readRecord, type Wanted } from './read-record.ts';
import { checkScope, seenBySoftware } from './software.ts';
import type { World } from './world.ts';

export interface FhirDeps {
  db: Db;
  mode: 'demo' | 'production';
  /** IANA zone of the region: days are its days. */
  zone: string;
}

/** Who asks, and how the answer is to be written. */
export interface Asking {
  who: Principal;
  now: Date;
  /** Address of the FHIR server, without trailing slash. */
  base: string;
  /** `Prefer: handling=strict`: an unknown parameter is refused instead of told. */
  strict: boolean;
  /** What was asked of records behind the door, for this request: told as not answered if it comes to nothing. */
  asked?: AskedOfRecord[];
}

/** Notes that the door was passed for something. */
export function noteAsked({ asked, who, now }: Pick<Asking, 'asked' | 'who' | 'now'>, patientId: string, object: string): void {
  asked?.push({ patientId, object, actor: who.id, at: now });
}

/** Passes the door for what concerns no patient in particular. `object`: what is asked for, never what was typed. */
export function open<T>(
  { db }: FhirDeps,
  { who, now }: Asking,
  asked: { action: Action; object: string },
  work: (tx: Sql) => Promise<T>,
): Promise<T> {
  return passDoor(db, { who, now, via: viaOf(who), ...asked }, work);
}

/** Opens the record of a patient through the one door: one event, whatever is read behind it. */
export const openRecord = (deps: FhirDeps, asking: Asking, asked: string, wanted: Wanted, what: Asked): Promise<World> =>
  answerFrom(deps, asking, asked, { wanted, what, answer: (world) => world });

/**
 * The same, with what is answered from it made at once, while the disk writes the event.
 * @param answer of what the reader may see; what it throws is thrown, and the event stays
 */
export async function answerFrom<T>(
  deps: FhirDeps,
  asking: Asking,
  asked: string,
  { wanted, what, answer }: { wanted: Wanted; what: Asked; answer: (world: World) => T },
): Promise<T> {
  const { who, now } = asking;
  const made = await passDoor(
    deps.db,
    // Of one document that is not shown, and of words, more is asked afterwards.
    {
      who,
      now,
      via: viaOf(who),
      action: 'record.software',
      patientId: asked,
      isFollowed: true,
      mayAsk: (read) => checkScope(who, what.type, what.permission, read),
      object: what.object,
      atOnce: wanted.document === undefined && wanted.words === undefined,
    },
    async (tx, { reader, homes }) => {
      const patientId = homes[0]!;
      noteAsked(asking, patientId, what.object);
      const shelf = await readRecord(tx, { patientId, homes }, reader, { wanted, zone: deps.zone });
      const make = () => {
        if (wanted.provenance) shelveProvenance(shelf);
        return answer(seenBySoftware(shelf, who, { patientId, zone: deps.zone, asked: what }));
      };
      const { later } = shelf;
      if (!later) return { answer: make() };
      return {
        finish: async () => {
          await later(now);
          return make();
        },
      };
    },
  );
  return 'finish' in made ? made.finish() : made.answer;
}

/** Through which software, for the trail. */
export const viaOf = ({ software }: Principal): string => (software ? `fhir ${software.clientId}` : 'fhir');

/** What is asked of a record: the type whose scope is needed, and the words of the trail. */
export interface Asked {
  type: string;
  permission: Permission;
  /** Identifier of what is asked for. Never what was typed. */
  object: string;
}

export const NOBODY: World = { all: () => [], find: () => undefined, history: () => [] };
