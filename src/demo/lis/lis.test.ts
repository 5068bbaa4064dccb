import { describe, expect, test } from 'vitest';
import { readLabReport, resultsOf } from '#formats';
import { dayOf } from '../clock.ts';
import { makePopulation } from '../population.ts';
import { lisOrder, type LisRun } from './order.ts';
import { LIS_FORMATS, lisTraffic, MEDIA_TYPES } from './traffic.ts';

const run: LisRun = {
  population: makePopulation({ seed: 1, patients: 60, reports: 0, today: dayOf('2026-11-18') }),
  startedAt: new Date('2026-11-18T10:00:00Z'),
  seed: 1,
};
const NO_FAULTS = { duplicates: 0, disorder: 0, stops: 0 };
const orders = Array.from({ length: 300 }, (_, n) => lisOrder(run, n));
const statesOf = ({ steps }: ReturnType<typeof lisOrder>) => steps.map(({ state }) => state).join(' ');

describe('an order in the simulated laboratory', () => {
  test('sends nothing while it is ordered or measured', () => {
    for (const { steps } of orders) {
      expect(steps.slice(0, 2)).toEqual([{ state: 'ordered' }, { state: 'measured' }]);
      expect(steps.slice(2).every(({ report }) => report !== undefined)).toBe(true);
    }
  });

  test('ends in every way that an order can', () => {
    const ways = new Set(orders.map(statesOf));
    for (const way of ['validated', 'partial validated', 'validated corrected', 'validated cancelled', 'partial validated corrected'])
      expect(ways).toContain(`ordered measured ${way}`);
  });

  test('in part says what is still under way, and not its value', () => {
    const partial = orders.find((order) => statesOf(order).includes('partial'))!;
    const [first, second] = partial.steps.slice(2).map(({ report }) => report!);
    const valueOf = (report: typeof first, loinc: string) =>
      [...resultsOf(report!)]
        .map(({ result }) => result)
        .find(({ code }) => code.code === loinc || code.translations?.some((t) => t.code === loinc));
    const withValue = (report: typeof first) =>
      [...resultsOf(report!)].filter(({ result }) => result.value && result.value.type !== 'absent').length;
    expect(withValue(first)).toBeLessThan(withValue(second));
    expect(first!.events[0]!.status).toBe('active');
    expect(second!.events[0]!.status).toBe('completed');
    expect(valueOf(first, '2823-3')?.value).toEqual(valueOf(second, '2823-3')?.value);
  });

  test('keeps its set, and each version replaces the one before', () => {
    for (const { steps } of orders) {
      const reports = steps.flatMap(({ report }) => report ?? []);
      expect(new Set(reports.map(({ setId }) => setId!.root)).size).toBe(1);
      reports.forEach((report, i) => {
        expect(report.version).toBe(i + 1);
        expect(report.replaces).toEqual(i === 0 ? [] : [reports[i - 1]!.id]);
      });
    }
  });
});

describe('the messages that leave', () => {
  test('are read back in each format, from the laboratory that the order is of', () => {
    for (const format of LIS_FORMATS) {
      const messages = [...lisTraffic(run, { orders: 40, formats: [format], faults: NO_FAULTS })];
      expect(messages.length).toBeGreaterThanOrEqual(40);
      for (const { bytes } of messages) {
        const report = readLabReport(bytes, MEDIA_TYPES[format]);
        expect([...resultsOf(report)].length).toBeGreaterThan(5);
        expect(report.custodian.ids[0]!.extension).toMatch(/^1?99\d{7}$/);
      }
    }
  });

  test('in HL7 share one set from the first state to the last, with a version that grows', () => {
    const messages = [...lisTraffic(run, { orders: 60, formats: ['hl7'], faults: NO_FAULTS })];
    const corrected = messages.find(({ state }) => state === 'corrected')!;
    const own = messages.filter(({ order }) => order === corrected.order).map(({ bytes }) => readLabReport(bytes));
    expect(new Set(own.map(({ setId }) => setId!.root)).size).toBe(1);
    const versions = own.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(own.length);
  });

  test('are twice there, in disorder and unheard as often as asked, and otherwise never', () => {
    const all = (faults: Partial<typeof NO_FAULTS>) => [
      ...lisTraffic(run, { orders: 100, formats: ['cda'], faults: { ...NO_FAULTS, ...faults } }),
    ];
    const plain = all({});
    expect(plain.some(({ stops }) => stops)).toBe(false);
    expect(all({ duplicates: 1 }).length).toBe(2 * plain.length);
    expect(all({ stops: 1 }).every(({ stops }) => stops)).toBe(true);
    const mixed = all({ disorder: 1 });
    expect(mixed.map(({ state }) => state)).not.toEqual(plain.map(({ state }) => state));
    expect(mixed.length).toBe(plain.length);
  });
});
