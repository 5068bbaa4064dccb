import { tinyPdf } from '../../src/demo/pdf.ts';
import { JEANNE, LABORATORY, reportOf } from './reports.ts';

export interface FhirEntry {
  fullUrl: string;
  resource: Record<string, unknown>;
  request: { method: string; url: string; ifNoneExist?: string };
}

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const urn = (n: number) => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** One invented report as a laboratory's FHIR client sends it: patient, laboratory, results, report, PDF and its entry, in one transaction. */
export function laboratoryTransaction(
  n: number,
  more: { status?: string; issued?: string; type?: 'transaction' | 'batch'; ins?: string; laboratory?: typeof LABORATORY } = {},
): { resourceType: 'Bundle'; type: string; entry: FhirEntry[] } {
  const laboratory = more.laboratory ?? LABORATORY;
  const ins = { system: `urn:oid:${JEANNE.ids[0]!.root}`, value: more.ins ?? JEANNE.ids[0]!.extension! };
  const structure = { system: 'urn:oid:1.2.250.1.71.4.2.2', value: `1${laboratory.finess}` };
  const [patient, organization, report, binary] = [urn(1), urn(2), urn(3), urn(4)];
  const observation = (k: number, code: string, text: string, value: Record<string, unknown>): FhirEntry => ({
    fullUrl: urn(100 + k),
    request: { method: 'POST', url: 'Observation' },
    resource: {
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
      code: { coding: [{ system: LOINC, code, display: text }], text },
      subject: { reference: patient },
      effectiveDateTime: '2026-03-02T07:42:00+01:00',
      performer: [{ reference: organization }],
      ...value,
    },
  });
  const decimal = (text: string) => (JSON as JSON & { rawJSON(text: string): unknown }).rawJSON(text);
  const observations = [
    observation(1, '2823-3', 'Potassium', { valueQuantity: { value: decimal('4.10'), unit: 'mmol/L', system: UCUM, code: 'mmol/L' } }),
    observation(2, '1988-5', 'CRP', {
      valueQuantity: { value: decimal('0.50'), comparator: '<', unit: 'mg/L', system: UCUM, code: 'mg/L' },
    }),
    observation(3, '5196-1', 'Ag HBs', {
      valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '260385009', display: 'Negative' }] },
    }),
  ];
  const entry: FhirEntry[] = [
    {
      fullUrl: patient,
      request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${ins.system}|${ins.value}` },
      resource: {
        resourceType: 'Patient',
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
            valueAddress: {
              extension: [
                {
                  url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code',
                  valueCoding: { code: JEANNE.birthPlace!.cog },
                },
              ],
              city: JEANNE.birthPlace!.label,
            },
          },
        ],
        identifier: [{ use: 'official', ...ins }],
        name: [{ use: 'official', family: JEANNE.birthFamily, given: JEANNE.birthGivens!.split(' ') }],
        gender: 'female',
        birthDate: '1955-06-12',
      },
    },
    {
      fullUrl: organization,
      request: { method: 'POST', url: 'Organization', ifNoneExist: `identifier=${structure.system}|${structure.value}` },
      resource: { resourceType: 'Organization', identifier: [structure], name: laboratory.name },
    },
    ...observations,
    {
      fullUrl: report,
      request: { method: 'POST', url: 'DiagnosticReport' },
      resource: {
        resourceType: 'DiagnosticReport',
        identifier: [{ system: 'https://sil.example/comptes-rendus', value: `CR-${n}` }],
        status: more.status ?? 'final',
        category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }],
        code: { coding: [{ system: LOINC, code: '11502-2' }] },
        subject: { reference: patient },
        effectiveDateTime: '2026-03-02T07:42:00+01:00',
        issued: more.issued ?? '2026-03-02T11:00:00+01:00',
        performer: [{ reference: organization }],
        result: observations.map(({ fullUrl }) => ({ reference: fullUrl })),
      },
    },
    {
      fullUrl: binary,
      request: { method: 'POST', url: 'Binary' },
      resource: { resourceType: 'Binary', contentType: 'application/pdf', data: tinyPdf(reportOf(n)).toString('base64') },
    },
    {
      fullUrl: urn(5),
      request: { method: 'POST', url: 'DocumentReference' },
      resource: {
        resourceType: 'DocumentReference',
        status: 'current',
        type: { coding: [{ system: LOINC, code: '11502-2' }] },
        subject: { reference: patient },
        content: [{ attachment: { contentType: 'application/pdf', url: binary } }],
      },
    },
  ];
  return { resourceType: 'Bundle', type: more.type ?? 'transaction', entry };
}
