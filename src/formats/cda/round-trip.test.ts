import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryReport } from '../../../test/support/arbitrary-report.ts';
import { hasSchema, schemaOfCda } from '../../../test/support/cda-schema.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { preparedReport, writeCda } from './write.ts';
import { runs } from '../../../test/support/runs.ts';

const written = (xml: string) => readLabReport(Buffer.from(xml), 'application/xml');

test('a typical report written then read is the same, with nothing to warn of', () => {
  const report = chemistryReport(30);
  expect(written(writeCda(report))).toEqual(preparedReport(report));
});

test('any report written then read is the same', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(arbitraryReport, (report) => {
      const again = written(writeCda(report));
      expect({ ...again, warnings: [] }).toEqual(preparedReport(report));
    }),
    { numRuns: runs(150) },
  );
});

test.skipIf(!hasSchema)('any report written is valid against the schema of CDA R2', { timeout: 60_000 }, () => {
  const faults = schemaOfCda();
  fc.assert(
    fc.property(arbitraryReport, (report) => {
      expect(faults(writeCda(report))).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});

test("the laboratory's own PDF goes in and comes out byte for byte, at level 3 and at level 1", () => {
  const pdf = Buffer.from('%PDF-1.4 \u0000\u00ff any bytes');
  for (const report of [chemistryReport(1), { ...chemistryReport(0), format: 'cda-n1' as const, sections: [] }]) {
    const again = written(writeCda(report, { pdf }));
    expect(Buffer.from(again.pdf?.base64 ?? '', 'base64')).toEqual(pdf);
    expect(again).toEqual(preparedReport(report, { pdf }));
  }
});

test('the PDF given takes the place of the copy that the report already holds, once', () => {
  const held = written(writeCda(chemistryReport(1), { pdf: 'AAAA' }));
  const pdf = Buffer.from('%PDF-1.4 the proof');
  const again = written(writeCda(held, { pdf }));
  expect(Buffer.from(again.pdf?.base64 ?? '', 'base64')).toEqual(pdf);
  expect(JSON.stringify(again)).not.toContain('AAAA');
  expect(again.sections.filter(({ kind }) => kind === 'pdf-copy')).toHaveLength(1);
  expect(again.sections.map(({ id }) => id)).toEqual(held.sections.map(({ id }) => id));
  expect(written(writeCda(again))).toEqual(again);
});

test('a corrected report keeps its set, raises its version and names what it replaces', () => {
  const first = chemistryReport(1);
  const second = { ...first, id: { root: '1.2.250.1.999.9.9' }, version: 2, replaces: [first.id] };
  const again = written(writeCda(second));
  expect([again.setId, again.version, again.replaces]).toEqual([first.setId, 2, [first.id]]);
});

test('a made narrative never takes an ID that a given one has', () => {
  const report = chemistryReport(1);
  const given = {
    kind: 'comment' as const,
    narrative: '<paragraph ID="r1">a</paragraph><paragraph ID="c2">b</paragraph>',
    entries: [],
    sections: [],
  };
  const xml = writeCda({ ...report, sections: [given, ...report.sections] });
  const ids = [...xml.matchAll(/ ID="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
