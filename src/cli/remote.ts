import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig, StartError } from '#kernel';
import { EXIT, type Given, type Terminal } from './verb.ts';

/** Options of the verbs that speak to a running Cigogne. */
export const TO_OPTION = {
  to: { type: 'string', value: 'URL', help: 'The server; by default the one that runs on this data folder, else http://127.0.0.1:PORT.' },
} as const;

export const SECRET_OPTION = {
  'secret-file': {
    type: 'string',
    value: 'FILE',
    help: "File of the system's secret; by default the well-known one of the demo's systems.",
  },
} as const;

export function serverUrl({ options }: Given, { env, root }: Pick<Terminal, 'env' | 'root'>): string {
  if (typeof options['to'] === 'string') return options['to'].replace(/\/+$/, '');
  const { CIGOGNE_DATA, PORT } = readConfig(env);
  try {
    const { url } = JSON.parse(readFileSync(join(resolve(root, CIGOGNE_DATA), 'instance.json'), 'utf8')) as { url?: string };
    if (url) return url;
  } catch {
    // Nothing runs on this folder that we may read: the address that it would have is as good a guess as any.
  }
  return `http://127.0.0.1:${PORT}`;
}

/** A request to a running Cigogne. @throws StartError when nothing answers there */
export async function ask(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new StartError(
      `Nothing answers at ${new URL(address).origin} (${cause?.message || message}): start it with npm start, or name it with --to.`,
    );
  }
}

/**
 * A bearer token for a registered system (OAuth 2.0 client credentials, RFC 6749 §4.4).
 * @returns the token, or the exit code when the server gives none, which is then told
 */
export async function bearer(url: string, client: string, given: Given, { tell }: Terminal): Promise<{ token: string } | number> {
  const file = given.options['secret-file'];
  const secret = typeof file === 'string' ? readSecret(file) : `demo-${client}`;
  const answer = await ask(`${url}/oidc/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(client)}:${encodeURIComponent(secret)}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const said = await answer.text();
  if (answer.ok) return { token: (JSON.parse(said) as { access_token: string }).access_token };
  tell(`${url} gives no token to the system "${client}" (${answer.status}): ${said}`);
  return EXIT.refused;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartError(`The secret cannot be read from ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}
