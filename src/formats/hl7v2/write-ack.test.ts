import { describe, expect, test } from 'vitest';
import { Refusal } from '#kernel';
import { message, MSH, oru } from '../../../test/support/oru-message.ts';
import type { AckMessage } from './message.ts';
import { messageHeaderOf } from './read-header.ts';
import { readHl7Message } from './read-message.ts';
import { writeAck } from './write-ack.ts';

const answer = (text: string, refusal?: Refusal): AckMessage => {
  const written = writeAck(messageHeaderOf(Buffer.from(text)), { controlId: 'A1', at: '20250314113501+0100', ...(refusal && { refusal }) });
  return readHl7Message(Buffer.from(written)) as AckMessage;
};

describe('the answer to a message', () => {
  test('names it, goes back to its sender, and says that it was taken', () => {
    const { code, answers, header, errors } = answer(oru());
    expect({ code, answers, errors }).toEqual({ code: 'AA', answers: 'M000123', errors: [] });
    expect(header).toMatchObject({
      type: 'ACK',
      event: 'R01',
      controlId: 'A1',
      receivingApplication: { name: 'SIL-DEMO' },
      sendingApplication: { name: 'CIGOGNE' },
      version: '2.5',
    });
  });

  test.each([
    ['report.unreadable', 'OBX[3]-5', { code: 'AR', at: 'OBX[3]-5' }],
    ['report.identity-incomplete', 'PID', { code: 'AE', at: 'PID[1]' }],
    ['store.unavailable', undefined, { code: 'AE', at: undefined }],
  ] as const)('a refusal %s tells what is wrong, where, and what to do', (reason, at, expected) => {
    const { code, errors } = answer(oru(), new Refusal(reason, 'la valeur | dit ^ autre chose', at === undefined ? {} : { at }));
    expect(code).toBe(expected.code);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: reason, ...(expected.at !== undefined && { at: expected.at }) });
  });

  test('a message that is unreadable further on is refused by its name, and so is one that is no message at all', () => {
    expect(answer(message(MSH, 'n’importe quoi')).answers).toBe('M000123');
    const nothing = writeAck(messageHeaderOf(Buffer.from('bonjour')), {
      controlId: 'A1',
      at: '20250314',
      refusal: new Refusal('report.unreadable', 'x'),
    });
    expect(nothing).toContain('MSA|AR||x');
  });
});
