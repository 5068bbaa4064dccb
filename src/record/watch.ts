import type { ServerResponse } from 'node:http';
import type { PatientEvent } from './contract.ts';

/** An open page is told of new reports for so long, then asks again: so a right that ends does not outlive its end by more. */
const WATCH_MILLISECONDS = 10 * 60_000;
const HEARTBEAT_MILLISECONDS = 20_000;

/**
 * Tells an open page, by server-sent events, what `subscribe` hears, until the page leaves or the time is over. `onEnd` is called once,
 * also when the page had left before its stream began.
 * @param isWelcome asked at each heartbeat: a page whose reader signed out, in another window or elsewhere, is told nothing more
 */
export function tellOpenPage<Event = PatientEvent>(
  stream: ServerResponse,
  subscribe: (hear: (event: Event) => void) => () => void,
  onEnd: () => void,
  isWelcome: () => Promise<boolean>,
  heartbeatMilliseconds = HEARTBEAT_MILLISECONDS,
): void {
  if (stream.destroyed) return onEnd();
  stream.write('retry: 2000\n\n');
  const unsubscribe = subscribe((event) => stream.write(`data: ${JSON.stringify(event)}\n\n`));
  const stillThere = () => stream.write(': alive\n\n');
  const heartbeat = setInterval(() => {
    // A database that is away says nothing of who is signed in: the page waits with the others.
    void isWelcome().then((isOpen) => (isOpen ? stillThere() : stream.end()), stillThere);
  }, heartbeatMilliseconds);
  const end = setTimeout(() => stream.end(), WATCH_MILLISECONDS);
  stream.once('close', () => {
    unsubscribe();
    clearInterval(heartbeat);
    clearTimeout(end);
    onEnd();
  });
}

/** How many pages of one person may be told at once: each holds a connection. Nobody reads so many records together. */
const MOST_PAGES = 32;

/** Counts the open pages of each person. `take` gives what to call at the end, or undefined when too many are open. */
export function openPages(most = MOST_PAGES) {
  const open = new Map<string, number>();
  return {
    take(person: string): (() => void) | undefined {
      const count = open.get(person) ?? 0;
      if (count >= most) return undefined;
      open.set(person, count + 1);
      return () => {
        const left = open.get(person)! - 1;
        if (left > 0) open.set(person, left);
        else open.delete(person);
      };
    },
  };
}
