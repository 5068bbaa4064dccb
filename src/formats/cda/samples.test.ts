import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { hasSchema, schemaOfCda } from '../../../test/support/cda-schema.ts';
import type { Entry, Item, LabReport, Section } from '../lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { preparedReport, writeCda } from './write.ts';

const SAMPLES = '../shared/samples/cda';
const samples = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((file) => file.endsWith('.xml')) : [];
const bytesOf = (file: string) => readFileSync(`${SAMPLES}/${file}`);

/** How many of each kind of entry our reading holds. */
function countEntries(report: LabReport): Record<string, number> {
  const counts = {
    observation: 0,
    organizer: 0,
    observationMedia: 0,
    substanceAdministration: 0,
    procedure: 0,
    comment: 0,
    previous: 0,
    section: 0,
  };
  const item = (it: Item): void => {
    if (it.kind === 'result') {
      counts.observation += 1;
      counts.previous += it.previous?.length ?? 0;
      counts.comment += it.comments?.length ?? 0;
      counts.observationMedia += it.media?.length ?? 0;
    } else if (it.kind === 'battery' || it.kind === 'isolate') {
      counts.organizer += 1;
      counts.comment += it.comments?.length ?? 0;
      if (it.kind === 'battery' && it.specimen) counts.procedure += 1;
      for (const inner of it.items) item(inner);
    } else if (it.kind === 'image') counts.observationMedia += 1;
    else if (it.kind === 'attachment') {
      counts.organizer += 1;
      counts.observation += 1;
      counts.observationMedia += 1;
    } else counts.substanceAdministration += 1;
  };
  const entry = (e: Entry): void => {
    counts.procedure += e.specimens?.length ?? 0;
    counts.comment += e.comments?.length ?? 0;
    for (const inner of e.items) item(inner);
  };
  const section = (s: Section): void => {
    counts.section += 1;
    for (const inner of s.entries) entry(inner);
    for (const inner of s.sections) section(inner);
  };
  for (const s of report.sections) section(s);
  return counts;
}

/** The same counts in the XML itself, by another parser. */
function countInXml(bytes: Uint8Array): Record<string, number> {
  using document = XmlDocument.fromBuffer(bytes);
  const count = (path: string) => document.find(path, { c: 'urn:hl7-org:v3' }).length;
  return {
    observation: count("//c:observation[not(parent::c:entryRelationship/@typeCode='REFR')]"),
    organizer: count('//c:organizer'),
    observationMedia: count('//c:observationMedia'),
    substanceAdministration: count('//c:substanceAdministration'),
    procedure: count('//c:procedure'),
    comment: count("//c:act[c:code/@code='48767-8']"),
    previous: count("//c:entryRelationship[@typeCode='REFR']/c:observation"),
    section: count('//c:section'),
  };
}

const withoutNarrative = (section: Section): Section => {
  const { narrative: _, ...rest } = section;
  return { ...rest, sections: section.sections.map(withoutNarrative) };
};

describe.skipIf(samples.length === 0)('an official sample', () => {
  test.each(samples)('%s is read and none of its entries is lost', (file) => {
    const report = readLabReport(bytesOf(file), 'application/xml');
    expect(countEntries(report)).toEqual(countInXml(bytesOf(file)));
    expect(report.warnings.filter(({ code }) => code === 'entry.unread')).toEqual([]);
  });

  test.each(samples)('%s, its narrative taken off and made anew, is read again the same, with no reference to nothing', (file) => {
    const report = readLabReport(bytesOf(file));
    const bare = { ...report, sections: report.sections.map(withoutNarrative) };
    const again = readLabReport(Buffer.from(writeCda(bare)));
    expect(again).toEqual({ ...preparedReport(bare), warnings: [] });
  });

  test.each(samples)('%s, read then written, is read again the same', (file) => {
    const report = readLabReport(bytesOf(file));
    const again = readLabReport(Buffer.from(writeCda(report)));
    expect(again).toEqual({ ...preparedReport(report), warnings: again.warnings });
    expect(again.pdf).toEqual(report.pdf);
  });
});

describe.skipIf(samples.length === 0 || !hasSchema)('the schema of CDA R2 accepts', () => {
  test('every sample written again, with its narrative and with one made from its results', { timeout: 60_000 }, () => {
    const faults = schemaOfCda();
    for (const file of samples) {
      const report = readLabReport(bytesOf(file));
      const variants = [report, { ...report, sections: report.sections.map(withoutNarrative) }];
      expect({ file, faults: variants.flatMap((variant) => faults(writeCda(variant))) }).toEqual({ file, faults: [] });
    }
  });
});
