import { existsSync, readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

const SCHEMA = '../shared/schemas/cda/CDA_extended.xsd';

export const hasSchema = existsSync(SCHEMA);

/** A function that tells what the schema of CDA R2, with its French extensions, finds wrong in a document. Compiled once a test file. */
export function schemaOfCda(): (xml: string) => string[] {
  xmlRegisterFsInputProviders();
  const schema = XmlDocument.fromBuffer(readFileSync(SCHEMA), { url: SCHEMA });
  const validator = XsdValidator.fromDoc(schema);
  return (xml) => {
    using document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
      return [];
    } catch (error) {
      return [String(error)];
    }
  };
}
