import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readClinicalDocument, writeDischargeLetter } from '#formats';
import { dischargeLetter } from '../../../test/support/discharge-letter.ts';
import { letterOf } from '../../../test/support/letters.ts';
import { joinContext } from './join-context.ts';
import { documentContext } from './read-context.ts';

const FOLDER = '../shared/samples/cda-other';
const item = {
  documentId: 'd1',
  group: 'discharge' as const,
  title: 'Lettre de liaison à la sortie',
  servedAt: '2026-10-28T08:00:00.000Z',
  servedUntil: '2026-11-06T15:00:00.000Z',
  issuedAt: '2026-11-06T15:20:00.000Z',
  structure: { finess: '990200301', name: 'CH des Essais' },
  authors: [],
};
const sample = (file: string, group: 'discharge' | 'vaccination' | 'summary' = 'discharge') =>
  documentContext({ ...item, group }, readClinicalDocument(readFileSync(`${FOLDER}/${file}`)), 'Europe/Paris');

describe.skipIf(!existsSync(FOLDER))('an official sample', () => {
  test('the discharge letter gives its stay, what was taken and when, and says that nobody was transfused or that somebody was', () => {
    const { stays, treatments, events, changes } = sample('LDL-SES_2022.01.xml');
    expect(stays).toHaveLength(1);
    expect(
      treatments.map(({ name, dose, from, until, isStopped }) => [name, dose, from.slice(0, 10), until?.slice(0, 10), isStopped]),
    ).toEqual([
      ['SOLIAN', '100 mg, 1 cp / d', '2018-07-31', '2019-10-28', true],
      ['LEPONEX', '100 mg, 1 cp / d', '2019-12-02', '2020-02-01', undefined],
    ]);
    expect(events.every(({ kind }) => kind === 'transfusion')).toBe(true);
    expect(changes?.items.map(({ change, name }) => [change, name])).toEqual([
      ['started', 'LEPONEX'],
      ['stopped', 'SOLIAN'],
    ]);
  });

  test('the vaccination record gives each vaccine at its date', () => {
    const { events } = sample('VAC_2023.01.xml', 'vaccination');
    expect(events.length).toBeGreaterThan(1);
    expect(events.every(({ kind, label, from }) => kind === 'vaccination' && label !== '' && from < '2027')).toBe(true);
  });
});

describe('the conclusion of a document', () => {
  const written = (title: string, narrative: string) => {
    const document = letterOf(1, { narrative });
    document.sections[0]!.title = title;
    return documentContext(item, document, 'Europe/Paris').document;
  };

  test('is in its own words, from the heading that concludes', () => {
    expect(written('Conclusion', '<paragraph>Kératose actinique, sans signe de malignité.</paragraph>').conclusion).toBe(
      'Kératose actinique, sans signe de malignité.',
    );
  });

  test('is not made up where no heading concludes', () => {
    expect(written('Traitements', '<paragraph>Furosémide</paragraph>').conclusion).toBeUndefined();
  });

  test('says that it is cut when it is long', () => {
    const { conclusion, isCut } = written('Conclusion', `<paragraph>${'mot '.repeat(400)}</paragraph>`);
    expect([conclusion!.length <= 601, isCut]).toEqual([true, true]);
  });
});

describe('the allergies for the banner', () => {
  const told = (more: Partial<typeof item> = {}, change = (xml: string) => xml) =>
    documentContext(
      { ...item, ...more },
      readClinicalDocument(Buffer.from(change(writeDischargeLetter(dischargeLetter()))), 'text/xml'),
      'Europe/Paris',
    );

  test('are what a letter tells in codes, with who wrote it and when; told twice, once, by the latest', () => {
    const later = { documentId: 'd2', issuedAt: '2026-11-20T09:00:00.000Z' };
    const { allergies } = joinContext([told(), told(later)], []);
    expect(allergies).toMatchObject([{ words: 'Amoxicilline', structure: 'CH des Essais', saidAt: later.issuedAt, documentId: 'd2' }]);
  });

  test('are not what a letter denies', () => {
    const denied = told({}, (xml) => {
      const opening = xml.lastIndexOf('<observation ', xml.indexOf('1.3.6.1.4.1.19376.1.5.3.1.4.6"'));
      return `${xml.slice(0, opening)}<observation negationInd="true" ${xml.slice(opening + '<observation '.length)}`;
    });
    expect(denied.allergies).toEqual([]);
  });
});
