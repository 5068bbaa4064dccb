/**
 * Deposits, as a laboratory would, reports of Jean-Noël that hold everything a viewer can trip over: `node deposit-hostile.ts URL`.
 * The laboratory is invented; the door is the real one.
 */
import type { Result } from '../../src/formats/lab-report.ts';
import { coded, depositResults, localIn, quantity, result } from './deposit-results.ts';

const [url = ''] = process.argv.slice(2);
const JEAN_NOEL = 2;
const OID = '1.2.250.1.999.77';
const local = localIn(`${OID}.1`);
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

/** A report of 3,000 lines is refused at the door as hostile: they come by 300. */
const reports = [traps, ...Array.from({ length: 10 }, (_, k) => many.slice(300 * k, 300 * (k + 1)))];

await depositResults(url, JEAN_NOEL, OID, reports);
