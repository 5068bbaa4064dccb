import type { Stay } from '#identity';
import { plainId, seriesId } from '../wire/ids.ts';
import { compact, type Resource, versionedByContent } from '../wire/resource.ts';

const ACT_CODES = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
/** Classes of HL7 table 0004 as FHIR calls them; of any other kind, nothing is said. */
const CLASSES: Readonly<Record<Stay['kind'], Record<string, string>>> = {
  inpatient: { system: ACT_CODES, code: 'IMP', display: 'inpatient encounter' },
  emergency: { system: ACT_CODES, code: 'EMER', display: 'emergency' },
  outpatient: { system: ACT_CODES, code: 'AMB', display: 'ambulatory' },
  recurring: { system: ACT_CODES, code: 'AMB', display: 'ambulatory' },
  other: { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' },
};
const VISIT_NUMBER = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] };

/**
 * A stay or a consultation that a hospital told of (HL7 v2 ADT), as an Encounter. Its ward is in it (`contained`): no directory here holds wards. The end
 * of a consultation is rarely told: then whether it is over is not known.
 */
export function encounter(stay: Stay, patientId: string): Resource {
  const { structure, kind, number, ward, from, until } = stay;
  const organization = { reference: `Organization/${plainId(structure)}` };
  const lasts = kind === 'inpatient' || kind === 'emergency' ? 'in-progress' : 'unknown';
  return versionedByContent(
    compact<Resource>({
      resourceType: 'Encounter',
      // Its name must not change when its end, or another ward, is told.
      id: seriesId(patientId, `stay ${structure}`, number ?? from ?? until ?? ''),
      contained:
        ward === undefined ? undefined : [{ resourceType: 'Location', id: 'ward', name: ward, managingOrganization: organization }],
      identifier: number === undefined ? undefined : [{ type: VISIT_NUMBER, value: number, assigner: organization }],
      status: until === undefined ? lasts : 'finished',
      class: CLASSES[kind],
      subject: { reference: `Patient/${patientId}` },
      period: from === undefined && until === undefined ? undefined : compact({ start: from, end: until }),
      location: ward === undefined ? undefined : [{ location: { reference: '#ward', display: ward } }],
      serviceProvider: organization,
    }),
  );
}
