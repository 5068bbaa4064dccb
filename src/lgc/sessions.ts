import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Db, Refusal, type Sql } from '#kernel';
import type { User } from './contract.ts';
import { writeEvent } from './store.ts';

const COOKIE = 'lgc_session';
const IDLE_MS = 60 * 60_000;

/** Who is signed in: in memory, since invented people sign in again with a click. */
export class Sessions {
  readonly #open = new Map<string, { user: User; until: number }>();

  open(user: User): string {
    const token = randomBytes(24).toString('base64url');
    this.#open.set(token, { user, until: Date.now() + IDLE_MS });
    return token;
  }

  find(request: FastifyRequest): User | undefined {
    const token = request.cookies[COOKIE];
    const session = token === undefined ? undefined : this.#open.get(token);
    if (!session || session.until < Date.now()) return undefined;
    session.until = Date.now() + IDLE_MS;
    return session.user;
  }

  close(request: FastifyRequest): void {
    this.#open.delete(request.cookies[COOKIE] ?? '');
  }

  static readonly cookie = COOKIE;
  static readonly options = { httpOnly: true, sameSite: 'strict', path: '/' } as const;
}

interface Visit {
  user: User;
  /** What is done: `record.read`. */
  act: string;
  patientId?: string;
  object?: string;
}

/**
 * The one door of the software: does the work and writes the one event of it, in one transaction. What is refused leaves an event too.
 * @throws what the work throws
 */
export async function visit<T>(db: Db, { user, act, ...of }: Visit, work: (tx: Sql) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      const done = await work(tx);
      await writeEvent(tx, user, act, of, new Date());
      return done;
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'access.denied') await writeEvent(db, user, `${act}:refused`, of, new Date());
    throw error;
  }
}
