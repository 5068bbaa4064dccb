import { setTimeout as pause } from 'node:timers/promises';
import { StartError } from '#kernel';
import { ARRIVED_HEADER } from './days-gone-by.ts';

/**
 * The client secret of a demo system. Known to everybody, on purpose: only a demo instance takes secrets at all, and it holds invented people.
 */
export const demoSecret = (clientId: string) => `demo-${clientId}`;

export interface Outcome {
  /** HTTP status: 201 stored, 202 waits for a person, 200 same bytes again, 4xx refused. */
  status: number;
  /** Code of the refusal. */
  refusal?: string;
}

export interface DepositClient {
  /**
   * Deposits one document as this system (`arrivedAt`: ISO 8601, of one that came before today), waiting as long as the door says (503, Retry-After) or stays silent.
   * @throws StartError when the door is no Cigogne demo, or stays closed
   */
  deposit(bytes: Uint8Array, clientId: string, how?: { mediaType?: string; arrivedAt?: string | undefined }): Promise<Outcome>;
}

/** Asked again before the token's own end, in milliseconds. */
const TOKEN_MARGIN_MS = 30_000;
/** A door that answers nothing for so long is not coming back: about four minutes in all. */
const MOST_TRIES = 40;

export interface ClientOptions {
  signal?: AbortSignal;
  /** How often a door that is away is tried; the default is some four minutes; 6 is two seconds. */
  tries?: number;
}

export function makeDepositClient(url: string, { signal, tries: mostTries = MOST_TRIES }: ClientOptions = {}): DepositClient {
  const tokens = new Map<string, Promise<{ token: string; until: number }>>();
  const base = url.replace(/\/+$/, '');

  async function askToken(clientId: string): Promise<{ token: string; until: number }> {
    const answer = await send(`${base}/oidc/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${demoSecret(clientId)}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (!answer.ok) throw new StartError(`${base} gives no token to ${clientId} (${answer.status}): is it a Cigogne demo with its region?`);
    const { access_token: token, expires_in: seconds } = (await answer.json()) as { access_token: string; expires_in: number };
    return { token, until: Date.now() + seconds * 1000 - TOKEN_MARGIN_MS };
  }

  async function tokenOf(clientId: string): Promise<string> {
    const kept = await tokens.get(clientId);
    if (kept && kept.until > Date.now()) return kept.token;
    const asked = askToken(clientId);
    tokens.set(clientId, asked);
    asked.catch(() => tokens.delete(clientId));
    return (await asked).token;
  }

  /** Tries again while the door is away (connection refused, 503), as it says when it says. */
  async function send(address: string, request: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const answer = await fetch(address, { ...request, ...(signal && { signal }) }).catch((error: unknown) => error as Error);
      const isAway = answer instanceof Error ? !signal?.aborted : answer.status === 503;
      if (!isAway || tries >= mostTries) {
        if (answer instanceof Error)
          throw signal?.aborted ? answer : new StartError(`${base} does not answer: is Cigogne started, and at this address?`);
        return answer;
      }
      const asked = answer instanceof Error ? Number.NaN : Number(answer.headers.get('retry-after'));
      if (!(answer instanceof Error)) await answer.arrayBuffer();
      await pause(asked > 0 ? asked * 1000 : Math.min(6_000, 150 * tries), undefined, signal ? { signal } : {});
    }
  }

  return {
    async deposit(bytes, clientId, { mediaType = 'application/xml', arrivedAt } = {}) {
      const headers = {
        authorization: `Bearer ${await tokenOf(clientId)}`,
        'content-type': mediaType,
        ...(arrivedAt !== undefined && { [ARRIVED_HEADER]: arrivedAt }),
      };
      const answer = await send(`${base}/api/deposits`, { method: 'POST', headers, body: bytes as BodyInit });
      if (answer.status === 401) tokens.delete(clientId);
      if (answer.ok) {
        await answer.arrayBuffer();
        return { status: answer.status };
      }
      const body = (await answer.json().catch(() => ({}))) as { code?: string };
      return { status: answer.status, refusal: body.code ?? `http ${answer.status}` };
    },
  };
}
