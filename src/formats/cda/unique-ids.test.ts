import { describe, expect, test } from 'vitest';
import { hasSchema, schemaOfCda } from '../../../test/support/cda-schema.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import type { Image, LabReport, Result, Section } from '../lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { withUniqueIds } from './unique-ids.ts';
import { preparedReport, writeCda } from './write.ts';

const image = (base64: string, ref?: string): Image => ({ kind: 'image', mediaType: 'image/png', base64, ...(ref && { ref }) });
const named = (words: string, ref: string): Result => ({ kind: 'result', code: { originalText: words, ref }, status: 'completed' });
const chapter = (narrative: string | undefined, ...items: (Result | Image)[]): Section => ({
  kind: 'chapter',
  ...(narrative !== undefined && { narrative }),
  entries: [{ code: { code: 'a', system: '1.2' }, status: 'completed', items }],
  sections: [],
});
const reportOf = (...sections: Section[]): LabReport => ({ ...chemistryReport(0), sections });
const idsOf = (xml: string) => [...xml.matchAll(/ ID=["']([^"']+)["']/g)].map(([, id]) => id);
const written = (report: LabReport) => {
  const xml = writeCda(report);
  const again = readLabReport(Buffer.from(xml), 'application/xml');
  expect({ ...again, warnings: [] }).toEqual(preparedReport(report));
  return { xml, again };
};

describe('every ID is given once in what is written', () => {
  const faults = hasSchema ? schemaOfCda() : () => [];
  const twice = { kind: 'result' as const, code: { originalText: 'x' }, status: 'completed' };
  test.each<[string, LabReport]>([
    [
      'a picture that hangs on two results',
      reportOf(chapter(undefined, { ...twice, media: [image('AAAA', 'm.1')] }, image('AAAA', 'm.1'))),
    ],
    ['two chapters that each number their pictures', reportOf(chapter('x', image('AAAA', 'm.1')), chapter('x', image('BBBB', 'm.1')))],
    [
      'a picture named as the writer names its own',
      reportOf(chapter(undefined, image('AAAA')), chapter(undefined, image('BBBB', 'media1'))),
    ],
    ['a picture named as the line of a result', reportOf(chapter(undefined, named('a', 'x')), chapter('x', image('BBBB', 'r1')))],
    ['a picture named as the PDF copy', { ...reportOf(chapter(undefined, image('AAAA', 'pdf-copy'))), pdf: { base64: 'JVBERg==' } }],
    ['two narratives numbered alike', reportOf(chapter('<paragraph ID="r1">a</paragraph>'), chapter('<paragraph ID="r1">b</paragraph>'))],
    ['a name that is no name', reportOf(chapter('<paragraph ID="1 é">a</paragraph>', named('a', '1 é')))],
  ])('%s', (_, report) => {
    const ids = idsOf(written(report).xml);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    expect(faults(writeCda(report))).toEqual([]);
  });
});

const numberedAlike = reportOf(
  chapter('<paragraph ID="r1">Sodium <renderMultiMedia referencedObject="m"/></paragraph>', named('Sodium', 'r1'), image('AAAA', 'm')),
  chapter(
    '<paragraph ID=\'r1\'>Potassium <renderMultiMedia referencedObject="m"/></paragraph>',
    named('Potassium', 'r1'),
    image('BBBB', 'm'),
  ),
);

test('two chapters numbered alike: each result keeps its own line, each text its own picture', () => {
  const { again } = written(numberedAlike);
  expect([...resultsOf(again)].map(({ result }) => [result.code.originalText, result.code.ref])).toEqual([
    ['Sodium', 'r1'],
    ['Potassium', 'r1-2'],
  ]);
  expect(again.sections[1]?.narrative).toBe('<paragraph ID=\'r1-2\'>Potassium <renderMultiMedia referencedObject="m-2"/></paragraph>');
  expect(again.sections[1]?.entries[0]?.items[1]).toMatchObject({ ref: 'm-2', base64: 'BBBB' });
  expect(again.warnings).toEqual([]);
});

test('a received document with two chapters numbered alike: each result takes the words of its own chapter, with a warning', () => {
  const wrong = writeCda(numberedAlike).replaceAll('r1-2', 'r1').replaceAll('m-2', 'm');
  const read = readLabReport(Buffer.from(wrong), 'application/xml');
  expect([...resultsOf(read)].map(({ result }) => result.code.originalText)).toEqual(['Sodium', 'Potassium']);
  expect(read.warnings.map(({ code }) => code)).toEqual(['reference.ambiguous', 'reference.ambiguous']);
});

test('an element and a picture of one name in one chapter: a result leads to the first, the text shows the second', () => {
  const report = reportOf(
    chapter('<paragraph ID="a">Sodium</paragraph><renderMultiMedia referencedObject="a"/>', named('Sodium', 'a'), image('AAAA', 'a')),
  );
  const [section] = withUniqueIds(report).report.sections;
  expect(section?.narrative).toBe('<paragraph ID="a">Sodium</paragraph><renderMultiMedia referencedObject="a-2"/>');
  expect(section?.entries[0]?.items).toMatchObject([{ code: { ref: 'a' } }, { ref: 'a-2' }]);
});

test('links and notes of a text follow what they lead to; words that look like an ID stay', () => {
  const text =
    '<footnote ID="n">ID="n" &lt; 1</footnote><footnoteRef IDREF="n"/><linkHtml href="#n">a</linkHtml><linkHtml href="http://n"/>';
  const [, second] = withUniqueIds(reportOf(chapter(text), chapter(text))).report.sections;
  expect(second?.narrative).toBe(
    '<footnote ID="n-2">ID="n" &lt; 1</footnote><footnoteRef IDREF="n-2"/><linkHtml href="#n-2">a</linkHtml><linkHtml href="http://n"/>',
  );
});

test('a reference to an element of another chapter leads where it led', () => {
  const report = reportOf(
    chapter('<td ID="a">A</td>'),
    chapter('<td ID="a">B</td><td ID="b">C</td>'),
    chapter('x', named('A', 'a'), named('C', 'b')),
  );
  expect([...resultsOf(withUniqueIds(report).report)].map(({ result }) => result.code.ref)).toEqual(['a', 'b']);
});

test('a report whose IDs are right is left as it is', () => {
  const report = reportOf(chapter('<paragraph ID="a">ID = 3</paragraph>', image('AAAA', 'm')));
  expect(withUniqueIds(report).report).toBe(report);
});
