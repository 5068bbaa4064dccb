import { Refusal } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { bodyOf, pairsOf } from './answering.ts';
import { parseJson } from './json.ts';

/** Operations that change nothing: asked by GET, and by POST with what they are asked in a Parameters (FHIR R4 §3.2.0.1). */
export function operation(
  scope: FastifyInstance,
  url: string,
  options: RouteShorthandOptions,
  answer: (request: FastifyRequest, reply: FastifyReply, pairs: [string, string][]) => Promise<unknown>,
): void {
  scope.get(url, options, async (request, reply) => answer(request, reply, pairsOf(request)));
  scope.post(url, options, async (request, reply) => {
    const hasBody = request.body !== undefined && request.body !== null && bodyOf(request).length > 0;
    return answer(request, reply, [...pairsOf(request), ...(hasBody ? pairsOfParameters(parseJson(bodyOf(request))) : [])]);
  });
}

/** What changes nothing and is asked by POST, in an entry of a Bundle too: its address ends with one of these. */
export const READ_BY_POST =
  /(?:^|\/)(?:_search|\$(?:everything|events|expand|get-ws-binding-token|ihe-pix|lastn|match|status|validate-code))$/;

interface Said extends Record<string, unknown> {
  name?: unknown;
}

/**
 * What is said in a Parameters, as the pairs of an address: codes as `system|code`, identifiers as `system|value`, references by their address.
 * @throws Refusal `request.invalid` for what is no Parameters, or says what an address cannot
 */
export function pairsOfParameters(given: unknown): [string, string][] {
  const { resourceType, parameter = [] } = (given ?? {}) as { resourceType?: string; parameter?: Said[] };
  if (resourceType !== 'Parameters' || !Array.isArray(parameter) || !parameter.every((one) => typeof one === 'object' && one !== null))
    throw new Refusal('request.invalid', 'what an operation is asked is said in the address, or in a Parameters', { at: 'body' });
  return parameter.map((one) => {
    const name = String(one.name).slice(0, 60);
    const text = wordsOf(Object.entries(one).find(([key]) => key.startsWith('value'))?.[1]);
    if (text === undefined)
      throw new Refusal('request.invalid', `the parameter ${name} is a text, a number, a code, an identifier or a reference`, { at: name });
    return [name, text];
  });
}

interface Value {
  coding?: Value[];
  system?: string;
  code?: string;
  value?: string;
  reference?: string;
  text?: string;
}

function wordsOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  const { coding, system, code, value: number, reference, text } = value as Value;
  if (reference !== undefined) return reference;
  if (Array.isArray(coding)) return coding.map((one) => wordsOf(one) ?? '').join(',') || text;
  const own = code ?? number;
  return own === undefined ? text : system === undefined ? own : `${system}|${own}`;
}
