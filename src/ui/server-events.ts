import { useEffect, useRef } from 'react';
import { takeStream } from './ahead.ts';

interface Options<Event> {
  /** Address of the stream; null keeps it closed. */
  url: string | null;
  onEvent: (event: Event) => void;
  /** The stream came back after a break: something may have been missed, ask again. */
  onReconnected?: () => void;
  /** The server answered that it gives no stream: the reader's right may have ended. */
  onRefused?: () => void;
}

/**
 * Listens to a stream of server-sent events as long as the component lives. The browser reconnects by itself after a cut; when it
 * gives up (an error answer), we try again after 1 s, then 2 s… up to 30 s.
 */
export function useServerEvents<Event>({ url, onEvent, onReconnected, onRefused }: Options<Event>): void {
  const latest = useRef({ onEvent, onReconnected, onRefused });
  useEffect(() => {
    latest.current = { onEvent, onReconnected, onRefused };
  });
  useEffect(() => {
    if (url === null) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let wasCut = false;
    const listen = () => {
      const ahead = takeStream(url);
      source = ahead?.source ?? new EventSource(url);
      source.addEventListener('open', () => {
        failures = 0;
        if (wasCut) latest.current.onReconnected?.();
        wasCut = false;
      });
      const hear = (data: string) => latest.current.onEvent(JSON.parse(data) as Event);
      source.addEventListener('message', ({ data }) => hear(data as string));
      ahead?.heard.forEach(hear);
      source.addEventListener('error', () => {
        wasCut = true;
        if (source?.readyState !== EventSource.CLOSED) return;
        if (failures === 0) latest.current.onRefused?.();
        failures += 1;
        timer = setTimeout(listen, Math.min(30_000, 1_000 * 2 ** (failures - 1)));
      });
    };
    listen();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [url]);
}
