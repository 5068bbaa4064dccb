import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is not on this machine: what needs a real certificate is not tried');

/** A real self-signed certificate of one day: as a proxy brings it, as the register of senders keeps it, and its key. */
export function selfSigned(name: string): { escapedPem: string; pem: string; key: string; jwk: Record<string, unknown> } {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-certificate-'));
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', `/CN=${name}`];
  const made = spawnSync('openssl', ['req', '-x509', ...options, '-keyout', join(folder, 'key.pem')], { encoding: 'utf8' });
  const key = made.status === 0 ? readFileSync(join(folder, 'key.pem'), 'utf8') : '';
  rmSync(folder, { recursive: true });
  if (made.status !== 0) throw new Error(made.stderr);
  const certificate = new X509Certificate(made.stdout);
  const jwk = { ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] };
  return { pem: made.stdout, key, escapedPem: encodeURIComponent(made.stdout), jwk };
}
