/**
 * Does a clock tell a hidden document from one that does not exist? `node bench/hidden.ts [pairs a route, 10000]`: a server in a process of its own,
 * asked over HTTP as a browser asks. On each route that opens one document, pairs of calls in a random order, one for a document that is there and
 * hidden from this reader, one for a document that was never there; then Wilcoxon's signed-rank test of the differences. Several routes being
 * tried, a difference counts below 0.01 divided by their number (Bonferroni).
 */
import { openSession, type Principal, registerLinks } from '#access';
import { registerSenders, registerStructures } from '#directory';
import { writeCda, writeClinicalDocument } from '#formats';
import { uuidv7 } from '#kernel';
import { HOSPITAL, letterOf } from '../test/support/letters.ts';
import { LABORATORY, quantity, reportOf } from '../test/support/reports.ts';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';
import { signedRank } from './support/paired.ts';
import { call, closeConnections, tokenOf, withServer } from './support/server.ts';

const PAIRS = Number(process.argv[2] ?? 10_000);
/** Pairs under way at once: the wait of one is the work of others. */
const AT_ONCE = 20;
const SECRET = 'a-secret-of-the-benches-only';
const nurse: Principal = { id: 'rpps:899700000033', name: 'Rose MARTIN-DEMO', role: 'nurse' };

console.log(machineFacts());
await withDatabase((db, urlOf) =>
  withServer(urlOf('postgres'), 0, async (base) => {
    await registerStructures(db, [
      { ...HOSPITAL, kind: 'hospital' },
      { ...LABORATORY, kind: 'laboratory' },
    ]);
    const sender = { clientId: 'bench', name: 'Banc', structures: [HOSPITAL.finess, LABORATORY.finess], formats: ['cda'] };
    await registerSenders(db, [{ ...sender, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
    const token = await tokenOf(base, 'bench', SECRET);
    const deposit = async (body: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
      const { status, text } = await call(`${base}/api/deposits`, { method: 'POST', headers, body });
      if (status !== 201) throw new Error(`a deposit answered ${status}: ${text}`);
      return (JSON.parse(text) as { documentId: string }).documentId;
    };
    const letter = await deposit(writeClinicalDocument(letterOf(1)));
    const report = await deposit(writeCda(reportOf(2, { results: [quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '{index}')] })));
    const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [letter]);
    const patientId = row!.id;
    await registerLinks(db, [{ patientId, holder: { person: nurse.id }, kind: 'care-team', since: new Date(0) }], 'bench');
    const signedIn = async (who: Principal) => ({ cookie: `cigogne=${await openSession(db, who, new Date())}` });
    const patient = await signedIn({ id: `patient:${patientId}`, name: 'Jeanne ESSAI', role: 'patient', patientId });
    const hide = { method: 'POST', headers: { ...patient, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' } };
    const hidden = await call(`${base}/api/patients/${patientId}/documents/${letter}/visibility`, {
      ...hide,
      body: JSON.stringify({ act: 'hide', mask: 'MASQUE_PS' }),
    });
    if (hidden.status !== 204) throw new Error(`hiding answered ${hidden.status}: ${hidden.text}`);

    const headers = await signedIn(nurse);
    const timed = async (path: string): Promise<number> => {
      const from = performance.now();
      const { status } = await call(`${base}/api/patients/${patientId}${path}`, { headers });
      if (status !== 404) throw new Error(`${path} answered ${status}`);
      return performance.now() - from;
    };
    const routes: [name: string, there: string, path: (id: string) => string][] = [
      ['a letter', letter, (id) => `/documents/${id}`],
      ['the PDF of a letter', letter, (id) => `/documents/${id}/pdf`],
      ['the original of a letter', letter, (id) => `/documents/${id}/original`],
      ['a report', report, (id) => `/reports/${id}`],
      ['the original of a report', report, (id) => `/reports/${id}/original`],
    ];
    for (const [name, there, path] of routes) {
      const differences: number[] = [];
      let left = PAIRS;
      const lane = async () => {
        while (left > 0) {
          left -= 1;
          const isHiddenFirst = Math.random() < 0.5;
          const first = await timed(path(isHiddenFirst ? there : uuidv7()));
          const second = await timed(path(isHiddenFirst ? uuidv7() : there));
          differences.push(isHiddenFirst ? first - second : second - first);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      const { z, p } = signedRank(differences);
      const median = differences.toSorted((a, b) => a - b)[differences.length >> 1]!;
      const verdict = p < 0.01 / routes.length ? 'A DIFFERENCE' : 'no difference';
      console.log(
        `${name.padEnd(26)} ${differences.length} pairs: median of hidden − absent ${median.toFixed(4)} ms, z = ${z.toFixed(2)}, p = ${p.toFixed(4)}: ${verdict}`,
      );
    }
    closeConnections();
  }),
);
