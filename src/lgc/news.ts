import type { ServerResponse } from 'node:http';

/** Open pages, told at once that something came: they ask for their own lists again, so nothing of a patient is said here. */
export class News {
  readonly #open = new Set<ServerResponse>();

  listen(answer: ServerResponse): void {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    answer.write(':\n\n');
    this.#open.add(answer);
    answer.once('close', () => this.#open.delete(answer));
  }

  tell(): void {
    for (const answer of this.#open) answer.write('data: {}\n\n');
  }

  end(): void {
    for (const answer of this.#open) answer.end();
  }
}
