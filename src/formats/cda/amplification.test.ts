import { describe, expect, test } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { writeCda } from './write.ts';

/** A small document whose results all point to the same long words. */
function pointingToLongWords(results: number, characters: number): Buffer {
  const xml = String(writeCda(chemistryReport(1)));
  const observation = /<component><observation .*?<\/observation><\/component>/s.exec(xml)![0];
  const pointing = observation.replace(/<originalText>.*?<\/originalText>/s, '<originalText><reference value="#long"/></originalText>');
  expect(pointing).toContain('#long');
  return Buffer.from(
    xml
      .replace(observation, () => pointing.repeat(results))
      .replace('<text>', () => `<text><paragraph ID="long">${'mot '.repeat(characters / 4)}</paragraph>`),
  );
}

describe('a small document cannot be read as a huge one', () => {
  test('by results that all point to the same long words', () => {
    expect(() => readLabReport(pointingToLongWords(1_000, 100_000), 'application/xml')).toThrow(
      expect.objectContaining({ code: 'report.hostile', at: expect.stringContaining('originalText') }),
    );
  });

  test('while a paragraph that a few results share is read', () => {
    expect(readLabReport(pointingToLongWords(10, 10_000), 'application/xml').sections).toHaveLength(1);
  });
});
