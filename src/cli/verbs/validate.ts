import { EXIT, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';

/** Checks a report against the rules of the French model before it is sent, in words for who has to mend it. */
export const validateVerb: Verb = {
  name: 'validate',
  summary: 'Check a laboratory report in CDA against the rules of the French model.',
  operands: ['FILE'],
  options: {
    json: { type: 'boolean', help: 'Print a JSON array with one object a finding.' },
    french: { type: 'boolean', help: 'Say it in French.' },
  },
  notes:
    'Each finding has: rule (its id), severity (error or warning), at (XPath), message and remedy. Ends with 0 when no rule is broken\n' +
    '(warnings are told all the same), 4 otherwise. The CDA schema is not among the rules.',
  async run({ options, operands }, terminal) {
    const { validateCda } = await import('#formats');
    const findings = validateCda(readDocument(operands[0] ?? ''));
    const language = options['french'] ? 'fr' : 'en';
    const told = findings.map(({ message, remedy, ...place }) => ({ ...place, message: message[language], remedy: remedy[language] }));
    if (options['json']) terminal.say(JSON.stringify(told, null, 2));
    else for (const { severity, rule, at, message, remedy } of told) terminal.say(`${severity} ${rule} at ${at}\n  ${message} ${remedy}`);
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    terminal.tell(`${errors} rules broken, ${findings.length - errors} warnings.`);
    return errors === 0 ? EXIT.done : EXIT.refused;
  },
};
