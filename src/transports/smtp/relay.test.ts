import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { runs } from '../../../test/support/runs.ts';
import { asData } from './mail-data.ts';
import { type MailRelay, openMailRelay } from './relay.ts';

/** A server that says what the test has it say: `answer` gives the reply to each command, and to the mail under `mail`. */
async function operator(answer: (command: string, conversation: number) => string | undefined) {
  const said: string[][] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const own: string[] = [];
    const n = said.push(own);
    sockets.add(socket);
    socket.on('error', () => {});
    let isMail = false;
    let rest = '';
    const reply = (command: string) => {
      const words = answer(command, n);
      if (words === undefined) socket.destroy();
      else socket.write(words);
    };
    reply('greeting');
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (isMail && line !== '.') continue;
        own.push(isMail ? 'mail' : line);
        const isData = line === 'DATA';
        reply(isMail ? 'mail' : line);
        isMail = isData && (answer('DATA', n) ?? '').startsWith('354');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    said,
    port: (server.address() as AddressInfo).port,
    hangUp: () => sockets.forEach((socket) => socket.destroy()),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const usual = (command: string): string => {
  if (command === 'greeting') return '220 operator\r\n';
  if (command.startsWith('EHLO')) return '250-operator\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 DSN\r\n';
  if (command === 'DATA') return '354 go on\r\n';
  return '250 2.0.0 taken\r\n';
};
const mail = (to: string) => ({
  from: 'region@essai.example',
  to,
  raw: Buffer.from('Subject: essai\r\n\r\nun mot\r\n'),
  envelopeId: 'essai=1',
});

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
async function relayTo(answer: Parameters<typeof operator>[0], connections = 1) {
  const server = await operator(answer);
  const relay: MailRelay = openMailRelay({ host: '127.0.0.1', port: server.port, secure: false, plain: true, connections });
  stops.push(() => relay.close(), server.stop);
  return { server, relay };
}

describe('mails handed to the operator', () => {
  test('go one after the other over one conversation, with the notifications that are asked for', async () => {
    const { server, relay } = await relayTo(usual);
    const outcomes = await Promise.all([relay.send(mail('anne@essai.example')), relay.send(mail('karim@essai.example'))]);
    expect(outcomes).toEqual([1, 2].map(() => ({ kind: 'accepted', reply: '250 2.0.0 taken' })));
    expect(server.said).toHaveLength(1);
    expect(server.said[0]!.slice(1, 5)).toEqual([
      'MAIL FROM:<region@essai.example> SIZE=26 RET=HDRS ENVID=essai+3D1',
      'RCPT TO:<anne@essai.example> NOTIFY=SUCCESS,FAILURE,DELAY',
      'DATA',
      'mail',
    ]);
  });

  test('are refused one by one, and the next one goes over the same conversation, whether or not commands may travel together', async () => {
    for (const pipelining of ['250-PIPELINING\r\n', '']) {
      const { server, relay } = await relayTo((command) => {
        if (command.startsWith('EHLO')) return `250-operator\r\n${pipelining}250 HELP\r\n`;
        if (command.includes('nobody')) return '550 5.1.1 no such mailbox\r\n';
        return usual(command);
      });
      expect(await relay.send(mail('nobody@essai.example'))).toEqual({
        kind: 'refused',
        code: 'address.refused',
        reply: '550 5.1.1 no such mailbox',
      });
      expect(await relay.send(mail('anne@essai.example'))).toMatchObject({ kind: 'accepted' });
      expect(server.said).toHaveLength(1);
    }
  });

  test('find another conversation when the operator ended the one that rested; nothing is sent twice', async () => {
    const { server, relay } = await relayTo((command, n) => (n === 1 && command.includes('karim') ? undefined : usual(command)));
    expect(await relay.send(mail('anne@essai.example'))).toMatchObject({ kind: 'accepted' });
    expect(await relay.send(mail('karim@essai.example'))).toMatchObject({ kind: 'accepted' });
    expect(server.said.map((commands) => commands.filter((command) => command === 'mail').length)).toEqual([1, 1]);
    server.hangUp();
    expect(await relay.send(mail('zoe@essai.example'))).toMatchObject({ kind: 'accepted' });
  });

  test('are not said to be sent when the conversation ends before the operator has taken them', async () => {
    const { relay } = await relayTo((command) => (command === 'mail' ? undefined : usual(command)));
    expect(await relay.send(mail('anne@essai.example'))).toMatchObject({ kind: 'later', scope: 'relay', code: 'relay.unreachable' });
  });

  test('wait for no operator that is not there, nor for one that goes away or refuses us', async () => {
    for (const [words, code] of [
      ['421 4.3.2 going away\r\n', 'relay.unreachable'],
      ['554 5.7.1 not you\r\n', 'relay.refuses-us'],
      ['HTTP/1.1 400 Bad Request\r\n', 'relay.refuses-us'],
    ] as const) {
      const { relay } = await relayTo((command) => (command === 'greeting' ? words : usual(command)));
      const outcomes = await Promise.all([1, 2, 3].map((n) => relay.send(mail(`n${n}@essai.example`))));
      expect(outcomes.map((outcome) => outcome.kind === 'later' && [outcome.scope, outcome.code])).toEqual(
        [1, 2, 3].map(() => ['relay', code]),
      );
    }
  });

  test('do not leave once another may have them in hand', async () => {
    const { server, relay } = await relayTo(usual);
    expect(await relay.send({ ...mail('anne@essai.example'), withinMs: -1 })).toMatchObject({ kind: 'later', reply: 'not sent in time' });
    expect(server.said).toEqual([]);
  });

  test('of an address that would be another command are refused', async () => {
    const { server, relay } = await relayTo(usual);
    expect(await relay.send(mail('anne@essai.example>\r\nRCPT TO:<zoe@essai.example'))).toMatchObject({
      kind: 'refused',
      code: 'address.refused',
    });
    expect(server.said.flat().filter((command) => command.startsWith('RCPT'))).toEqual([]);
  });
});

test('whatever a mail holds, its end is said once, at its end, and its lines are those that it had', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.\r\n'), maxLength: 40 }), (text) => {
      const said = Buffer.concat(asData(Buffer.from(text))).toString();
      expect(said.indexOf('\r\n.\r\n', -1) === said.length - 5 || said === '.\r\n').toBe(true);
      expect(said.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      const heard = said.slice(0, -3).replaceAll(/(^|\r\n)\.(?=.)/g, '$1');
      const lines = text.replaceAll(/\r\n|\r|\n/g, '\n');
      expect(heard).toBe((lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`).replaceAll('\n', '\r\n'));
    }),
    { numRuns: runs(500) },
  );
});
