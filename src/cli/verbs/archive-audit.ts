import { resolve } from 'node:path';
import { openDb, readConfig } from '#kernel';
import { withReadyDatabase } from '../database.ts';
import { EXIT, UsageError, type Verb } from '../verb.ts';

const DAY_MS = 86_400_000;

/** Ends the time that the trail of accesses is kept at hand, without breaking what proves it. */
export const archiveAuditVerb: Verb = {
  name: 'archive-audit',
  summary: 'Put the accesses older than their period away, in signed files; the rest stays proved.',
  operands: ['FOLDER'],
  options: {
    before: { type: 'string', value: 'DATE', help: 'Put away what is older than this day; default: AUDIT_RETENTION_DAYS before now.' },
  },
  notes:
    'Writes audit-NNNNNN.jsonl in FOLDER, then takes these events out of the database, in one transaction each. A chain is cut where an anchor\n' +
    'signed it, so events that no anchor has signed yet stay. verify-audit proves what is left; verify-audit --archive FILE proves a file.\n' +
    'Destroy the file, or keep it elsewhere, as your policy says. A running server does the same every day, in audit-archives of its data folder.',
  async run(given, terminal) {
    const config = readConfig(terminal.env);
    const dataFolder = resolve(terminal.root, config.CIGOGNE_DATA);
    const now = new Date();
    const before = dayOf(given.options['before']) ?? new Date(now.getTime() - config.AUDIT_RETENTION_DAYS * DAY_MS);
    if (before > now) throw new UsageError('--before is in the future');
    const { archiveAudit, auditKey } = await import('#access');
    const key = await auditKey(dataFolder);
    return withReadyDatabase(config, dataFolder, terminal, async (url) => {
      const db = openDb({ url, maxConnections: 2 });
      try {
        const made = await archiveAudit(db, { before, now, key, folder: resolve(given.operands[0]!) });
        for (const { file, chains, events } of made) terminal.say(`${file}: ${events} events of ${chains} chains`);
        if (made.length === 0) terminal.tell(`Nothing is older than ${before.toISOString().slice(0, 10)}.`);
        return EXIT.done;
      } finally {
        await db.close();
      }
    });
  },
};

function dayOf(given: string | boolean | undefined): Date | undefined {
  if (typeof given !== 'string') return undefined;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(given) ? new Date(`${given}T00:00:00Z`) : undefined;
  if (!day || Number.isNaN(day.getTime())) throw new UsageError(`--before ${given} is not a day (YYYY-MM-DD)`);
  return day;
}
