/** Answers in XML, held against a library that others wrote from the definitions of R4: it must read back the very resource, in the order that it writes. */
import { Fhir } from 'fhir';
import { beforeAll, describe, expect, test } from 'vitest';
import { fhirRegion } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { xmlText } from './xml-text.ts';

const { region, get, post } = fhirRegion();
const others = new Fhir();

beforeAll(async () => {
  await post('', laboratoryTransaction(2, { status: 'preliminary' }));
});

const inXml = (path: string) => get(path, { ...region.gp, accept: 'application/fhir+xml' });
/** Names of the elements, in order. */
const elements = (xml: string) => [...xml.matchAll(/<([A-Za-z]\w*)/g)].map(([, name]) => name);

/** That library gives decimals as texts, with their digits: they are numbers where the JSON has numbers. */
function asNumbers(read: unknown, like: unknown): unknown {
  if (typeof like === 'number') return Number(read);
  if (Array.isArray(read) && Array.isArray(like)) return read.map((one, n) => asNumbers(one, like[n] as unknown));
  if (typeof read !== 'object' || read === null || typeof like !== 'object' || like === null) return read;
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, asNumbers(value, (like as Record<string, unknown>)[name])]));
}

describe('an answer in XML', () => {
  test.each([
    'Patient/:patient',
    'Patient?_id=:patient',
    'Observation?patient=:patient&_include=Observation:specimen&_include=Observation:performer',
    'DiagnosticReport?patient=:patient&_revinclude=*',
    'DocumentReference?patient=:patient&_include=DocumentReference:custodian',
    'AuditEvent?patient=:patient&_count=5',
    'Organization?identifier=https://finess.esante.gouv.fr|990400101',
    'PractitionerRole?practitioner=899700000011&_include=*',
    'metadata',
  ])('of %s is the same resource as in JSON, its elements in the order of R4', async (path) => {
    const address = `/${path.replaceAll(':patient', region.patientId)}`;
    const [xml, json] = [await inXml(address), await get(address)];
    expect([xml.status, xml.headers['content-type']]).toEqual([200, 'application/fhir+xml; charset=utf-8']);
    const isTrail = address.startsWith('/AuditEvent');
    const read = others.xmlToObj(xml.text) as Record<string, unknown>;
    // Reading the trail adds to it: its two answers are not the same.
    const expected = isTrail ? read : json.body;
    expect(asNumbers(read, expected)).toEqual(expected);
    expect(elements(xml.text)).toEqual(elements(others.objToXml(read)));
  });

  test('of what is refused is an OperationOutcome in XML too', async () => {
    const { status, text } = await inXml('/Observation?code=1');
    expect([status, (others.xmlToObj(text) as { resourceType: string }).resourceType]).toEqual([400, 'OperationOutcome']);
  });

  test('is given to who asks for it by _format, or accepts it first; JSON to all others', async () => {
    const type = async (accept: string, query = '') =>
      String((await get(`/metadata${query}`, { accept })).headers['content-type']).split(';')[0];
    expect([
      await type('application/fhir+json', '?_format=xml'),
      await type('application/fhir+xml;q=0.9, application/fhir+json;q=0.1'),
      await type('application/fhir+json, application/fhir+xml'),
      await type('*/*'),
      await type('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'),
    ]).toEqual(['application/fhir+xml', 'application/fhir+xml', 'application/fhir+json', 'application/fhir+json', 'application/fhir+json']);
  });
});

describe('what no XML can hold', () => {
  test('is escaped, or left out', () => {
    const text = xmlText({ resourceType: 'Patient', name: [{ text: 'A&B <"C"> \u0001\nD' }] });
    expect(text).toContain('<text value="A&amp;B &lt;&quot;C&quot;&gt; &#10;D"/>');
  });

  test('a decimal keeps its digits', () => {
    const body = {
      resourceType: 'Observation',
      valueQuantity: { value: (JSON as JSON & { rawJSON(text: string): unknown }).rawJSON('4.10') },
    };
    expect(xmlText(body)).toContain('<valueQuantity><value value="4.10"/></valueQuantity>');
  });
});
