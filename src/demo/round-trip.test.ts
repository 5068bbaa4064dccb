import { describe, expect, test } from 'vitest';
import { readLabReport, resultsOf, type LabReport } from '#formats';
import { dayOf } from './clock.ts';
import { documentBytes } from './document-bytes.ts';
import { freshReport } from './fresh-report.ts';
import { makePopulation } from './population.ts';

const population = makePopulation({ seed: 3, patients: 200, reports: 240, today: dayOf('2026-11-18') });

/** What must survive the journey on the wire: who, which version, and every result as printed. */
const essence = (report: LabReport) => ({
  id: report.id,
  setId: report.setId,
  version: report.version,
  replaces: report.replaces,
  patient: report.patient,
  results: [...resultsOf(report)].map(({ result, chapter, isolate, battery }) => ({
    code: { code: result.code.code, originalText: result.code.originalText, local: result.code.translations?.[0]?.code },
    status: result.status,
    at: result.at,
    value: result.value,
    interpretations: result.interpretations,
    reference: result.reference,
    comments: result.comments,
    method: result.method?.code,
    previous: result.previous?.map(({ at, value }) => ({ at, value })),
    chapter: chapter.code?.code,
    battery: battery?.code?.code,
    isolate: isolate?.organism.code,
  })),
});

describe('a document of the demo', () => {
  test('says, read back by our reader, exactly what was generated, and the reader has nothing to warn of', () => {
    let n = 0;
    for (const document of population.documents()) {
      n++;
      const read = readLabReport(documentBytes(document, n), 'application/xml');
      expect(essence(read)).toEqual(essence(document.report));
      expect(read.warnings).toEqual([]);
    }
    expect(n).toBe(240);
  });

  test('carries a PDF of the laboratory', () => {
    const [document] = population.documentsOf(1);
    const { pdf } = readLabReport(documentBytes(document!, 1), 'application/xml');
    expect(Buffer.from(pdf!.base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
  });
});

describe('a fresh report', () => {
  test('is Odette’s, of now, in the wall time of France, winter and summer', () => {
    const winter = freshReport(new Date('2026-11-18T15:10:00Z')).report;
    expect(winter.createdAt).toBe('20261118161000+0100');
    const summer = freshReport(new Date('2027-07-14T22:20:00Z')).report;
    expect(summer.createdAt).toBe('20270715002000+0200');
    expect(winter.patient.birthFamily).toBe('ESSAI-MARCHAND');
    expect(winter.id).not.toEqual(summer.id);
  });
});
