import { resolve } from 'node:path';
import { makeWritableFolder, readConfig } from '#kernel';
import { readyDatabase } from '../database.ts';
import { takeInstance } from '../instance.ts';
import { EXIT, type Verb } from '../verb.ts';

/** Brings the schema up to date and goes: for regions that do it apart from serving. */
export const migrateVerb: Verb = {
  name: 'migrate',
  summary: 'Bring the schema of the database up to date.',
  operands: [],
  options: {},
  notes: 'Works on DATABASE_URL, or on the embedded database of CIGOGNE_DATA. Prints one line a migration; running it again does nothing.',
  async run(_given, terminal) {
    const config = readConfig(terminal.env);
    const dataFolder = resolve(terminal.root, config.CIGOGNE_DATA);
    makeWritableFolder(dataFolder, 0o755);
    const instance = await takeInstance(dataFolder, terminal.tell);
    try {
      const database = await readyDatabase(config, dataFolder, terminal);
      await database.stop();
      for (const name of database.migrated) terminal.say(name);
      terminal.tell(
        database.migrated.length === 0 ? 'The schema was up to date.' : `The schema is up to date: ${database.migrated.length} ran.`,
      );
      return EXIT.done;
    } finally {
      await instance.release();
    }
  },
};
