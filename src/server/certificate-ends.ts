import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Variables that name the certificates which this server shows: one that ended stops the mails, the port or the service that it is for. */
export const CERTIFICATES = [
  'MSSANTE_CERTIFICATE_FILE',
  'INSI_CERTIFICATE_FILE',
  'MLLP_CERTIFICATE_FILE',
  'MAIL_DOOR_CERTIFICATE_FILE',
] as const;

export type CertificateFiles = Partial<Record<(typeof CERTIFICATES)[number], string | undefined>>;

/**
 * When each of them ends, in seconds since 1970 (UTC), by the file as it is now: whoever renews one writes the file.
 * 0 of one that cannot be read.
 */
export async function certificateEnds(files: CertificateFiles): Promise<{ name: string; endsAt: number }[]> {
  const named = CERTIFICATES.flatMap((name) => (files[name] ? [{ name, file: files[name] }] : []));
  return Promise.all(named.map(async ({ name, file }) => ({ name, endsAt: await endOf(file) })));
}

const endOf = (file: string): Promise<number> =>
  readFile(file).then(
    (pem) => {
      try {
        return Date.parse(new X509Certificate(pem).validTo) / 1_000;
      } catch {
        return 0;
      }
    },
    () => 0,
  );
