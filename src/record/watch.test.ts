import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openPages, tellOpenPage } from './watch.ts';

test('a page that left before its stream began is not listened for, ever', async () => {
  const told: string[] = [];
  const done = new Promise<void>((resolve) => {
    const server = createServer(async (_request, response: ServerResponse) => {
      leave();
      await once(response, 'close');
      tellOpenPage(
        response,
        () => {
          told.push('subscribed');
          return () => told.push('unsubscribed');
        },
        () => told.push('ended'),
        async () => true,
      );
      server.close(() => resolve());
    });
    let leave = () => {};
    server.listen(0, '127.0.0.1', () => {
      const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).on('error', () => {});
      leave = () => request.destroy();
    });
  });
  await done;
  expect(told).toEqual(['ended']);
});

test('a page that leaves is listened for no more', async () => {
  const told: string[] = [];
  const server = createServer((_request, response) =>
    tellOpenPage(
      response,
      () => () => told.push('unsubscribed'),
      () => {
        told.push('ended');
        server.close();
      },
      async () => true,
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, (answer) =>
    answer.once('data', () => request.destroy()),
  );
  request.on('error', () => {});
  await once(server, 'close');
  expect(told).toEqual(['unsubscribed', 'ended']);
});

test('a page whose reader signed out is told no more from the next heartbeat on', async () => {
  const server = createServer((_request, response) =>
    tellOpenPage(
      response,
      () => () => {},
      () => server.close(),
      async () => false,
      1,
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await answer.text()).toBe('retry: 2000\n\n');
});

test('one person may have so many pages open and no more, until one is left; another person has their own', () => {
  const pages = openPages(2);
  const [first, second] = [pages.take('rpps:1'), pages.take('rpps:1')];
  expect([first, second, pages.take('rpps:1')]).toEqual([expect.any(Function), expect.any(Function), undefined]);
  expect(pages.take('rpps:2')).toBeDefined();
  first!();
  expect(pages.take('rpps:1')).toBeDefined();
});
