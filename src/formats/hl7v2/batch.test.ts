import { describe, expect, it } from 'vitest';
import { oru } from '../../../test/support/oru-message.ts';
import { outcomeOf } from '../../../test/support/outcome.ts';
import { validateAny } from '../any/validate.ts';
import { readAny } from '../any/read.ts';
import { hl7MessagesIn } from './batch.ts';

const numbered = (id: string, results = 1) => oru(results).replace('M000123', id);
const BHS = 'BHS|^~\\&|SIL-DEMO|350000001\r';
const FHS = 'FHS|^~\\&|SIL-DEMO|350000001\r';
const batch = (...messages: string[]) => `${BHS}${messages.join('')}BTS|${messages.length}\r`;
const file = (...batches: string[]) => `${FHS}${batches.join('')}FTS|${batches.length}\r`;

const messagesIn = (text: string) => hl7MessagesIn(Buffer.from(text)).map((message) => Buffer.from(message).toString());

describe('a file of several messages', () => {
  const [one, two, three] = [numbered('M1'), numbered('M2', 2), numbered('M3')];

  it('gives each of them, whatever frames are around', () => {
    expect(messagesIn(file(batch(one, two), batch(three)))).toEqual([one, two, three]);
    expect(messagesIn(batch(one, two))).toEqual([one, two]);
    expect(messagesIn(one + two)).toEqual([one, two]);
    expect(messagesIn(one)).toEqual([one]);
    expect(messagesIn(`\v${one}\u001c\r`)).toEqual([`\v${one}\u001c\r`]);
  });

  it('is read as so many reports, each with its own results', () => {
    const { format, contents } = readAny(Buffer.from(file(batch(one, two))));
    expect(format).toBe('hl7');
    expect(contents.map((content) => (content.kind === 'report' ? content.report.id.extension : content.kind))).toEqual(['M1', 'M2']);
    expect(contents.map(({ part }) => Buffer.from(part!).toString())).toEqual([one, two]);
  });

  it('with line ends of files, and each message in its own character set, is read the same', () => {
    const latin = Buffer.from(one.replace('UNICODE UTF-8', '8859/1').replaceAll('\r', '\r\n'), 'latin1');
    const whole = Buffer.concat([Buffer.from(BHS), latin, Buffer.from(two), Buffer.from('BTS|2\r')]);
    const { contents } = readAny(whole);
    const labels = contents.flatMap((content) => (content.kind === 'report' ? content.report.custodian.name : []));
    expect(labels).toEqual(['LBM DEMO des Tilleuls', 'LBM DEMO des Tilleuls']);
  });

  it('that announces more messages or batches than it holds is refused: it was cut on the way', () => {
    const refused = (text: string) => outcomeOf(() => messagesIn(text));
    expect(refused(batch(one, two).replace('BTS|2', 'BTS|3'))).toBe('report.unreadable at BTS-1');
    expect(refused(file(batch(one)).replace('FTS|1', 'FTS|2'))).toBe('report.unreadable at FTS-1');
    expect(refused(`${BHS}${one}`)).toBe('report.unreadable at BTS');
    expect(refused(`${FHS}${batch(one)}`)).toBe('report.unreadable at FTS');
    expect(refused(`${BHS}${batch(one)}`)).toBe('report.unreadable at BHS');
    expect(refused(`${one}BTS|1\r`)).toBe('report.unreadable at BTS');
  });

  it('of which one is wrong says which', () => {
    const wrong = two.replace(/PID[^\r]*\r/, '');
    expect(outcomeOf(() => readAny(Buffer.from(batch(one, wrong))))).toBe('report.unreadable at message 2 PID');
  });

  it('is checked message by message', () => {
    const unsaid = two.replaceAll('|||F|||', '||||||');
    const findings = validateAny(Buffer.from(batch(one, unsaid)));
    expect(findings.map(({ at }) => at)).toContain('message 2 OBX[1]-11');
    expect(findings.every(({ at }) => at.startsWith('message '))).toBe(true);
  });

  it('too many to be a file of one sending is refused', () => {
    expect(outcomeOf(() => messagesIn('MSH|^~\\&|A\r'.repeat(1_200)))).toBe('report.hostile at message 1001');
  });
});
