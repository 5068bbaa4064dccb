import { describe, expect, test } from 'vitest';
import { PRESCRIBER, reportFor, exchangeBench } from '../../test/support/exchange.ts';
import { POTASSIUM } from '../../test/support/reports.ts';
import { type DeliverDeps } from './deliver.ts';
import { takeReceipt } from './take-receipt.ts';

const bench = exchangeBench();

describe('a notification that comes back', () => {
  const notification = (type: string, from: string, lines: string[]) =>
    Buffer.from(
      [
        `From: ${from}`,
        `Content-Type: multipart/report; report-type=x; boundary=b`,
        '',
        '--b',
        `Content-Type: ${type}`,
        '',
        ...lines,
        '--b--',
        '',
      ].join('\r\n'),
    );
  const delivered = (envelopeId: string, address: string, action = 'delivered', status = '2.0.0') =>
    notification('message/delivery-status', 'postmaster@x.example', [
      `Original-Envelope-Id: ${envelopeId}`,
      '',
      `Final-Recipient: rfc822; ${address}`,
      `Action: ${action}`,
      `Status: ${status}`,
    ]);
  const read = (messageId: string, from: string, ...more: string[]) =>
    notification('message/disposition-notification', from, [
      `Final-Recipient: rfc822; ${from}`,
      `Original-Message-ID: ${messageId}`,
      'Disposition: manual-action/MDN-sent-manually; displayed',
      ...more,
    ]);
  const unanswered = async () => bench.db.query<{ severity: string }>('', `select severity from exchange.inbox_line where state = 'new'`);
  const sentMail = async () => {
    const [row] = await bench.db.query<{ id: string; messageId: string }>(
      '',
      'select delivery_id as id, message_id as "messageId" from exchange.message',
    );
    return row!;
  };
  const take = (raw: Buffer) => takeReceipt(bench.db, raw, new Date());

  test('tells that the mail arrived, then that its recipient read it; the same again, or out of order, changes nothing', async () => {
    await bench.deposit(reportFor(50, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    const { id, messageId } = await sentMail();
    await take(delivered(id, PRESCRIBER.mailboxes[0]!));
    expect(await bench.deliveries()).toMatchObject([{ state: 'delivered' }]);
    for (let again = 0; again < 2; again += 1) await take(read(messageId, PRESCRIBER.mailboxes[0]!));
    await take(delivered(id, PRESCRIBER.mailboxes[0]!));
    expect(await bench.deliveries()).toMatchObject([{ state: 'read' }]);
    // Read by mail, it is unread no more in their inbox, and told nobody further.
    expect(await unanswered()).toEqual([]);
    expect(await bench.steps('rpps:899700000011')).toEqual(['routed', 'prepared', 'sent', 'delivered', 'read']);
  });

  test('a critical result is not acknowledged by a mail that was displayed, but by a person who answered in their software', async () => {
    const results = [{ ...POTASSIUM, interpretations: ['HH'] }];
    await bench.deposit(reportFor(56, { prescribers: [PRESCRIBER] }, { results }));
    await bench.routeAll();
    await bench.deliverAll();
    const { messageId } = await sentMail();
    await take(read(messageId, PRESCRIBER.mailboxes[0]!));
    expect(await unanswered()).toEqual([{ severity: 'critical' }]);
    await take(read(messageId, PRESCRIBER.mailboxes[0]!, 'X-Cigogne-Answered: yes'));
    expect(await unanswered()).toEqual([]);
  });

  test('that the mailbox does not exist puts the mail on the worklist, with the reason', async () => {
    await bench.deposit(reportFor(51, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    await take(delivered((await sentMail()).id, PRESCRIBER.mailboxes[0]!, 'failed', '5.1.1'));
    expect(await bench.deliveries()).toMatchObject([{ state: 'dead', reason: 'address.refused' }]);
  });

  test('from anyone else, or about no mail of ours, is kept apart and moves nothing', async () => {
    await bench.deposit(reportFor(52, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    await take(read((await sentMail()).messageId, 'someone@else.example'));
    await take(read('<unknown@region.example>', PRESCRIBER.mailboxes[0]!));
    expect(await bench.deliveries()).toMatchObject([{ state: 'sent' }]);
    expect(await bench.count('unmatched_receipt', 'true')).toBe(2);
  });

  test('and overtakes the word that the mail was accepted is not lost', async () => {
    await bench.deposit(reportFor(53, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    const overtaken: DeliverDeps['relay'] = {
      async send(mail) {
        const outcome = await bench.relay.send(mail);
        await take(delivered(mail.envelopeId, mail.to));
        return outcome;
      },
    };
    await bench.deliverAll({ relay: overtaken });
    expect(await bench.deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  test('at the very instant of that word is not lost either', async () => {
    for (let n = 530; n < 536; n += 1) await bench.deposit(reportFor(n, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    const notified: Promise<number>[] = [];
    const atOnce: DeliverDeps['relay'] = {
      async send(mail) {
        const outcome = await bench.relay.send(mail);
        notified.push(take(delivered(mail.envelopeId, mail.to)));
        return outcome;
      },
    };
    await bench.deliverAll({ relay: atOnce });
    await Promise.all(notified);
    expect(new Set((await bench.deliveries()).map(({ state }) => state))).toEqual(new Set(['delivered']));
  });
});
