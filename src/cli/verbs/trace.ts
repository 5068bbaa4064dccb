import type { Trace, TracedDelivery } from '#exchange/contract';
import { ask, bearer, SECRET_OPTION, serverUrl, TO_OPTION } from '../remote.ts';
import { EXIT, UsageError, type Verb } from '../verb.ts';

/** Follows one document of a laboratory from the record to the receipt of each reader. */
export const traceVerb: Verb = {
  name: 'trace',
  summary: 'Follow one document of mine: to whom it was sent, every try, what came back.',
  operands: ['ID'],
  options: {
    client: { type: 'string', value: 'ID', help: 'The system that deposits for the laboratory, such as lis-biorives. Required.' },
    ...SECRET_OPTION,
    ...TO_OPTION,
    json: { type: 'boolean', help: 'Print the answer of the server, a JSON object.' },
  },
  notes: 'ID is the uniqueId of the document, the documentId of its receipt, the id of a delivery, or the Message-ID of a mail.',
  async run(given, terminal) {
    const { client, json } = given.options;
    if (typeof client !== 'string') throw new UsageError('--client ID is missing');
    const url = serverUrl(given, terminal);
    const answer = await bearer(url, client, given, terminal);
    if (typeof answer === 'number') return answer;
    const found = await ask(`${url}/api/exchange/trace?id=${encodeURIComponent(given.operands[0] ?? '')}`, {
      headers: { authorization: `Bearer ${answer.token}` },
    });
    const said = await found.text();
    if (!found.ok) {
      terminal.tell(said);
      return EXIT.refused;
    }
    if (json) terminal.say(said);
    else for (const line of linesOf(JSON.parse(said) as Trace)) terminal.say(line);
    return EXIT.done;
  },
};

function linesOf({
  documentId,
  uniqueId,
  structure,
  arrival,
  readers,
  notedAt,
  recalledAt,
  routedAt,
  fault,
  rules,
  deliveries,
}: Trace): string[] {
  return [
    `${uniqueId ?? documentId}  ${structure?.name ?? ''}`.trim(),
    ...linesOfArrival(arrival),
    `${notedAt}  in the record`,
    routedAt
      ? `${routedAt}  routed: ${rules.map(({ rule, words }) => `${rule} ${words}`).join(' ')}`
      : `not routed yet${fault ? `: ${fault}` : ''}`,
    ...(recalledAt ? [`${recalledAt}  out of the record: each place that has it is asked to withdraw it`] : []),
    ...deliveries.flatMap(linesOfDelivery),
    ...linesOfReaders(readers),
  ];
}

function linesOfDelivery({
  deliveryId,
  action,
  role,
  recipientName,
  recipient,
  address,
  state,
  reason,
  remedy,
  nextAt,
  steps,
  messages,
}: TracedDelivery): string[] {
  return [
    '',
    `${action === 'recall' ? 'recall, ' : ''}${role}: ${recipientName || recipient}${address ? ` <${address}>` : ''}: ${state}  (${deliveryId})`,
    ...steps.map(({ at, step, actor, detail, tookMs }) => {
      const took = tookMs === undefined ? '' : ` (${tookMs} ms)`;
      return `  ${at}  ${step}${actor === 'cigogne' ? '' : ` by ${actor}`}${took}${detail ? `  ${detail}` : ''}`;
    }),
    ...messages.map(({ sha256, sizeBytes }) => `  sent: ${sizeBytes} bytes, SHA-256 ${sha256}`),
    ...(reason ? [`  ${reason}: ${remedy ?? ''}`] : []),
    ...(nextAt ? [`  next try at ${nextAt}`] : []),
  ];
}

function linesOfArrival(arrival: Trace['arrival']): string[] {
  if (!arrival) return [];
  const { at, sender, channel, mediaType, sizeBytes, sha256, format, results, joinedBy, took } = arrival;
  const line = (ms: number | undefined, words: string) =>
    `${ms === undefined ? at : new Date(Date.parse(at) + ms).toISOString()}  ${words}`;
  const after = took && { read: took.read, identified: took.read + took.identify, normalised: took.read + took.identify + took.normalise };
  const lasted = (ms: number | undefined) => (ms === undefined ? '' : ` (${ms} ms)`);
  return [
    `${at}  deposited by ${sender} (${channel}), ${mediaType}, ${sizeBytes} bytes, SHA-256 ${sha256}`,
    line(after?.read, `read${format ? ` as ${format}` : ''}, ${results} results${lasted(took?.read)}`),
    line(after?.identified, `identified: patient told by ${joinedBy}${lasted(took?.identify)}`),
    ...(took ? [line(after?.normalised, `normalised: rows and usual units${lasted(took.normalise)}`)] : []),
  ];
}

function linesOfReaders(readers: Trace['readers']): string[] {
  if (!readers) return [];
  const { named, others } = readers;
  return [
    '',
    'read in the record:',
    ...named.map(({ at, name, role }) => `  ${at}  ${name} (${role})`),
    ...(others > 0 ? [`  and ${others} other readers`] : []),
  ];
}
