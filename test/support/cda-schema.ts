import { existsSync } from 'node:fs';
import { openSchema } from '../../src/cli/schema.ts';

const SCHEMAS = '../shared/schemas';

export const hasSchema = existsSync(`${SCHEMAS}/cda/CDA_extended.xsd`);

const check = hasSchema ? await openSchema(SCHEMAS) : undefined;

/** A function that tells what the schema of CDA R2, with its French extensions, finds wrong in a document. Compiled once a test file. */
export function schemaOfCda(): (xml: string) => string[] {
  if (!check) throw new Error('the schema is absent: skip the test');
  return (xml) => check(Buffer.from(xml)).map(({ at, message }) => `${at}: ${message.en}`);
}
