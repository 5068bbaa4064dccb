import { bearer, SECRET_OPTION, serverUrl, TO_OPTION } from '../remote.ts';
import { EXIT, UsageError, type Verb } from '../verb.ts';

/** What one pastes after `Authorization: Bearer` to try a door by hand. */
export const tokenVerb: Verb = {
  name: 'token',
  summary: 'Print a bearer token of a registered system, for a demo server.',
  operands: [],
  options: { client: { type: 'string', value: 'ID', help: 'The system, such as lis-biorives. Required.' }, ...SECRET_OPTION, ...TO_OPTION },
  async run(given, terminal) {
    const { client } = given.options;
    if (typeof client !== 'string') throw new UsageError('--client ID is missing');
    const answer = await bearer(serverUrl(given, terminal), client, given, terminal);
    if (typeof answer === 'number') return answer;
    terminal.say(answer.token);
    return EXIT.done;
  },
};
