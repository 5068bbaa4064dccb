import { describe, expect, test } from 'vitest';
import { fhirRegion, matches, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';

const { get, post, search } = fhirRegion();

/** One state of one report, as the laboratory's software sends it, under the same number each time. */
function state(n: number, status: string, hour: string, potassium: string, observationStatus = 'final') {
  const bundle = laboratoryTransaction(n, { status, issued: `2026-03-02T${hour}:00+01:00` });
  for (const { resource } of bundle.entry) if (resource['resourceType'] === 'Observation') resource['status'] = observationStatus;
  return post('', JSON.stringify(bundle).replace('"value":4.10', `"value":${potassium}`));
}

/** What is read of that report: its state, its potassium and the state of that. */
async function told(n: number) {
  const reports = resources(await search('DiagnosticReport', `identifier=CR-${n}&_include=DiagnosticReport:result`));
  const own = reports.filter(({ resourceType }) => resourceType === 'DiagnosticReport');
  const potassium = reports.filter(({ code }) => JSON.stringify(code ?? null).includes('2823-3'));
  return {
    reports: own.map(({ status }) => status),
    potassium: potassium.map(({ status, valueQuantity }) => [status, (valueQuantity as { value?: number } | undefined)?.value]),
    id: own[0]?.id,
  };
}

describe('the states of one report, under one number', () => {
  test('preliminary, then final: the final one is read, and only it', async () => {
    await state(40, 'preliminary', '09:00', '6.1', 'preliminary');
    expect(await told(40)).toMatchObject({ reports: ['preliminary'], potassium: [['preliminary', 6.1]] });
    expect((await state(40, 'final', '11:00', '4.2')).status).toBe(200);
    expect(await told(40)).toMatchObject({ reports: ['final'], potassium: [['final', 4.2]] });
  });

  test('corrected twice: the last correction is read, and each is in the history', async () => {
    await state(41, 'final', '09:00', '4.1');
    await state(41, 'corrected', '10:00', '4.2');
    expect((await state(41, 'corrected', '11:00', '4.3')).status).toBe(200);
    const { id, ...read } = await told(41);
    expect(read).toEqual({ reports: ['corrected'], potassium: [['corrected', 4.3]] });
    expect(resources(await get(`/DiagnosticReport/${id}/_history`)).map(({ status }) => status)).toEqual([
      'corrected',
      'corrected',
      'final',
    ]);
  });

  test('a correction that arrives after the one that came after it changes nothing', async () => {
    await state(42, 'final', '09:00', '4.1');
    await state(42, 'amended', '11:00', '4.3');
    await state(42, 'amended', '10:00', '4.2');
    expect(await told(42)).toMatchObject({ reports: ['amended'], potassium: [['corrected', 4.3]] });
  });

  test.each([
    ['entered-in-error', 43],
    ['cancelled', 44],
  ])('taken back as %s, with results that still say final: none of its values is told any more', async (status, n) => {
    await state(n, 'final', '09:00', '7.9');
    expect((await state(n, status, '09:00', '7.9')).status).toBe(200);
    expect(await told(n)).toMatchObject({ reports: ['entered-in-error'], potassium: [['entered-in-error', undefined]] });
    expect(matches(await search('Observation', `code=2823-3&value-quantity=7.9`))).toEqual([]);
  });

  test('taken back, then issued again: as a correction, since what was final is changed by no other final', async () => {
    await state(45, 'final', '09:00', '7.9');
    await state(45, 'entered-in-error', '10:00', '7.9');
    const refused = await state(45, 'final', '11:00', '4.4');
    expect([refused.status, refusalOf(refused)]).toEqual([409, 'deposit.conflicting-bytes']);
    expect((await state(45, 'corrected', '11:00', '4.4')).status).toBe(200);
    expect(await told(45)).toMatchObject({ reports: ['corrected'], potassium: [['corrected', 4.4]] });
  });

  test.each(['registered', 'partial', 'amended', 'appended'])('%s is told as %s, not as a word for several', async (status) => {
    const n = { registered: 47, partial: 48, amended: 49, appended: 50 }[status]!;
    await state(n, status, '09:00', '4.1');
    expect((await told(n)).reports).toEqual([status]);
  });

  test('a result that is final stays so in a report whose others are awaited', async () => {
    await state(51, 'partial', '09:00', '4.1');
    expect(await told(51)).toMatchObject({ reports: ['partial'], potassium: [['final', 4.1]] });
  });

  test('a correction corrects what it changes: the results that it repeats stay final, now and at the next correction', async () => {
    const states = async () =>
      resources(await search('DiagnosticReport', `identifier=CR-52&_include=DiagnosticReport:result`))
        .filter(({ resourceType }) => resourceType === 'Observation')
        .map(({ code, status }) => [(code as { text: string }).text, status])
        .toSorted();
    await state(52, 'final', '09:00', '4.1');
    const repeated = [
      ['Ag HBs', 'final'],
      ['CRP', 'final'],
    ];
    await state(52, 'corrected', '10:00', '4.2');
    expect(await states()).toEqual([...repeated, ['Potassium', 'corrected']]);
    await state(52, 'corrected', '11:00', '4.2');
    expect(await states()).toEqual([...repeated, ['Potassium', 'corrected']]);
  });

  test('one result of a report taken back: its value is told no more, the others are', async () => {
    const bundle = laboratoryTransaction(46);
    bundle.entry.find(({ resource }) => JSON.stringify(resource['code'] ?? null).includes('2823-3'))!.resource['status'] =
      'entered-in-error';
    expect((await post('', bundle)).status).toBe(200);
    const { potassium, reports } = await told(46);
    expect([reports, potassium]).toEqual([['final'], [['entered-in-error', undefined]]]);
  });
});
