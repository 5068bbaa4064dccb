import type { RoutingPreview } from '#exchange/contract';
import { ask, bearer, SECRET_OPTION, serverUrl, TO_OPTION } from '../remote.ts';
import { EXIT, UsageError, type Verb } from '../verb.ts';
import { readDocument } from './deposit.ts';

/** Where a document would go if it were deposited now. */
export const previewVerb: Verb = {
  name: 'preview',
  summary: 'Tell where a document of mine would go if it were deposited now; nothing of it is kept.',
  operands: ['FILE'],
  options: {
    client: { type: 'string', value: 'ID', help: 'The system that deposits for the laboratory, such as lis-biorives. Required.' },
    type: { type: 'string', value: 'TYPE', help: 'Content-Type of FILE; by default application/xml.' },
    ...SECRET_OPTION,
    ...TO_OPTION,
    json: { type: 'boolean', help: 'Print the answer of the server, a JSON object.' },
  },
  notes: 'One line a recipient: what leaves by mail, what waits for a person and why, what does not leave, with the rule that decides.',
  async run(given, terminal) {
    const { client, json, type } = given.options;
    if (typeof client !== 'string') throw new UsageError('--client ID is missing');
    const bytes = readDocument(given.operands[0] ?? '');
    const url = serverUrl(given, terminal);
    const answer = await bearer(url, client, given, terminal);
    if (typeof answer === 'number') return answer;
    const told = await ask(`${url}/api/exchange/preview`, {
      method: 'POST',
      headers: { authorization: `Bearer ${answer.token}`, 'content-type': typeof type === 'string' ? type : 'application/xml' },
      body: bytes,
    });
    const said = await told.text();
    if (!told.ok) {
      terminal.tell(said);
      return told.status >= 500 ? EXIT.unable : EXIT.refused;
    }
    if (json) terminal.say(said);
    else for (const line of linesOf(JSON.parse(said) as RoutingPreview)) terminal.say(line);
    return EXIT.done;
  },
};

const DOES = { mail: 'mail   ', held: 'waits  ', nothing: 'nothing' };

function linesOf({ rulesVersion, isIdentified, verdicts }: RoutingPreview): string[] {
  return [
    `rules version ${rulesVersion}`,
    ...(isIdentified ? [] : ['the identity cell is asked first: nothing leaves before']),
    ...verdicts.map(
      ({ does, role, recipient, name, rule, words, address, reason }) =>
        `${DOES[does]}  ${role}  ${[recipient, name, address, reason].filter(Boolean).join('  ')}  ${rule} ${words}`,
    ),
    ...(verdicts.length === 0 ? ['nobody: filed in the record, without sending'] : []),
  ];
}
