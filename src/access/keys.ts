import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** Keys of the embedded provider: one to sign tokens (ES256, RFC 7518 §3.4), one for its cookies. */
export interface ProviderKeys {
  signing: JWK;
  cookie: string;
}

/** Reads the keys from their file, made at the first start and readable by their owner alone. */
export async function loadProviderKeys(file: string): Promise<ProviderKeys> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as ProviderKeys;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
  const keys: ProviderKeys = { signing, cookie: randomBytes(32).toString('base64url') };
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, JSON.stringify(keys), { mode: 0o600, flag: 'wx' });
    return keys;
  } catch (error) {
    // Another server of the same folder made them in the meantime.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return JSON.parse(await readFile(file, 'utf8')) as ProviderKeys;
    throw error;
  }
}
