/**
 * What the first screen needs, asked of the server while the scripts that draw it are still on their way: `api` and `useServerEvents` take from
 * here what was asked already. Each answer is taken once, and only while it is fresh.
 */

/** Beyond, what was asked ahead is asked again: a slow machine shows no older record for having asked early. */
const FRESH_MS = 10_000;

const answers = new Map<string, { answer: Promise<Response>; at: number }>();
const streams = new Map<string, StreamAhead>();

export interface StreamAhead {
  source: EventSource;
  /** What came before somebody listened, in order. */
  heard: string[];
  stopKeeping: () => void;
}

/**
 * Asks; whoever asks the same of `api` next gets this answer.
 * @returns the JSON of the answer, or undefined when the server refuses or cannot be reached: `api` will tell
 */
export async function askAhead<Answer>(path: string): Promise<Answer | undefined> {
  const answer = fetch(path, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  answers.set(path, { answer, at: performance.now() });
  const told = await answer.then(
    (response) => (response.ok ? response.clone() : undefined),
    () => undefined,
  );
  return (await told?.json()) as Answer | undefined;
}

/** The same for an answer that only the page reads. */
export function sendAhead(path: string): void {
  const answer = fetch(path, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  answer.catch(() => {});
  answers.set(path, { answer, at: performance.now() });
}

/** Listens from before the record is read, so that nothing falls between what is read and what will be told. */
export function listenAhead(url: string): void {
  const source = new EventSource(url);
  const heard: string[] = [];
  const keep = ({ data }: MessageEvent<string>) => heard.push(data);
  source.addEventListener('message', keep);
  streams.set(url, { source, heard, stopKeeping: () => source.removeEventListener('message', keep) });
}

export function takeAnswer(path: string): Promise<Response> | undefined {
  const asked = answers.get(path);
  answers.delete(path);
  return asked && performance.now() - asked.at < FRESH_MS ? asked.answer : undefined;
}

export function takeStream(url: string): StreamAhead | undefined {
  const stream = streams.get(url);
  streams.delete(url);
  stream?.stopKeeping();
  return stream?.source.readyState === EventSource.CLOSED ? undefined : stream;
}

/** The page that was asked for did not come: nothing of it stays in memory, nobody listens for it. */
export function forgetAhead(): void {
  answers.clear();
  for (const { source } of streams.values()) source.close();
  streams.clear();
}
