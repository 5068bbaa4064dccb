import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is not on this machine: what needs a real certificate is not tried');

/** A real self-signed certificate of one day, its key thrown away: as a proxy brings it, and as the register of senders keeps it. */
export function selfSigned(name: string): { escapedPem: string; pem: string; jwk: Record<string, unknown> } {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-certificate-'));
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', `/CN=${name}`];
  const made = spawnSync('openssl', ['req', '-x509', ...options, '-keyout', join(folder, 'key.pem')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (made.status !== 0) throw new Error(made.stderr);
  const certificate = new X509Certificate(made.stdout);
  const jwk = { ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] };
  return { pem: made.stdout, escapedPem: encodeURIComponent(made.stdout), jwk };
}
