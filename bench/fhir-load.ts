/**
 * FHIR, by a load generator of others: `node bench/fhir-load.ts [reports of each stage, 400] [generator]`.
 *
 * The same program, with the same load, drives any FHIR R4 server, so its figures can be set beside those of another one taken on the same
 * machine. Only the identities are made French on the wire (`support/as-this-region.ts`).
 */
import { existsSync } from 'node:fs';
import { withDatabase } from './support/database.ts';
import { ask, GENERATOR, ingest, type Load, MODES, prepareLoad } from './support/fhir-load.ts';
import { machineFacts } from './support/figures.ts';
import { besidePeerReading, besidePeerWriting } from './support/peer.ts';
import { closeConnections, withServer } from './support/server.ts';

const REPORTS = Number(process.argv[2] ?? 400);
const generator = process.argv[3] ?? GENERATOR;

// The stand-in of INSi knows none of these people, and would have them doubted: the service is taken to be down, as it may be.
process.env['INSI_URL'] ??= 'http://127.0.0.1:9';

function told(mode: string, { ingest: stages }: Load): void {
  for (const { concurrency, documentsPerSecond, latencyMs, failed, errors } of stages) {
    const figures = `${documentsPerSecond}/s   p50 ${latencyMs.p50} ms   p99 ${latencyMs.p99} ms`;
    console.log(
      `${`reports, ${mode}, ${concurrency} at once`.padEnd(76)} ${figures}   failed ${failed} ${JSON.stringify(errors)}${besidePeerWriting(mode, concurrency, documentsPerSecond)}`,
    );
  }
}

if (existsSync(generator)) {
  console.log(machineFacts());
  await withDatabase(async (db, urlOf) => {
    await withServer(urlOf('postgres'), 1, async (base) => {
      const identities = await prepareLoad(db);
      for (const mode of MODES) {
        const options = { generator, base, identities, tag: `banc${mode}` };
        told(mode, await ingest(options, mode, `1:${REPORTS},4:${REPORTS},8:${REPORTS}`));
      }
      const { queries } = await ask(db, { generator, base, identities, tag: 'banctx' }, { queries: 400, atOnce: '1,4,8' });
      for (const { kind, query, concurrency, requestsPerSecond, latencyMs, meanEntries, errors } of queries) {
        const figures = `${requestsPerSecond}/s   p50 ${latencyMs.p50} ms   p99 ${latencyMs.p99} ms`;
        console.log(
          `${`${query}, ${concurrency} at once`.padEnd(76)} ${figures}   ${meanEntries} entries ${JSON.stringify(errors)}${besidePeerReading(kind, concurrency, latencyMs)}`,
        );
      }
    });
  });
  closeConnections();
} else {
  console.log(`the load generator is not at ${generator}: name it as the second argument`);
}
