/**
 * Deposits, as a laboratory would, reports of Jean-Noël that hold everything a viewer can trip over: `node deposit-hostile.ts URL`.
 * The laboratory is invented; the door is the real one.
 */
import { demoToday, documentBytes, makePopulation } from '#demo';
import { makeDepositClient } from '../../src/demo/deposit-client.ts';
import type { LabReport, Result } from '../../src/formats/lab-report.ts';

const [url = ''] = process.argv.slice(2);
const JEAN_NOEL = 2;
const LOINC = '2.16.840.1.113883.6.1';
/** Always the same: sent twice, they are the same reports. */
const OID = '1.2.250.1.999.77';
const AT = '20261110080000+0100';

const coded = (loinc: string, label: string) => ({ code: loinc, system: LOINC, systemName: 'LOINC', display: label, originalText: label });
const local = (code: string, label: string) => ({ originalText: label, translations: [{ code, system: `${OID}.1`, display: label }] });

function result(code: Result['code'], value: Result['value'], more: Partial<Result> = {}): Result {
  return { kind: 'result', code, status: 'completed', at: AT, ...(value && { value }), ...more };
}
const quantity = (value: string, unit: string): Result['value'] => ({ type: 'quantity', value, unit });
const POTASSIUM = coded('2823-3', 'Potassium');

const traps: Result[] = [
  result(POTASSIUM, quantity('4.9', 'mmol/L')),
  result(POTASSIUM, quantity('5.9', 'mmol/L')),
  result(POTASSIUM, quantity('77', 'U/L')),
  result(coded('2951-2', 'Sodium'), quantity('111', 'mmol/L'), { at: '19200101080000+0100' }),
  result(coded('2951-2', 'Sodium'), quantity('155', 'mmol/L'), { at: '20990101080000+0100' }),
  result(local('LONG', `Analyse ${'au nom interminable '.repeat(20)}`.slice(0, 400)), quantity('1', '1')),
  result(local('TINY', 'Essai minuscule'), quantity('0.000000000001', 'mmol/L')),
  result(local('HUGE', 'Essai immense'), quantity('1000000000000', 'mmol/L')),
  result(local('HTML', '<img src=x onerror="window.hit=1"> balise'), {
    type: 'text',
    text: '<script>window.hit=2</script>',
  } as Result['value']),
  result(local('RTL', '\u202etset تحليل\u202c droite à gauche'), quantity('2', 'mmol/L')),
  result(local('GONE', 'Essai annulé'), quantity('9', 'mmol/L'), { status: 'aborted' }),
];
const many = Array.from({ length: 3_000 }, (_, n) =>
  result(local(`M${n}`, `Analyse FICTIVE ${n}`), quantity(String(n), 'mmol/L'), { at: '20150301080000+0100' }),
);

/** One of his own reports with other results in its first chapter. */
function withResults(report: LabReport, items: Result[], n: number): LabReport {
  const [chapter] = report.sections;
  const [entry] = chapter!.entries;
  const sections = [
    { ...chapter!, sections: [], entries: [{ ...entry!, items: [{ kind: 'battery' as const, status: 'completed', items }] }] },
  ];
  return { ...report, id: { root: `${OID}.2.${n}` }, setId: { root: `${OID}.3.${n}` }, version: 1, replaces: [], sections };
}

/** A report of 3,000 lines is refused at the door as hostile: they come by 300. */
const reports = [traps, ...Array.from({ length: 10 }, (_, k) => many.slice(300 * k, 300 * (k + 1)))];

const population = makePopulation({ seed: 1, patients: 60, reports: 600, today: demoToday(Date.now()) });
const client = makeDepositClient(url, { tries: 6 });
for (const document of population.documentsOf(JEAN_NOEL)) {
  if (document.needsPerson || !document.report.sections[0]?.entries[0]) continue;
  for (const [n, items] of reports.entries()) {
    const { status, refusal } = await client.deposit(
      documentBytes({ ...document, report: withResults(document.report, items, n) }, 0),
      document.clientId,
    );
    if (status !== 201 && status !== 200) throw new Error(`hostile report ${n} was answered ${status} ${refusal ?? ''}`);
  }
  break;
}
