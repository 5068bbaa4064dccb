import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openDb, readConfig } from '#kernel';
import { withReadyDatabase } from '../database.ts';
import { EXIT, type Given, UsageError, type Verb } from '../verb.ts';

/** Proves that nobody bent the trail of accesses: for the data protection officer, and after a restore. */
export const verifyAuditVerb: Verb = {
  name: 'verify-audit',
  summary: 'Verify that no event of the trail of accesses was changed, moved or taken away.',
  operands: [],
  options: {
    key: { type: 'string', value: 'FILE', help: 'Public key of the anchors (JWK), kept apart; default: that of the data folder.' },
    anchors: { type: 'string', value: 'FILE', help: 'Copies of the anchors, kept apart; default: audit-anchors.jsonl of the data folder.' },
    archive: { type: 'string', value: 'FILE', help: 'Verify this file of archive-audit, and nothing else: no database is needed.' },
    'print-key': { type: 'boolean', help: 'Print the public key of the data folder, to be kept apart, and verify nothing.' },
  },
  notes:
    'Works on DATABASE_URL while servers run, or on the embedded database of CIGOGNE_DATA when its server is stopped. Prints one line a\n' +
    'fault, 100 at most, and exits 4 when there is one. Take the copies and the public key away where administrators cannot write.',
  async run(given, terminal) {
    const config = readConfig(terminal.env);
    const dataFolder = resolve(terminal.root, config.CIGOGNE_DATA);
    const { auditPublicKey, copiesFile, readCopies, verifyArchive, verifyAudit } = await import('#access');
    if (given.options['print-key']) {
      terminal.say(JSON.stringify(await auditPublicKey(dataFolder)));
      return EXIT.done;
    }
    const publicKey = keyOf(given) ?? (await auditPublicKey(dataFolder));
    if (typeof given.options['archive'] === 'string') {
      const { number, chains, events, faults } = await verifyArchive(given.options['archive'], publicKey);
      for (const fault of faults) terminal.say(fault);
      terminal.tell(`The archive ${number} is ${faults.length === 0 ? 'whole' : 'NOT whole'}: ${events} events in ${chains} chains.`);
      return faults.length === 0 ? EXIT.done : EXIT.refused;
    }
    const copies = await readCopies(typeof given.options['anchors'] === 'string' ? given.options['anchors'] : copiesFile(dataFolder));
    return withReadyDatabase(config, dataFolder, terminal, async (url) => {
      const db = openDb({ url, maxConnections: 2 });
      try {
        const { chains, events, anchors, archives, faults } = await verifyAudit(db, { publicKey, copies });
        for (const fault of faults) terminal.say(fault);
        const counts = `${events} events in ${chains} chains, ${anchors} anchors, ${archives} archives`;
        terminal.tell(faults.length === 0 ? `The audit is whole: ${counts}.` : `The audit is NOT whole: ${counts}.`);
        return faults.length === 0 ? EXIT.done : EXIT.refused;
      } finally {
        await db.close();
      }
    });
  },
};

function keyOf({ options }: Given): object | undefined {
  const file = options['key'];
  if (typeof file !== 'string') return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch {
    throw new UsageError(`--key ${file} is not a public key (JWK) that can be read`);
  }
}
