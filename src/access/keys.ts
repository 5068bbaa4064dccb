import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** Our own keys: one to sign tokens and one the anchors of the audit (ES256, RFC 7518 §3.4), one for the provider's cookies. */
export interface OwnKeys {
  signing: JWK;
  audit: JWK;
  cookie: string;
}

/** Reads the keys from their file, made at the first start and readable by their owner alone. */
export async function loadKeys(file: string): Promise<OwnKeys> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as OwnKeys;
  const keys: OwnKeys = { signing: await makeKey(), audit: await makeKey(), cookie: randomBytes(32).toString('base64url') };
  await mkdir(dirname(file), { recursive: true });
  // Written whole beside, then given its name: nobody ever reads half of it.
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return keys;
  } catch (error) {
    // Another server of the same folder made them in the meantime.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return JSON.parse(await readFile(file, 'utf8')) as OwnKeys;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
}

/** What others need to verify, and no more. */
export function publicPart({ kty, crv, x, y, kid }: JWK): JWK {
  return { kty, crv, x, y, kid, alg: 'ES256' } as JWK;
}

/** The key that verifies the anchors of the audit, for `verifyAudit`. */
export async function auditPublicKey(dataFolder: string): Promise<JWK> {
  return publicPart((await loadKeys(keyFile(dataFolder))).audit);
}

/** The key that signs the anchors and the archives of the audit. */
export async function auditKey(dataFolder: string): Promise<JWK> {
  return (await loadKeys(keyFile(dataFolder))).audit;
}

export function keyFile(dataFolder: string): string {
  return join(dataFolder, 'keys.json');
}
