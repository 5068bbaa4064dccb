import { describe, expect, test } from 'vitest';
import { fhirRegion, resources } from '../../../test/support/fhir-region.ts';

const { get, region } = fhirRegion();
const LEFT_ASIDE = [
  'Patient?_id=$&_revinclude=AuditEvent:patient',
  'Patient?_id=$&_revinclude=CareTeam:patient',
  'Patient?_id=$&_has:AuditEvent:patient:action=R',
  'Patient?_id=$&_has:Group:member:type=person',
  'AuditEvent?patient=$&_include=AuditEvent:patient',
  'AuditEvent?patient=$&patient.gender=female',
];
const asked = (path: string) => `/${path.replace('$', region.patientId)}`;

describe('what is not looked for with a record (its trail, its circle, groups)', () => {
  test.each(LEFT_ASIDE)('%s says so, and does not answer that there is none', async (path) => {
    const { body, status } = await get(asked(path));
    const [outcome] = resources({ body }).filter(({ resourceType }) => resourceType === 'OperationOutcome');
    expect([status, outcome?.['issue']]).toEqual([200, [expect.objectContaining({ severity: 'warning' })]]);
    expect(resources({ body }).length).toBeGreaterThan(1);
    expect((await get(asked(path), { prefer: 'handling=strict', ...region.gp })).status).toBe(400);
  });

  test('is not declared: each include and each reverse include of the statement is followed', async () => {
    const { body } = await get('/metadata');
    const [{ resource: types }] = body['rest'] as [{ resource: { type: string; searchInclude?: string[]; searchRevInclude?: string[] }[] }];
    const of = (type: string) => types.find((one) => one.type === type)!;
    expect(of('Patient').searchRevInclude).not.toContain('AuditEvent:patient');
    expect(of('Patient').searchRevInclude).toContain('Observation:patient');
    expect(of('AuditEvent').searchInclude).toEqual(['*']);
    for (const { type, searchRevInclude = [] } of types.filter((one) => one.type === 'Patient' || one.type === 'DiagnosticReport'))
      for (const reverse of searchRevInclude) {
        const query = `${type === 'Patient' ? '_id' : 'patient'}=${region.patientId}&_revinclude=${reverse}`;
        const answer = await get(`/${type}?${query}`, { prefer: 'handling=strict', ...region.gp });
        expect([reverse, answer.status]).toEqual([reverse, 200]);
      }
  });

  test('all that leads to a report is what says where it came from, too', async () => {
    const found = resources(await get(`/DiagnosticReport?patient=${region.patientId}&_revinclude=*`));
    expect(found.map(({ resourceType }) => resourceType)).toContain('Provenance');
  });
});

test('a search that is only counted says what it left aside, and any number of answers may be asked for', async () => {
  const counted = await get(`/Observation?patient=${region.patientId}&_summary=count&foo=1`);
  expect([counted.body.total, resources(counted).map(({ resourceType }) => resourceType)]).toEqual([3, ['OperationOutcome']]);
  expect((await get(`/Observation?patient=${region.patientId}&_count=1000000000`)).status).toBe(200);
});
