import { afterEach, describe, expect, test } from 'vitest';
import { reportOf } from '../../../test/support/reports.ts';
import { writeCda } from '../../formats/index.ts';
import { Refusal } from '../../kernel/index.ts';
import type { MailEnvelope } from '../mail.ts';
import { compose, type ToCompose } from './compose.ts';
import { type Composer, openComposer } from './compose-thread.ts';

const now = new Date('2026-11-22T09:00:00Z');
const sender = { name: 'Région ESSAI', software: 'Cigogne', version: '0.1.0', publisher: 'Cigogne' };
const to = (address: string): MailEnvelope => ({ from: 'cigogne@region.example', to: address, messageId: `<${address}>`, date: now });
const asked = (bytes: Buffer): ToCompose => ({
  original: { bytes, mediaType: 'application/xml' },
  writing: { now, zone: 'Europe/Paris', sender, action: 'new', masks: [] },
  mails: [{ envelope: to('anne@cabinet.example') }, { envelope: to('karim@ch.example'), isAwaited: true }],
});
const report = (n: number) => asked(Buffer.from(writeCda(reportOf(n))));

/** A thread that writes as it is told in these words, which its documents begin with. */
const thread = (words: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, threadId } from 'node:worker_threads';
      parentPort.on('message', ({ original: { bytes } }) => {
        const asked = Buffer.from(bytes).toString();
        ${words}
        parentPort.postMessage({ composed: [{ raw: bytes, sha256: bytes, zstd: bytes }] });
      });
      parentPort.postMessage('ready');`)}`,
  );
const words = (text: string) => asked(Buffer.from(text));

let composer: Composer | undefined;
afterEach(() => composer?.stop());
const open = (options?: Parameters<typeof openComposer>[0]): Composer => (composer = openComposer(options));

describe('mails written in a thread apart', () => {
  test('are those that would be written here, byte for byte, and as many come back as were asked of each document', async () => {
    const { compose: apart } = open();
    const documents = [1, 2, 3, 4, 5].map(report);
    expect(await Promise.all(documents.map(apart))).toEqual(await Promise.all(documents.map(compose)));
  });

  test('of what is no document are refused as here, and those of the others are written', async () => {
    const { compose: apart } = open();
    const nothing = asked(Buffer.from('<lettre>Bonjour</lettre>'));
    const here = await compose(nothing).catch((error: unknown) => error as Refusal);
    const [there, other] = await Promise.allSettled([apart(nothing), apart(report(6))]);
    expect(there).toMatchObject({
      status: 'rejected',
      reason: { name: 'Refusal', code: (here as Refusal).code, at: (here as Refusal).at },
    });
    expect(other).toMatchObject({ status: 'fulfilled' });
  });
});

describe('a document that the thread does not outlive', () => {
  test.each([
    ['ends it', `if (asked === 'broken') process.exit(1);`],
    ['throws in it', `if (asked === 'broken') throw new Error('as it happens');`],
    ['is never done', `if (asked === 'broken') for (;;) {}`],
  ])('and %s is refused, and those asked before and after it are written', async (_, does) => {
    const { compose: apart } = open({ script: thread(does), withinMs: 300 });
    const done = await Promise.allSettled(['before', 'broken', 'after', 'last'].map((text) => apart(words(text))));
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(done[1]).toMatchObject({ reason: { name: 'Refusal', code: 'deposit.unsupported-format' } });
    expect((await apart(words('later')))[0]!.raw.toString(), 'the next thread goes on').toBe('later');
  });

  test('and is never done has no more time because others are asked meanwhile', async () => {
    const { compose: apart } = open({ script: thread(`if (asked === 'broken') for (;;) {}`), withinMs: 200 });
    const others: Promise<unknown>[] = [];
    const asking = setInterval(() => others.push(apart(words('other'))), 20);
    await expect(apart(words('broken'))).rejects.toThrow(Refusal);
    clearInterval(asking);
    expect(await Promise.allSettled(others)).not.toContainEqual(expect.objectContaining({ status: 'rejected' }));
  });

  test('once, when the next thread writes it, is not refused', async () => {
    // Threads are numbered one after the other: one of these two ends the first, and the next outlives it.
    const { compose: apart } = open({ script: thread(`if (asked === ['even', 'odd'][threadId % 2]) process.exit(1);`) });
    for (const text of ['even', 'odd']) expect((await apart(words(text)))[0]!.raw.toString()).toBe(text);
  });

  test('refuses nothing when no thread starts at all: it is asked again later', async () => {
    const { compose: apart } = open({ script: new URL('data:text/javascript,throw new Error("no room")') });
    const fault = await apart(words('any')).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect(fault).not.toBeInstanceOf(Refusal);
  });
});

test('once stopped, what was not written is said so, and nothing keeps the process alive', async () => {
  const { compose: apart, stop } = open({ script: thread('for (;;) {}') });
  await Promise.all([expect(apart(words('any'))).rejects.toThrow('stopped'), stop()]);
});
