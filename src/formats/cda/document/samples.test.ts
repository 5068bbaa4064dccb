import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import type { ClinicalDocument, DocumentSection, Statement } from '../../clinical-document.ts';
import { hasSchema, schemaOfCda } from '../../../../test/support/cda-schema.ts';
import { readClinicalDocument } from './read.ts';
import { writeClinicalDocument } from './write.ts';

const FOLDERS = ['../shared/samples/cda-other', '../shared/samples/cda'];
const samples = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .map((file) => `${folder}/${file}`),
);
const NS = { c: 'urn:hl7-org:v3' };

const ELEMENTS: Readonly<Record<Statement['kind'], string>> = {
  act: 'act',
  observation: 'observation',
  procedure: 'procedure',
  encounter: 'encounter',
  administration: 'substanceAdministration',
  supply: 'supply',
  organizer: 'organizer',
  media: 'observationMedia',
  region: 'regionOfInterest',
};

const under = (statement: Statement): Statement[] => [statement, ...statement.relations.flatMap((relation) => under(relation.statement))];
const sectionsOf = (sections: readonly DocumentSection[]): DocumentSection[] =>
  sections.flatMap((section) => [section, ...sectionsOf(section.sections)]);
const statementsOf = (document: ClinicalDocument) => sectionsOf(document.sections).flatMap(({ entries }) => entries.flatMap(under));

/**
 * Values that the header of the XML gives: codes, identifiers, times, names, telephones. Templates and fixed class codes are
 * structure; a nullFlavor says that there is no value, as its absence from the model does.
 */
function headerValues(xml: XmlDocument): string[] {
  const STRUCTURE = new Set([
    'nullFlavor',
    'classCode',
    'moodCode',
    'typeCode',
    'determinerCode',
    'type',
    'schemaLocation',
    'contextControlCode',
    'qualifier',
  ]);
  /** The sex is kept as its code. */
  const SKIPPED = /^(templateId|typeId|signatureCode|component|administrativeGenderCode)$/;
  const values: string[] = [];
  const walk = (element: XmlElement): void => {
    if (SKIPPED.test(element.name)) return;
    for (const attribute of element.attrs) if (!STRUCTURE.has(attribute.name)) values.push(attribute.content.trim());
    let hasChild = false;
    for (let child = element.firstChild; child; child = child.next) {
      if (!(child instanceof XmlElement)) continue;
      hasChild = true;
      walk(child);
    }
    if (!hasChild) values.push(element.content.replace(/\s+/g, ' ').trim());
  };
  const root = xml.get('//c:ClinicalDocument', NS);
  for (let child = (root as XmlElement).firstChild; child; child = child.next) if (child instanceof XmlElement) walk(child);
  return values.filter((value) => value !== '');
}

describe.skipIf(samples.length === 0)('an official sample', () => {
  test.each(samples)('%s: every heading and every coded entry is read', (file) => {
    const bytes = readFileSync(file);
    const document = readClinicalDocument(bytes);
    using xml = XmlDocument.fromBuffer(bytes);
    const count = (path: string) => xml.find(path, NS).length;
    const statements = statementsOf(document);
    for (const [kind, name] of Object.entries(ELEMENTS)) {
      const read = statements.filter((statement) => statement.kind === kind).length;
      expect({ kind, read }).toEqual({ kind, read: count(`//c:structuredBody//c:${name}`) });
    }
    expect(sectionsOf(document.sections)).toHaveLength(count('//c:section'));
    expect(sectionsOf(document.sections).filter(({ narrative }) => narrative !== undefined)).toHaveLength(count('//c:section/c:text'));
    expect(document.warnings.filter(({ code }) => code === 'entry.unread')).toEqual([]);
  });

  test.each(samples)('%s: every value of its header is read', (file) => {
    const bytes = readFileSync(file);
    using xml = XmlDocument.fromBuffer(bytes);
    const { sections: _, body: __, pdf: ___, warnings: ____, ...header } = readClinicalDocument(bytes);
    const said = JSON.stringify(header);
    expect(headerValues(xml).filter((value) => !said.includes(JSON.stringify(value).slice(1, -1)))).toEqual([]);
  });

  test.each(samples)('%s: read then written is read again the same, and valid against the schema of CDA R2', {
    timeout: 60_000,
  }, (file) => {
    const document = readClinicalDocument(readFileSync(file));
    const again = readClinicalDocument(Buffer.from(writeClinicalDocument(document)));
    expect({ ...again, warnings: [] }).toEqual({ ...document, warnings: [] });
  });
});

describe.skipIf(samples.length === 0 || !hasSchema)('the schema of CDA R2 accepts', () => {
  test('every sample read then written', { timeout: 60_000 }, () => {
    const faults = schemaOfCda();
    for (const file of samples) {
      const written = writeClinicalDocument(readClinicalDocument(readFileSync(file)));
      expect({ file, faults: faults(written) }).toEqual({ file, faults: [] });
    }
  });
});
