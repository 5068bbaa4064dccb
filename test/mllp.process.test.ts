import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Message } from 'node-hl7-client';
import { afterEach, describe, expect, test } from 'vitest';
import { messageHeaderOf, writeAck } from '../src/formats/index.ts';
import { MllpClient, type MllpListener, type MllpListenerOptions, startMllpListener } from '../src/transports/index.ts';
import { hasOpenssl, selfSigned } from './support/certificate.ts';
import { oru } from './support/oru-message.ts';

let listener: MllpListener | undefined;
const clients: MllpClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await listener?.stop();
  listener = undefined;
});

/** A listener whose answer is what `receive` makes; it keeps what came. */
async function listen(receive: MllpListenerOptions['receive'], more: Partial<MllpListenerOptions> = {}) {
  const errors: unknown[] = [];
  listener = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    receive,
    refuse: ({ code }) => Buffer.from(code),
    onError: (error) => errors.push(error),
    ...more,
  });
  return { port: listener.port, errors };
}

function clientOf(port: number, more: Partial<ConstructorParameters<typeof MllpClient>[0]> = {}): MllpClient {
  const client = new MllpClient({ host: '127.0.0.1', port, ...more });
  clients.push(client);
  return client;
}

const answered = (text: string) => Buffer.from(`ok ${text}`);
const send = async (client: MllpClient, text: string) => String(await client.send(Buffer.from(text)));

function raw(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe('an MLLP listener', () => {
  test('answers each message in order, one at a time, whatever comes in one packet', async () => {
    const seen: string[] = [];
    let atOnce = 0;
    const { port } = await listen(async (message) => {
      expect(++atOnce).toBe(1);
      await wait(5);
      seen.push(String(message));
      atOnce -= 1;
      return answered(String(message));
    });
    const socket = await raw(port);
    const answers: string[] = [];
    socket.on('data', (chunk) => answers.push(String(chunk)));
    socket.write('\vun\u001c\r\vdeux\u001c\r\vtrois\u001c\r');
    await expect.poll(() => answers.join('')).toBe('\vok un\u001c\r\vok deux\u001c\r\vok trois\u001c\r');
    expect(seen).toEqual(['un', 'deux', 'trois']);
    socket.destroy();
  });

  test('acknowledges nothing before its handler says that all is kept', async () => {
    let keep: (() => void) | undefined;
    const { port } = await listen(() => new Promise((resolve) => (keep = () => resolve(answered('kept')))));
    let answer: string | undefined;
    void send(clientOf(port), 'a').then((text) => (answer = text));
    await expect.poll(() => keep).toBeDefined();
    await wait(50);
    expect(answer).toBeUndefined();
    keep!();
    await expect.poll(() => answer).toBe('ok kept');
  });

  test('holds back, while a message is in hand, a sender that does not wait', async () => {
    let release: (() => void) | undefined;
    const { port } = await listen(async (message) => {
      await new Promise<void>((resolve) => (release = resolve));
      return answered(String(message.length));
    });
    const socket = await raw(port);
    const message = Buffer.concat([Buffer.of(0x0b), Buffer.alloc(1_000_000, 'x'), Buffer.of(0x1c, 0x0d)]);
    for (let n = 0; n < 40; n++) socket.write(message);
    await expect.poll(() => release).toBeDefined();
    await wait(300);
    // Forty megabytes were offered; TCP has taken what its own buffers hold, and the rest waits at the sender.
    expect(socket.writableLength).toBeGreaterThan(20_000_000);
    const answers: string[] = [];
    socket.on('data', (chunk) => answers.push(String(chunk)));
    release!();
    await expect.poll(() => answers.join('')).toContain('ok 1000000');
    socket.destroy();
    release!();
  });

  test('takes the messages of a client that others wrote, and answers them as it expects', async () => {
    const came: string[] = [];
    const { port, errors } = await listen(async (message) => {
      came.push(String(message));
      return Buffer.from(writeAck(messageHeaderOf(message), { controlId: 'A1', at: '20250314120000+0000' }));
    });
    const { promise: answer, resolve } = Promise.withResolvers<Message>();
    const connection = new Client({ host: '127.0.0.1', version: '2.5' }).createConnection({ port, version: '2.5' }, async (response) =>
      resolve(response.getMessage()),
    );
    const text = oru(3).trimEnd();
    await connection.sendMessage(new Message({ text }));
    const received = await answer;
    expect([received.get('MSA.1').toString(), received.get('MSA.2').toString()]).toEqual(['AA', 'M000123']);
    expect(came).toEqual([text]);
    expect(errors).toEqual([]);
    await connection.close();
  });

  test('does not answer when its handler fails: the sender sends again', async () => {
    let times = 0;
    const { port, errors } = await listen(async () => {
      if (++times === 1) throw new Error('a bug');
      return answered('again');
    });
    const client = clientOf(port);
    await expect(send(client, 'a')).rejects.toMatchObject({ name: 'MllpError' });
    expect(await send(client, 'a')).toBe('ok again');
    expect(errors).toHaveLength(1);
  });

  test('holds 1,000 idle connections and still answers', async () => {
    const { port } = await listen(async (message) => answered(String(message)));
    const idle = await Promise.all(Array.from({ length: 1_000 }, () => raw(port)));
    await expect.poll(() => listener!.connections()).toBe(1_000);
    expect(await send(clientOf(port), 'a')).toBe('ok a');
    for (const socket of idle) socket.destroy();
    await expect.poll(() => listener!.connections()).toBe(1);
  });

  test('a message too large is refused with its reason, and the connection closed; others go on', async () => {
    const { port } = await listen(async (message) => answered(String(message.length)), { limits: { messageBytes: 1_000 } });
    const big = clientOf(port);
    expect(String(await big.send(Buffer.alloc(2_000_000, 'x')))).toBe('deposit.too-large');
    expect(await send(clientOf(port), 'a')).toBe('ok 1');
  });

  test('many large messages at once do not fill the memory: what is too much is turned away', async () => {
    const { port } = await listen(async () => answered(''), { limits: { heldBytes: 3_000 } });
    const sockets = await Promise.all(Array.from({ length: 5 }, () => raw(port)));
    const answers: string[] = [];
    for (const socket of sockets) socket.on('data', (chunk) => answers.push(String(chunk)));
    for (const socket of sockets) socket.write(`\v${'x'.repeat(1_000)}`);
    await expect.poll(() => answers).toEqual(['\vaccess.too-many\u001c\r', '\vaccess.too-many\u001c\r']);
    for (const socket of sockets) socket.destroy();
  });

  test('who begins a message and never ends it is cut off', async () => {
    const { port } = await listen(async () => answered(''), { limits: { messageMilliseconds: 100 } });
    const socket = await raw(port);
    socket.write('\vMSH');
    await closed(socket);
    await expect.poll(() => listener!.connections()).toBe(0);
  });

  test('who speaks another protocol is told so, and cut off', async () => {
    const { port } = await listen(async () => answered(''));
    const socket = await raw(port);
    let told = '';
    socket.on('data', (chunk) => (told += String(chunk)));
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed(socket);
    expect(told).toBe('\vreport.unreadable\u001c\r');
  });

  test('stops after it has answered the message in hand', async () => {
    let begun = false;
    const { port } = await listen(async () => {
      begun = true;
      await wait(150);
      return answered('in hand');
    });
    const idle = await raw(port);
    const answer = send(clientOf(port), 'a');
    await expect.poll(() => begun).toBe(true);
    await Promise.all([listener!.stop(), closed(idle)]);
    expect(await answer).toBe('ok in hand');
    await expect(raw(port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('an MLLP client', () => {
  test('keeps the order, and one connection', async () => {
    const seen: string[] = [];
    const { port } = await listen(async (message) => {
      await wait(Math.random() * 5);
      seen.push(String(message));
      return answered(String(message));
    });
    const client = clientOf(port);
    const sent = Array.from({ length: 20 }, (_, n) => String(n));
    expect(await Promise.all(sent.map((text) => send(client, text)))).toEqual(sent.map((text) => `ok ${text}`));
    expect(seen).toEqual(sent);
    expect(listener!.connections()).toBe(1);
  });

  test('tells that no answer came, and never takes a late one for that of the next message', async () => {
    const { port } = await listen(async (message) => {
      if (String(message) === 'slow') await wait(200);
      return answered(String(message));
    });
    const client = clientOf(port, { answerMilliseconds: 50 });
    await expect(send(client, 'slow')).rejects.toThrow('no answer came in time');
    expect(await send(client, 'next')).toBe('ok next');
  });

  test('tells when nobody listens', async () => {
    await expect(send(clientOf(1), 'a')).rejects.toMatchObject({ name: 'MllpError' });
  });
});

describe.skipIf(!hasOpenssl)('MLLP over TLS', () => {
  test('the listener sees the certificate of its peer, and the client believes only that of the listener', async () => {
    const [ours, theirs, other] = ['cigogne.test', 'laboratoire.test', 'autre.test'].map(selfSigned);
    const { port } = await listen(async (_message, { certificate }) => answered(certificate?.subject ?? 'nobody'), {
      tls: { cert: ours!.pem, key: ours!.key },
    });
    const tls = { cert: theirs!.pem, key: theirs!.key, ca: ours!.pem, servername: 'cigogne.test' };
    expect(await send(clientOf(port, { tls }), 'a')).toBe('ok CN=laboratoire.test');
    expect(await send(clientOf(port, { tls: { ca: ours!.pem, servername: 'cigogne.test' } }), 'a')).toBe('ok nobody');
    await expect(send(clientOf(port, { tls: { ...tls, ca: other!.pem } }), 'a')).rejects.toMatchObject({ name: 'MllpError' });
  });
});
