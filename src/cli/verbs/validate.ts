import { StartError } from '#kernel';
import type { Finding } from '#formats';
import { openSchema } from '../schema.ts';
import { EXIT, type Given, type Terminal, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';

/** Checks a file before it is sent, in words for who has to mend it. */
export const validateVerb: Verb = {
  name: 'validate',
  summary: 'Check a file (CDA, HL7 v2, HPRIM, XDM, FHIR) against the XML schema and the rules of its model.',
  operands: ['FILE'],
  options: {
    json: { type: 'boolean', help: 'Print a JSON array with one object a finding.' },
    french: { type: 'boolean', help: 'Say it in French.' },
    schemas: { type: 'string', value: 'FOLDER', help: 'Folder that holds cda/CDA_extended.xsd; by default CIGOGNE_SCHEMAS.' },
  },
  notes:
    'Each finding has: rule (its id), severity (error or warning), at (XPath, line or field), message and remedy. Ends with 0 when no rule is\n' +
    'broken (warnings are told all the same), 4 otherwise. Rules: XSD the schema of CDA, for CDA and what an archive or a message holds of it;\n' +
    'H P S E R N the French model of the laboratory report; X the metadata of an archive; M the message of HL7 v2; G what every report needs; others are what the\n' +
    'reader warns of. Cigogne ships no schema: without a folder the schema is not checked, and it says so.',
  async run(given, terminal) {
    const { readAny, validateAny } = await import('#formats');
    const bytes = readDocument(given.operands[0] ?? '');
    const findings = validateAny(bytes);
    const isReadable = !findings.some(({ rule }) => /^[a-z]+\.[a-z-]+$/.test(rule) && findings.length === 1);
    const ofSchema = isReadable ? await againstSchema(readAny(bytes).contents, given, terminal) : [];
    return tell([...ofSchema, ...findings], given, terminal);
  },
};

type Contents = ReturnType<typeof import('#formats')['readAny']>['contents'];

async function againstSchema(contents: Contents, { options }: Given, { env, tell: say }: Terminal): Promise<Finding[]> {
  const documents = contents.flatMap((content) => ('source' in content && content.source ? [content.source] : []));
  if (documents.length === 0) return [];
  const folder = options['schemas'] ?? env['CIGOGNE_SCHEMAS'];
  if (typeof folder !== 'string' || folder === '') {
    say('The XML schema was not checked: no folder of schemas is given (--schemas or CIGOGNE_SCHEMAS).');
    return [];
  }
  const check = await openSchema(folder);
  if (!check) throw new StartError(`The folder ${folder} holds no cda/CDA_extended.xsd.`);
  return documents.flatMap((bytes, n) =>
    check(bytes).map((finding) => (documents.length === 1 ? finding : { ...finding, at: `document ${n + 1} ${finding.at}` })),
  );
}

function tell(findings: readonly Finding[], { options }: Given, terminal: Terminal): number {
  const language = options['french'] ? 'fr' : 'en';
  const told = findings.map(({ message, remedy, ...place }) => ({ ...place, message: message[language], remedy: remedy[language] }));
  if (options['json']) terminal.say(JSON.stringify(told, null, 2));
  else for (const { severity, rule, at, message, remedy } of told) terminal.say(`${severity} ${rule} at ${at}\n  ${message} ${remedy}`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  terminal.tell(`${errors} rules broken, ${findings.length - errors} warnings.`);
  return errors === 0 ? EXIT.done : EXIT.refused;
}
