import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dischargeLetter } from '../../../../test/support/discharge-letter.ts';
import { damaged, randomFrom } from '../../../../test/support/random-xml.ts';
import { contentOf } from '../../clinical-content.ts';
import type { DocumentSection } from '../../clinical-document.ts';
import { treatmentChanges } from '../../treatment-changes.ts';
import { letterOf } from '../letter/read.ts';
import { writeDischargeLetter } from '../letter/write.ts';
import { narrativeToHtml, narrativeToText } from '../narrative-html.ts';
import { readClinicalDocument } from './read.ts';
import { writeClinicalDocument } from './write.ts';
import { runs } from '../../../../test/support/runs.ts';

const letter = writeDischargeLetter(dischargeLetter());
const read = (xml: string) => readClinicalDocument(Buffer.from(xml));
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code, at: expect.any(String) });

const FOREIGN = /<(?:script|style|iframe|object|img|a)\b|\son\w+=|javascript:/i;

/**
 * Everything that is done with a document once it is read: none of it may fail on what was read.
 * @returns what went wrong, undefined when nothing did
 */
function useAll(xml: string): string | undefined {
  try {
    const document = read(xml);
    contentOf(document);
    treatmentChanges(document);
    letterOf(document);
    const narratives = (sections: readonly DocumentSection[]): string[] =>
      sections.flatMap(({ narrative, sections: inner }) => [...(narrative === undefined ? [] : [narrative]), ...narratives(inner)]);
    const shown = narratives(document.sections);
    shown.forEach(narrativeToText);
    if (shown.some((narrative) => FOREIGN.test(narrativeToHtml(narrative)))) return 'a narrative let foreign markup through';
    return read(writeClinicalDocument(document)).id.root === document.id.root ? undefined : 'written otherwise than read';
  } catch (error) {
    const { name, at } = error as { name: string; at?: string };
    return name === 'Refusal' && at !== undefined ? undefined : String(error);
  }
}

describe('a hostile document is refused', () => {
  test.each([
    ['a document type', 'report.hostile', letter.replace('<ClinicalDocument', '<!DOCTYPE a [<!ENTITY x "y">]><ClinicalDocument')],
    ['an entity', 'report.unreadable', letter.replace('Décompensation', '&x;')],
    [
      'entries without end, one in another',
      'report.hostile',
      letter.replace(/<entry>/, `<entry>${'<act><entryRelationship>'.repeat(200)}`),
    ],
    ['sections without end', 'report.hostile', letter.replace('<structuredBody>', `<structuredBody>${'<component><section>'.repeat(200)}`)],
    ['a flood of elements', 'report.hostile', letter.replace('<structuredBody>', `<structuredBody>${'<component/>'.repeat(60_000)}`)],
    ['a truncated document', 'report.unreadable', letter.slice(0, letter.length / 2)],
    ['nothing', 'report.unreadable', ''],
    ['another root', 'report.not-a-document', '<Bundle xmlns="http://hl7.org/fhir"/>'],
    ['no body', 'report.unreadable', letter.replace(/<component>.*<\/component>/s, '')],
    ['no patient', 'report.unreadable', letter.replace(/<recordTarget>.*<\/recordTarget>/s, '')],
    ['an INS without its traits', 'report.identity-incomplete', letter.replace(/<birthplace>.*?<\/birthplace>/s, '')],
  ])('%s', (_, code, xml) => {
    expect(xml).not.toBe(letter);
    expect(() => read(xml)).toThrow(refused(code));
  });

  test('a small one whose entries all point to the same long words', () => {
    const long = `<paragraph ID="long">${'mot '.repeat(25_000)}</paragraph>`;
    const entry =
      '<entry><observation classCode="OBS" moodCode="EVN"><code code="a"><originalText><reference value="#long"/></originalText></code></observation></entry>';
    const section = `<component><section><text>${long}</text>${entry.repeat(1_000)}</section></component>`;
    expect(() => read(letter.replace('<structuredBody>', `<structuredBody>${section}`))).toThrow(refused('report.hostile'));
  });
});

describe('what a document says amiss is told, and kept', () => {
  test('a body that is called a PDF and is none', () => {
    const body = '<nonXMLBody><text mediaType="application/pdf" representation="B64">bm9u</text></nonXMLBody>';
    const document = read(letter.replace(/<structuredBody>.*<\/structuredBody>/s, body));
    expect(document.body).toEqual({ mediaType: 'application/pdf', base64: 'bm9u' });
    expect(document.warnings.map(({ code }) => code)).toEqual(['body.not-a-pdf']);
  });

  test('a body of words, which become bytes', () => {
    const document = read(letter.replace(/<structuredBody>.*<\/structuredBody>/s, '<nonXMLBody><text>Vu ce jour</text></nonXMLBody>'));
    expect(document).toMatchObject({
      format: 'cda-n1',
      body: { mediaType: 'text/plain', base64: Buffer.from('Vu ce jour').toString('base64') },
    });
  });

  test('an element that the model does not hold', () => {
    const document = read(letter.replace('<observation ', '<observation><unheardOf value="1"/></observation></entry><entry><observation '));
    expect(document.warnings).toContainEqual(expect.objectContaining({ code: 'entry.unread', at: expect.stringContaining('unheardOf') }));
  });
});

describe('whatever bytes come', () => {
  test('a damaged letter is read and used, or refused with a place', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 4 }), (seed, times) => {
        const random = randomFrom(seed);
        let xml = letter;
        for (let n = 0; n < times; n++) xml = damaged(random, xml);
        expect(useAll(xml)).toBeUndefined();
      }),
      { numRuns: runs(300) },
    );
  });

  test('random ones are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readClinicalDocument(bytes)).toThrow(expect.objectContaining({ name: 'Refusal' }));
      }),
    );
  });
});
