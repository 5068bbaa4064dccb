import pg from 'pg';

/** What is used here of the connection of `pg`, which its types do not tell. */
interface Wire {
  flush(): void;
  sync(): void;
  execute(portal: { portal: string }): void;
  submittedNamedStatements: Record<string, string>;
  stream: { cork(): void; uncork(): void; destroy(): void };
}

/** How a statement of `pg` is sent and answered (its lib/query.js), which its types do not tell either. */
interface Statement {
  name: string;
  text: string;
  callback: (error: Error | null, answer: pg.QueryResult) => void;
  prepare(wire: Wire): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
}

/** A statement that is sent without asking to be ended: others follow it. */
class Part extends (pg.Query as unknown as new (config: pg.QueryConfig) => Statement) {
  _getRows(wire: Wire): void {
    wire.execute({ portal: '' });
  }
}

/**
 * Statements sent together and ended together, without a word to begin and another to commit: PostgreSQL does what comes before one Sync as one transaction
 * (its "Extended Query", "Pipelining"), all of it or nothing. Rows are told before the disk is waited for.
 */
export class Exchange extends (pg.Query as unknown as new (config: pg.QueryConfig) => object) {
  declare name: string | undefined;
  declare text: string;
  readonly #parts: { statement: Part; reject: (error: unknown) => void }[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #at = 0;
  #isSent = false;

  constructor() {
    super({ text: '' });
    this.#ended.promise.catch(() => {});
  }

  /**
   * As `Sql`: takes statements until the exchange is sent; their answers are told as they come, before it is known to be committed.
   * A method, not a closure in an object of its own: V8 makes objects that are written so among the old ones once a few have lasted, and each would then hold its
   * exchange, rows and all, until everything is cleaned.
   */
  query<Row extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.#isSent) return Promise.reject(new Error('a statement after the end of its exchange'));
    const { promise, resolve, reject } = Promise.withResolvers<Row[]>();
    const statement = new Part({ name, text, values: values as unknown[] });
    statement.callback = (error, answer) => (error ? reject(error) : resolve(answer.rows as Row[]));
    this.#parts.push({ statement, reject });
    return promise;
  }

  /** Settles when all of it is committed, or nothing is. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /* ---- called by `pg` ---- */

  submit(wire: Wire): null {
    this.#isSent = true;
    let isWhole = true;
    wire.stream.cork();
    for (const { statement } of this.#parts) {
      const { callback } = statement;
      // A value that cannot be written is told at once; what was sent before it must not be committed.
      statement.callback = (error, answer) => {
        isWhole &&= error === null;
        callback(error, answer);
      };
      statement.prepare(wire);
      statement.callback = callback;
      if (!isWhole) break;
    }
    if (isWhole) {
      wire.flush();
      wire.sync();
    } else wire.stream.destroy();
    wire.stream.uncork();
    this.#enter(0);
    return null;
  }

  handleRowDescription(message: unknown): void {
    this.#parts[this.#at]?.statement.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#parts[this.#at]?.statement.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    const { statement } = this.#parts[this.#at]!;
    statement.handleCommandComplete(message, wire);
    statement.handleReadyForQuery(wire);
    this.#enter(this.#at + 1);
  }

  handleReadyForQuery(): void {
    this.#ended.resolve();
  }

  handleError(error: Error, wire: Wire): void {
    for (const { statement, reject } of this.#parts.slice(this.#at)) {
      // Of what follows a failure, the database has read nothing.
      delete wire.submittedNamedStatements[statement.name];
      reject(error);
    }
    this.#ended.reject(error);
  }

  /** The statement whose answers come now: under its name `pg` notes that it is prepared. */
  #enter(at: number): void {
    this.#at = at;
    const statement = this.#parts[at]?.statement;
    this.name = statement?.name;
    this.text = statement?.text ?? '';
  }
}
