import { beforeAll, describe, expect, test } from 'vitest';
import { fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { type FhirEntry, laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';

const { get, post, region, search } = fhirRegion();

const SNOMED = 'http://snomed.info/sct';
const UCUM = 'http://unitsofmeasure.org';
const INTERPRETATIONS = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const urn = (n: number) => `urn:uuid:00000000-0000-4000-8000-0000000000${n}`;
const [URINE, STRAIN, ORGANISM, COUNT, ANTIBIOGRAM] = [urn(31), urn(32), urn(33), urn(34), urn(35)] as [
  string,
  string,
  string,
  string,
  string,
];
const tube = { system: 'https://sil.example/tubes', value: 'T-0042' };
const COLI = { coding: [{ system: SNOMED, code: '112283007', display: 'Escherichia coli' }], text: 'Escherichia coli' };

type Sent = ReturnType<typeof laboratoryTransaction>;
const reportIn = ({ entry }: Sent) => entry.find(({ resource }) => resource['resourceType'] === 'DiagnosticReport')!.resource;

/** The report with one result instead of its own. */
function withValue(n: number, value: Record<string, unknown>): Sent {
  const bundle = laboratoryTransaction(n);
  const [first, ...others] = bundle.entry.filter(({ resource }) => resource['resourceType'] === 'Observation');
  const { valueQuantity: _, ...resource } = first!.resource;
  first!.resource = { ...resource, ...value };
  reportIn(bundle)['result'] = [{ reference: first!.fullUrl }];
  return { ...bundle, entry: bundle.entry.filter((entry) => !others.includes(entry)) };
}
const observationsOf = async (n: number) =>
  resources(await search('DiagnosticReport', `identifier=CR-${n}&_include=DiagnosticReport:result`)).filter(
    ({ resourceType }) => resourceType === 'Observation',
  );

describe('a value is served as it was sent', () => {
  const mg = { unit: 'mg', system: UCUM, code: 'mg' };
  const litre = { unit: 'L', system: UCUM, code: 'L' };
  test.each([
    ['a titre beyond the last dilution', 80, { valueRatio: { numerator: { value: 1 }, denominator: { value: 640, comparator: '>=' } } }],
    ['a ratio of two quantities', 81, { valueRatio: { numerator: { value: 5, ...mg }, denominator: { value: 2, ...litre } } }],
    ['a time with its hour', 82, { valueDateTime: '2026-03-01T22:15:00.000Z' }],
    ['a day', 83, { valueDateTime: '2026-03-01' }],
  ])('%s', async (_, n, value) => {
    expect((await post('', withValue(n, value))).status).toBe(200);
    expect(await observationsOf(n)).toMatchObject([value]);
  });

  test('in XML too, in the order that R4 has', async () => {
    const [found] = await observationsOf(80);
    const { text } = await get(`/Observation/${found!.id}`, { ...region.gp, accept: 'application/fhir+xml' });
    expect(text.indexOf('<valueRatio>')).toBeGreaterThan(text.indexOf('<performer>'));
    expect(text).toContain(
      '<valueRatio><numerator><value value="1"/></numerator><denominator><value value="640"/><comparator value="&gt;="/></denominator></valueRatio>',
    );
  });
});

describe('a quantity', () => {
  const quantity = (unit: string, code: string) => ({ valueQuantity: { value: 135, unit, system: UCUM, code } });
  test('that prints one unit and codes another is refused: nobody can tell which it is in', async () => {
    const refused = await post('', withValue(84, quantity('g/L', 'g/dL')));
    expect([refused.status, refusalOf(refused), refused.body.issue?.[0]?.expression]).toEqual([
      422,
      'report.unreadable',
      ['Observation.valueQuantity'],
    ]);
    const range = { ...quantity('g/L', 'g/L'), referenceRange: [{ low: { value: 130, unit: 'g/L', system: UCUM, code: 'mg/L' } }] };
    expect((await post('', withValue(84, range))).body.issue?.[0]?.expression).toEqual(['Observation.referenceRange']);
  });

  test.each([
    ['UI/L', '[IU]/L', 85],
    ['µmol/L', 'umol/L', 86],
    ['mmol/l', 'mmol/L', 87],
  ])('that prints %s for %s is one unit', async (unit, code, n) => {
    expect((await post('', withValue(n, quantity(unit, code)))).status).toBe(200);
  });
});

describe('an organism grown from urine', () => {
  let told: Record<string, unknown>[] = [];
  const of = (type: string, text: string) =>
    told.find((one) => one['resourceType'] === type && JSON.stringify([one['code'], one['type']]).includes(text))! as Record<
      string,
      unknown
    > & { id: string };

  beforeAll(async () => {
    const bundle = laboratoryTransaction(88);
    const patient = { reference: bundle.entry[0]!.fullUrl };
    const result = (fullUrl: string, resource: Record<string, unknown>): FhirEntry => ({
      fullUrl,
      request: { method: 'POST', url: String(resource['resourceType']) },
      resource: { subject: patient, ...resource },
    });
    const said = {
      resourceType: 'Observation',
      status: 'final',
      effectiveDateTime: '2026-03-02T07:42:00+01:00',
      specimen: { reference: STRAIN },
    };
    const loinc = (code: string, text: string) => ({ coding: [{ system: 'http://loinc.org', code }], text });
    const isolate = [
      result(URINE, {
        resourceType: 'Specimen',
        identifier: [tube],
        type: { coding: [{ system: SNOMED, code: '122575003', display: 'Urine specimen' }] },
        receivedTime: '2026-03-02T08:30:00+01:00',
        collection: { collectedDateTime: '2026-03-02T07:42:00+01:00' },
      }),
      result(STRAIN, { resourceType: 'Specimen', type: COLI, parent: [{ reference: URINE }] }),
      result(ORGANISM, {
        ...said,
        code: loinc('6463-4', 'Bactérie identifiée'),
        valueCodeableConcept: COLI,
        note: [{ text: 'BLSE' }],
        interpretation: [{ coding: [{ system: INTERPRETATIONS, code: 'POS' }] }],
        hasMember: [{ reference: COUNT }, { reference: ANTIBIOGRAM }],
      }),
      result(COUNT, { ...said, code: loinc('564-5', 'Numération'), valueString: '10^6 UFC/mL' }),
      result(ANTIBIOGRAM, { ...said, code: loinc('18906-8', 'Ciprofloxacine'), valueString: 'R' }),
    ];
    reportIn(bundle)['result'] = [...(reportIn(bundle)['result'] as object[]), { reference: ORGANISM }];
    await post('', { ...bundle, entry: [...bundle.entry, ...isolate] });
    const include = '_include=DiagnosticReport:result&_include=DiagnosticReport:specimen&_include:iterate=Specimen:parent';
    told = resources(await search('DiagnosticReport', `identifier=CR-88&${include}`));
  });

  test('the urine stays what was sampled, with its number and when it was received', () => {
    expect(of('Specimen', '122575003')).toMatchObject({
      identifier: [tube],
      receivedTime: '2026-03-02T07:30:00.000Z',
      collection: { collectedDateTime: '2026-03-02T06:42:00.000Z' },
    });
  });

  test('the strain is a specimen of its own, taken from the urine', () => {
    const strain = of('Specimen', '112283007');
    expect([strain['type'], strain['parent']]).toEqual([COLI, [{ reference: `Specimen/${of('Specimen', '122575003').id}` }]]);
  });

  test('the organism is a result too, as it was sent: its note, its interpretation, and what is of it', () => {
    const [organism, count, antibiogram] = [of('Observation', '6463-4'), of('Observation', '564-5'), of('Observation', '18906-8')];
    expect(organism).toMatchObject({
      status: 'final',
      valueCodeableConcept: COLI,
      note: [{ text: 'BLSE' }],
      interpretation: [{ coding: [{ code: 'POS' }] }],
      specimen: { reference: `Specimen/${of('Specimen', '112283007').id}` },
      hasMember: [{ reference: `Observation/${count.id}` }, { reference: `Observation/${antibiogram.id}` }],
    });
    expect(count['note']).toEqual([{ text: 'BLSE' }]);
  });

  test('is found by its code and by what is of it, and has its versions', async () => {
    const [found] = resources(await search('Observation', `code=6463-4&value-concept=112283007`));
    expect(found?.id).toBe(of('Observation', '6463-4').id);
    const members = resources(await search('Observation', `has-member=Observation/${of('Observation', '564-5').id}`));
    expect(members.map(({ id }) => id)).toEqual([found!.id]);
    expect(resources(await get(`/Observation/${found!.id}/_history`))).toHaveLength(1);
  });
});
