import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Hl7Message } from '@medplum/core';
import fc from 'fast-check';
import { Message } from 'node-hl7-client';
import { describe, expect, it } from 'vitest';
import { oru } from '../../../test/support/oru-message.ts';
import { decodeHl7 } from './charset.ts';
import { escape, unescape } from './escapes.ts';
import { components, type Hl7Reading, isNull, lexMessage, repetitions, words } from './lexer.ts';
import { messageHeaderOf } from './read-header.ts';
import { writeAck } from './write-ack.ts';

/**
 * Our reader of HL7 v2 beside two others, written by other people for other countries: where all three cut a message in the same places,
 * a field is what the standard says. Medplum for segments, fields, repetitions and components; node-hl7-client for values with their escapes.
 */

/** Every piece of a message by the place where it stands, as our reader cuts it: `OBX[3]-5.2~1`. */
function ourPieces(r: Hl7Reading): Record<string, string> {
  const pieces: Record<string, string> = {};
  for (const segment of r.segments) {
    segment.fields.forEach((field, n) => {
      if (isText(segment.name, n, field)) {
        repetitions(r, segment, n).forEach((repetition, k) =>
          components(r, repetition).forEach((piece, c) => (pieces[`${segment.name}[${segment.nth}]-${n}.${c + 1}~${k}`] = piece)),
        );
      }
    });
  }
  return pieces;
}

/** As Medplum does. */
function theirPieces(text: string): Record<string, string> {
  const pieces: Record<string, string> = {};
  const seen = new Map<string, number>();
  for (const segment of Hl7Message.parse(text).segments) {
    const nth = (seen.get(segment.name) ?? 0) + 1;
    seen.set(segment.name, nth);
    for (let n = 1; n < segment.fields.length + 1; n++) {
      const field = segment.getField(n);
      if (!field || !isText(segment.name, n, field.toString())) continue;
      field.components.forEach((repetition, k) =>
        repetition.forEach((piece, c) => (pieces[`${segment.name}[${nth}]-${n}.${c + 1}~${k}`] = piece)),
      );
    }
  }
  return pieces;
}

/** Not the names, nor the separators of MSH-1 and MSH-2, nor what is empty or none: those hold no text to cut. */
const isText = (name: string, n: number, field: string) => n > (name === 'MSH' ? 2 : 0) && field !== '' && !isNull(field);

const read = (text: string) => lexMessage(text, []);

const SAMPLES = '../shared/samples/hl7v2';
const samples = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((name) => /\.(?:hl7|er7)$/.test(name)) : [];
/** A whole national example in segments that end with CR, as the standard has them. */
const sample = (name: string) => decodeHl7(readFileSync(`${SAMPLES}/${name}`)).text.replaceAll(/\r?\n|\r/g, '\r');

const piece = fc.string({ unit: fc.constantFrom(...'aé7 .\\F\\-&'), maxLength: 5 });
const field = fc
  .array(
    fc.array(piece, { minLength: 1, maxLength: 4 }).map((all) => all.join('^')),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => all.join('~'));
const segment = fc
  .tuple(fc.constantFrom('OBX', 'OBR', 'NTE', 'ZXY', 'PV1'), fc.array(field, { maxLength: 9 }))
  .map(([name, fields]) => [name, ...fields].join('|'));
const HEAD = 'MSH|^~\\&|SIL-DEMO|350000001|CIGOGNE|REGION|20250314113500+0100||ORU^R01^ORU_R01|M1|T|2.5';
const anyMessage = fc.array(segment, { maxLength: 6 }).map((all) => `${[HEAD, ...all].join('\r')}\r`);

describe('segments, fields, repetitions and components, beside Medplum', () => {
  it('are the same in a message of results', () => {
    const ours = ourPieces(read(oru(5)));
    expect(ours).toEqual(theirPieces(oru(5)));
    expect(ours['OBX[5]-3.2~0']).toBe('Analyte numéro 4');
    expect(ours['PID[1]-3.1~1']).toBe('255069933412305');
  });

  it('are the same in messages of every shape', () => {
    fc.assert(
      fc.property(anyMessage, (text) => {
        expect(ourPieces(read(text))).toEqual(theirPieces(text));
      }),
      { numRuns: 200 },
    );
  });

  it.each(samples)('are the same in the national example %s', (name) => {
    const text = sample(name);
    const ours = ourPieces(read(text));
    expect(ours).toEqual(theirPieces(text));
    expect(Object.keys(ours).length).toBeGreaterThan(5);
  });
});

describe('values with their escapes, beside node-hl7-client', () => {
  const within = (words: string) => `${HEAD}\rOBX|1|ST|A^B||${escape(words)}|\r`;
  const theirs = (text: string) => new Message({ text: text.trimEnd() });

  it('are the same, whatever words we write', () => {
    const said = fc
      .string({ unit: fc.constantFrom(...'ab|^~\\&é°µ 0.<>'), minLength: 1, maxLength: 12 })
      .map((text) => `x${text.trimEnd()}x`);
    fc.assert(
      fc.property(said, (text) => {
        const message = within(text);
        const r = read(message);
        expect(words(r, r.segments[1], 5)).toBe(text);
        expect(theirs(message).get('OBX.5').toString()).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('are the same for each escape of the standard that both read', () => {
    const d = read(HEAD).d;
    for (const escaped of ['\\F\\', '\\S\\', '\\T\\', '\\R\\', '\\E\\', '\\X41\\', 'a\\T\\b\\E\\c'])
      expect(theirs(HEAD).unescape(escaped)).toBe(unescape(escaped, d));
  });

  it('and our own answer to a message, are read by it', () => {
    const ack = theirs(writeAck(messageHeaderOf(Buffer.from(oru(1))), { controlId: 'A1', at: '20250314120000+0000' }));
    expect([ack.get('MSA.1').toString(), ack.get('MSA.2').toString()]).toEqual(['AA', 'M000123']);
  });

  it.each(samples)('agree on who sends, what and about whom in the national example %s', (name) => {
    const text = sample(name);
    const [r, other] = [read(text), theirs(text)];
    const of = (segmentName: string) => r.segments.find((one) => one.name === segmentName);
    for (const [path, ours] of [
      ['MSH.3.1', words(r, of('MSH'), 3)],
      ['MSH.9.2', words(r, of('MSH'), 9, 2)],
      ['MSH.10', words(r, of('MSH'), 10)],
      ['PID.5.1', words(r, of('PID'), 5)],
      ['PID.7', words(r, of('PID'), 7)],
    ] as const) {
      const theirsAt = other.get(path).toString();
      expect([path, theirsAt]).toEqual([path, ours ?? '']);
    }
  });
});
