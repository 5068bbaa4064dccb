/**
 * Deposits, as the laboratory of Marie-Claire would, a report with a code of its own, potassium in two units and a unit that nobody reads:
 * `node deposit-two-units.ts URL`.
 */
import { coded, depositResults, localIn, quantity, result } from './deposit-results.ts';

const [url = ''] = process.argv.slice(2);
const MARIE_CLAIRE = 3;
const OID = '1.2.250.1.999.78';
const local = localIn(`${OID}.1`);

await depositResults(url, MARIE_CLAIRE, OID, [
  [
    result(local('GLYCJ', 'Glycémie à jeun'), quantity('0.95', 'g/L')),
    result(coded('2823-3', 'Potassium'), quantity('4.9', 'mmol/L')),
    result(coded('2823-3', 'Potassium'), quantity('191', 'mg/L'), { at: '20261110090000+0100' }),
    result(coded('2951-2', 'Sodium'), quantity('140', 'zorglub')),
  ],
]);
