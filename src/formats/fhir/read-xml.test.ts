import { readFileSync } from 'node:fs';
import { Fhir } from 'fhir';
import { describe, expect, test } from 'vitest';
import { reportOf } from '../../../test/support/reports.ts';
import { formatOfBytes } from '../any/sniff.ts';
import { readLabReport } from '../read-lab-report.ts';
import { fhirXmlToJson } from './read-xml.ts';
import { writeFhir } from './write.ts';
import { COMMON, ELEMENTS, RESOURCES } from './xml-elements.ts';

const oracle = new Fhir();
const read = (xml: string) => JSON.parse(fhirXmlToJson(Buffer.from(xml)).toString()) as unknown;
const open = '<Patient xmlns="http://hl7.org/fhir">';

const PATIENT = {
  resourceType: 'Patient',
  meta: { profile: ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'] },
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'Fictiville' } }],
  identifier: [{ use: 'official', system: 'urn:oid:1.2.250.1.213.1.4.10', value: '0279035121518989' }],
  active: true,
  name: [{ family: 'ESSAI & FILS', given: ['JEANNE', 'ANNE'] }],
  birthDate: '1955-06-12',
  multipleBirthInteger: 2,
};

describe('a resource in XML', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a patient', PATIENT],
    [
      'a submission of documents',
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: 'urn:uuid:00000000-0000-4000-8000-00000000000a',
            resource: {
              resourceType: 'DocumentReference',
              contained: [PATIENT],
              status: 'current',
              content: [{ attachment: { contentType: 'application/xml', size: 42, hash: '+03OI5Tgkn2CmXCv1bOyrQ+cGJk=' } }],
              context: { period: { start: '2026-03-02T08:10:00+01:00' }, related: [{ identifier: { value: '7' } }] },
            },
            request: { method: 'POST', url: 'DocumentReference' },
          },
          { resource: { resourceType: 'Binary', contentType: 'text/plain', data: 'TGE=' }, request: { method: 'POST', url: 'Binary' } },
        ],
      },
    ],
    [
      'a patch',
      {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'operation',
            part: [
              { name: 'type', valueCode: 'replace' },
              { name: 'path', valueString: 'DocumentReference.status' },
              { name: 'value', valueCode: 'superseded' },
            ],
          },
        ],
      },
    ],
  ])('is the JSON that another library writes as it: %s', (_, resource) => {
    expect(read(oracle.objToXml(resource))).toEqual(resource);
  });

  test('keeps what is said besides a value, a narrative as it is, the digits of a number', () => {
    const quantity = '<valueQuantity><value value="1.10"/></valueQuantity>';
    const xml = `${open}<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></text><extension url="u">${quantity}</extension><name><given value="A"/><given id="x"><extension url="v"><valueBoolean value="false"/></extension></given></name></Patient>`;
    expect(fhirXmlToJson(Buffer.from(xml)).toString()).toBe(
      '{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">a <b>b</b></div>"},"extension":[{"url":"u","valueQuantity":{"value":1.10}}],"name":[{"given":["A",null],"_given":[null,{"id":"x","extension":[{"url":"v","valueBoolean":false}]}]}]}',
    );
  });

  test.each([
    ['an element that it has not', `${open}<colour value="blue"/></Patient>`, 'request.invalid'],
    ['two of what there is one of', `${open}<gender value="male"/><gender value="female"/></Patient>`, 'request.invalid'],
    ['a word for a number', `${open}<multipleBirthInteger value="two"/></Patient>`, 'request.invalid'],
    ['a word for yes or no', `${open}<active value="yes"/></Patient>`, 'request.invalid'],
    ['no namespace', '<Patient/>', 'request.invalid'],
    ['a resource that no report has', '<Medication xmlns="http://hl7.org/fhir"/>', 'deposit.unsupported-format'],
    ['a name of ours', '<Element xmlns="http://hl7.org/fhir"/>', 'deposit.unsupported-format'],
    ['half of it', `${open}<gender`, 'report.unreadable'],
    ['an entity', `<!DOCTYPE Patient [<!ENTITY a "b">]>${open}<gender value="&a;"/></Patient>`, 'report.hostile'],
  ])('with %s is refused', (_, xml, code) => {
    expect(() => read(xml)).toThrow(expect.objectContaining({ code }));
  });
});

test('a laboratory report in XML, as another library writes it, is read as the same report in JSON', () => {
  const json = writeFhir(reportOf(7));
  const xml = Buffer.from(oracle.objToXml(JSON.parse(json) as object));
  const { warnings: _, ...fromXml } = readLabReport(xml, 'application/fhir+xml');
  const { warnings: __, ...fromJson } = readLabReport(Buffer.from(JSON.stringify(JSON.parse(json))), 'application/fhir+json');
  expect(fromXml).toEqual(fromJson);
  expect([formatOfBytes(xml), formatOfBytes(Buffer.from('<ClinicalDocument/>'))]).toEqual(['fhir', 'cda']);
  const half = '<Bundle xmlns="http://hl7.org/fhir"><colour value="x"/></Bundle>';
  expect(() => readLabReport(Buffer.from(half), 'application/fhir+xml')).toThrow(expect.objectContaining({ code: 'report.unreadable' }));
});

interface Defined {
  _name: string;
  _type: string;
  _multiple?: boolean;
  _properties?: Defined[];
}

const NUMBERS: ReadonlySet<string> = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);
const LETTERS: Readonly<Record<string, string>> = { boolean: 'b', xhtml: 'x', Resource: 'R' };

/** As the table writes it; an element with elements of its own is named in the table by its path. */
function kindOf(defined: Defined | undefined, said: string): string {
  if (!defined || defined._properties || defined._type.startsWith('#')) return said;
  const { _type: type } = defined;
  if (NUMBERS.has(type)) return 'n';
  return LETTERS[type] ?? (/^[a-z]/.test(type) ? '' : type);
}

test('the table says of each element what R4 says: whether it repeats, a number, yes or no', () => {
  const types = JSON.parse(readFileSync('node_modules/fhir/profiles/types.json', 'utf8')) as Record<string, { _properties: Defined[] }>;
  const definitionsOf = (path: string) => {
    const [type = '', ...steps] = path.split('.');
    return steps.reduce((all, step) => all.find(({ _name }) => _name === step)!._properties!, types[type]!._properties);
  };
  let looked = 0;
  for (const [path, line] of Object.entries(ELEMENTS).filter(([type]) => type !== 'Element')) {
    const defined = definitionsOf(path);
    for (const said of line.split(' ').filter((one) => one !== '')) {
      const [, name = '', star = '', type = ''] = /^(\w+)(\*?):?(.*)$/.exec(said)!;
      const one = defined.find(({ _name }) => _name === name);
      expect([path, name, star === '*', type]).toEqual([path, name, one?._multiple === true, kindOf(one, type)]);
      looked += 1;
    }
    const known = new Set(`${COMMON} ${line}`.split(' ').map((one) => /^\w+/.exec(one)?.[0]));
    const left = defined.filter(({ _name }) => !_name.startsWith('_') && !/^(?:value|signature)/.test(_name) && !known.has(_name));
    expect([path, left.map(({ _name }) => _name)]).toEqual([path, []]);
  }
  expect([looked > 200, [...RESOURCES].every((type) => ELEMENTS[type] !== undefined)]).toEqual([true, true]);
});
