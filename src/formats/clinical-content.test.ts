import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readClinicalDocument } from './cda/document/read.ts';
import { type ClinicalContent, contentOf, type Place } from './clinical-content.ts';
import type { DocumentSection, Statement } from './clinical-document.ts';
import { treatmentChanges } from './treatment-changes.ts';

const FOLDER = '../shared/samples/cda-other';
const samples = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.xml')) : [];
const read = (file: string) => readClinicalDocument(readFileSync(`${FOLDER}/${file}`));
const entriesOf = (sections: readonly DocumentSection[]): Statement[] =>
  sections.flatMap(({ entries, sections: inner }) => [...entries, ...entriesOf(inner)]);
const placesOf = (content: ClinicalContent): Statement[] =>
  Object.values(content).flatMap((places: readonly Place[]) => places.map(({ entry }) => entry));

describe.skipIf(samples.length === 0)('an official sample', () => {
  test.each(samples)('%s: every entry has its place, under what it is or among the others', (file) => {
    const document = read(file);
    const placed = new Set(placesOf(contentOf(document)));
    expect(entriesOf(document.sections).filter((entry) => !placed.has(entry))).toEqual([]);
  });

  test('the discharge letter says what was taken during the stay and what is to be taken after it', () => {
    const { treatments, allergies, plannedCare, devices, facts } = contentOf(read('LDL-SES_2022.01.xml'));
    expect(
      treatments.map(({ moment, name, start, end, dose, timings }) => [moment, name, start, end, dose?.low, timings[0]?.every]),
    ).toEqual([
      ['during', 'SOLIAN 100 mg', '20180801', '20191029', { value: '1', unit: '{tbl}' }, { value: '1', unit: 'd' }],
      ['after', 'LEPONEX 100 mg', '20191203', '20200202', { value: '1', unit: '{tbl}' }, { value: '1', unit: 'd' }],
    ]);
    expect(allergies).toHaveLength(1);
    expect(plannedCare.map(({ kind, words, at, priority }) => [kind, words, at, priority?.code])).toEqual([
      ['procedure', 'Scanographie des vaisseaux du thorax et/ou du cœur [Angioscanner thoracique]', undefined, 'UR'],
      ['examination', 'Suivi par le psychiatre à prévoir', '20210101', undefined],
      ['visit', 'Médecin traitant', '20191205', 'CS'],
    ]);
    expect(devices.map(({ code }) => code?.code)).toEqual(['J010104']);
    expect(facts.map(({ code }) => code?.code)).toEqual(
      'GEN-065 ORG-070 ORG-074 MED-142 MED-143 MED-309 MED-144 MED-145 MED-146 MED-147 MED-148'.split(' '),
    );
  });

  test('the admission letter says the allergy, its agent, its severity, its status and its reaction', () => {
    const [allergy] = contentOf(read('LDL-EES_2022.01.xml')).allergies;
    expect(allergy).toMatchObject({
      kind: { code: '416098002' },
      agent: { code: '67017786' },
      agentName: 'Paracétamol',
      status: 'active',
      severity: { code: '6736007' },
      clinicalStatus: { code: 'active' },
      reactions: [{ code: { code: '126485001' }, isNegated: true }],
    });
  });

  test('the medical summary says problems now and then, the reason of each treatment and the family history', () => {
    const { problems, treatments, procedures } = contentOf(read('VSM_1.4_2022.01.xml'));
    expect(problems.map(({ section, code, status, relative }) => [section.code?.code, code?.code, status, relative?.code])).toEqual([
      ['11450-4', 'G45.9', 'active', undefined],
      ['11450-4', 'I20.0', 'active', undefined],
      ['11348-0', 'N10', 'completed', undefined],
      ['11348-0', 'I21.1', 'completed', undefined],
      ['10157-6', 'D57.1', 'completed', 'MTH'],
    ]);
    expect(treatments.map(({ name, reasons, noEnd }) => [name, reasons[0]?.code?.code, noEnd])).toEqual([
      ['PLAVIX 75 mg', 'I20.0', 'UNK'],
      ['COUMADINE 5mg', 'G45.9', 'UNK'],
    ]);
    expect(procedures.map(({ code, start, reasons }) => [code?.code, start, reasons[0]?.code?.code])).toEqual([
      ['DDAF004', '20180114', 'I21.1'],
    ]);
  });

  test('what changed: one treatment stopped in the stay, one started', () => {
    expect(treatmentChanges(read('LDL-SES_2022.01.xml')).map(({ change, treatment }) => [treatment.name, change])).toEqual([
      ['LEPONEX 100 mg', 'started'],
      ['SOLIAN 100 mg', 'stopped'],
    ]);
  });
});
