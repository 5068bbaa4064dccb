import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasOpenssl, selfSigned } from '../../test/support/certificate.ts';
import { certificateReader, thumbprint } from './certificate.ts';

const certificateOf = certificateReader({ name: 'X-Client-Certificate', proxies: '10.0.0.1, 10.1.0.0/16,fd00::/8' });
const came = (given: string | undefined, from: string | undefined = '10.0.0.1') =>
  ({ headers: { 'x-client-certificate': given }, socket: { remoteAddress: from } }) as unknown as IncomingMessage;

test('whatever a header holds that is no certificate counts as none', () => {
  fc.assert(fc.property(fc.string(), (text) => certificateOf(came(text), new Date()) === undefined));
  expect(certificateOf(came(undefined), new Date())).toBeUndefined();
  expect(certificateOf(came('%E0%A4%A'), new Date())).toBeUndefined();
});

describe.skipIf(!hasOpenssl)('the certificate that a proxy brings', () => {
  const { pem, escapedPem } = hasOpenssl ? selfSigned('lis-essai') : { pem: '', escapedPem: '' };

  test('is read as nginx escapes it', () => {
    const read = certificateOf(came(escapedPem), new Date());
    expect(read?.fingerprint256).toBe(new X509Certificate(pem).fingerprint256);
    // The same number, written in hexadecimal by Node and in base64url by RFC 8705.
    expect(Buffer.from(thumbprint(read!), 'base64url').toString('hex').toUpperCase()).toBe(read!.fingerprint256.replaceAll(':', ''));
  });

  test.each(['10.0.0.1', '10.1.200.3', '::ffff:10.0.0.1', 'fd00::7'])('is believed from %s, a proxy that is named', (from) => {
    expect(certificateOf(came(escapedPem, from), new Date())).toBeDefined();
  });

  test.each(['10.0.0.2', '::ffff:10.0.0.2', '127.0.0.1', 'fe80::1', ''])('is a claim, and nothing more, from "%s"', (from) => {
    expect(certificateOf(came(escapedPem, from), new Date())).toBeUndefined();
  });

  test('counts as none before and after its dates', () => {
    const day = 86_400_000;
    expect(certificateOf(came(escapedPem), new Date(Date.now() - day))).toBeUndefined();
    expect(certificateOf(came(escapedPem), new Date(Date.now() + 2 * day))).toBeUndefined();
  });

  test('written twice, the header counts as none', () => {
    // Node joins two headers of one name with a comma (RFC 9110 §5.3).
    expect(certificateOf(came(`${escapedPem}, ${escapedPem}`), new Date())).toBeUndefined();
    expect(certificateOf(came(`${escapedPem}, `), new Date())).toBeUndefined();
    expect(certificateOf(came(escapedPem + escapedPem), new Date())).toBeUndefined();
  });
});
