import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readReceipts } from './read-receipt.ts';

/** A multipart/report with these parts after the words for people. */
const report = (type: string, parts: [string, string[]][]) =>
  Buffer.from(
    [
      'From: <Anne@Cabinet.mssante.example>',
      `Content-Type: multipart/report; report-type=${type}; boundary=b`,
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Final-Recipient: rfc822; nobody@else.example',
      ...parts.flatMap(([partType, lines]) => ['--b', `Content-Type: ${partType}`, '', ...lines]),
      '--b--',
      '',
    ].join('\r\n'),
  );

describe('a notification of delivery', () => {
  const ENVELOPE = '0190a000-0000-7000-8000-000000000001';
  const delivery = (action: string, status: string) =>
    report('delivery-status', [
      [
        'message/delivery-status',
        [
          'Reporting-MTA: dns; mx',
          `Original-Envelope-Id: ${ENVELOPE}`,
          '',
          'Original-Recipient: rfc822;Anne@cabinet.mssante.example',
          `Action: ${action}`,
          `Status: ${status}`,
          'Diagnostic-Code: smtp; 550',
          '  no such mailbox',
        ],
      ],
      ['text/rfc822-headers', ['Message-ID: <one@region.example>']],
    ]);

  test('says that the mail arrived, whether the server delivered it or relayed it to one without notifications', async () => {
    for (const action of ['delivered', 'relayed', 'expanded', 'Delivered']) {
      expect(await readReceipts(delivery(action, '2.0.0'))).toMatchObject([
        { kind: 'delivered', envelopeId: ENVELOPE, recipient: 'anne@cabinet.mssante.example', messageId: '<one@region.example>' },
      ]);
    }
  });

  test('says why the mail did not arrive, its folded lines put back', async () => {
    expect(await readReceipts(delivery('failed', '5.1.1'))).toMatchObject([
      { kind: 'failed', status: '5.1.1', detail: 'failed 5.1.1 smtp; 550 no such mailbox' },
    ]);
    expect(await readReceipts(delivery('delayed', '4.4.1'))).toMatchObject([{ kind: 'delayed', status: '4.4.1' }]);
  });
});

describe('a notification of disposition', () => {
  const disposition = (words: string) =>
    report('disposition-notification', [
      [
        'message/disposition-notification',
        ['Final-Recipient: rfc822;anne@cabinet.mssante.example', 'Original-Message-ID: <one@region.example>', `Disposition: ${words}`],
      ],
    ]);

  test.each([
    ['manual-action/MDN-sent-manually; displayed', 'read'],
    ['automatic-action/MDN-sent-automatically; processed', 'filed'],
    ['automatic-action/MDN-sent-automatically; processed/Error: 902^patient unknown', 'not-filed'],
    ['manual-action/MDN-sent-automatically; deleted', 'deleted'],
  ])('« %s » is %s', async (words, kind) => {
    expect(await readReceipts(disposition(words))).toMatchObject([
      { kind, messageId: '<one@region.example>', recipient: 'anne@cabinet.mssante.example', from: 'anne@cabinet.mssante.example' },
    ]);
  });

  test('in words unknown to the standard is no receipt', async () => {
    expect(await readReceipts(disposition('manual-action/x; eaten'))).toEqual([]);
  });
});

describe('any other mail', () => {
  test('is no receipt, whatever its words say', async () => {
    expect(await readReceipts(Buffer.from('Subject: Re\r\n\r\nAction: delivered\r\nOriginal-Envelope-Id: 1'))).toEqual([]);
  });

  test('never breaks the reader', async () => {
    const word = fc.constantFrom(
      '--b',
      '--b--',
      'Content-Type: message/delivery-status',
      'Action: failed',
      ':',
      ' ',
      '',
      'Final-Recipient: ;',
      'Disposition: x;y/',
      'é\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.array(word, { maxLength: 30 })), async (given) => {
        const raw = Array.isArray(given) ? report('delivery-status', [['message/delivery-status', given]]) : given;
        expect(Array.isArray(await readReceipts(raw))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
