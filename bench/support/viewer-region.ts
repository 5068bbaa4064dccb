import { type Principal, registerLinks } from '#access';
import { type DemoDocument, demoToday, documentBytes, makePopulation, patientIdOf } from '#demo';
import { resultsOf } from '#formats';
import type { Db } from '#kernel';
import { call, tokenOf } from './server.ts';

/** A region for the measures of the viewer: patients of ordinary size, and one of 5,000 results. */
export const PATIENTS = 400;
/** Read one after the other; those beyond lend their reports to the heavy one. */
export const READ = 200;
const HEAVY = 5;
const RESULTS = 5_000;
const INS = /^1\.2\.250\.1\.213\.1\.4\./;
/** The treating doctor of all those read. */
export const reader: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };
export const heavy = patientIdOf(1, HEAVY);

/** Reports of the region, those of the lenders under the identity of the heavy patient until there are results enough. */
function documentsOf(): DemoDocument[] {
  const all = [...makePopulation({ seed: 1, patients: PATIENTS, reports: 4_000, today: demoToday(Date.now()) }).documents()];
  const own = all.filter(({ k, trap, needsPerson }) => k > 3 && k <= READ && trap === undefined && !needsPerson);
  const { patient } = own.find(({ k, report }) => k === HEAVY && report.patient.ids.some(({ root }) => INS.test(root)))!.report;
  const identity = { ...patient, ids: patient.ids.filter(({ root }) => INS.test(root)) };
  let results = own.filter(({ k }) => k === HEAVY).reduce((sum, { report }) => sum + [...resultsOf(report)].length, 0);
  const lent: DemoDocument[] = [];
  for (const document of all) {
    if (results >= RESULTS) break;
    if (document.k <= READ || document.trap !== undefined || document.needsPerson) continue;
    lent.push({ ...document, k: HEAVY, report: { ...document.report, patient: identity } });
    results += [...resultsOf(document.report)].length;
  }
  return [...own, ...lent];
}

/** Sends the reports by the door of laboratories, and registers the reader as treating doctor. */
export async function fill(db: Db, base: string): Promise<void> {
  const documents = documentsOf();
  const tokens = new Map<string, string>();
  for (const clientId of new Set(documents.map((document) => document.clientId)))
    tokens.set(clientId, await tokenOf(base, clientId, `demo-${clientId}`));
  const queue = documents.entries();
  const send = async () => {
    for (const [n, document] of queue) {
      const headers = { authorization: `Bearer ${tokens.get(document.clientId)!}`, 'content-type': 'application/xml' };
      const { status, text } = await call(`${base}/api/deposits`, { method: 'POST', headers, body: documentBytes(document, n) });
      if (status >= 400 && status !== 409) throw new Error(`a deposit was answered ${status}: ${text}`);
    }
  };
  await Promise.all([send(), send(), send(), send()]);
  const links = Array.from({ length: READ }, (_, k) => ({
    patientId: patientIdOf(1, k + 1),
    holder: { person: reader.id },
    kind: 'treating-doctor' as const,
    since: new Date(0),
  }));
  await registerLinks(db, links, 'source:bench');
}
