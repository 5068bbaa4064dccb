import { createHash, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Where the TLS proxy puts the certificate that a system showed it. */
export interface CertificateHeader {
  name: string;
  /** Addresses or networks of the proxies, with commas: from anyone else the header is a claim, and counts for nothing. */
  proxies: string;
}

/** The certificate that came with a request; undefined when none came, or one that is unreadable, out of its dates, or brought by a stranger. */
export type CertificateOf = (request: IncomingMessage, now: Date) => X509Certificate | undefined;

/**
 * Reads certificates as a proxy passes them on: PEM, percent-encoded (nginx: `$ssl_client_escaped_cert`). The proxy saw in the handshake that the
 * caller holds the private key; whether the certificate is one that we know is for the register to say (RFC 8705 §2.2).
 */
export function certificateReader(header: CertificateHeader): CertificateOf {
  const name = header.name.toLowerCase();
  const proxies = networks(header.proxies);
  return (request, now) => {
    const given = request.headers[name];
    if (typeof given !== 'string' || !isAmong(proxies, request.socket.remoteAddress)) return undefined;
    const certificate = parse(given);
    return certificate && certificate.validFromDate <= now && now <= certificate.validToDate ? certificate : undefined;
  };
}

/** `x5t#S256` (RFC 8705 §3.1): what a token bound to a certificate holds of it. */
export function thumbprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url');
}

/** One and no more: of several, the library would take the first, which a proxy that adds to a header instead of replacing it lets a client write. */
const ONE_CERTIFICATE = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;

function parse(escaped: string): X509Certificate | undefined {
  try {
    const pem = decodeURIComponent(escaped);
    return ONE_CERTIFICATE.test(pem) ? new X509Certificate(pem) : undefined;
  } catch {
    return undefined;
  }
}

function networks(list: string): BlockList {
  const known = new BlockList();
  for (const text of list.split(',')) {
    const [address = '', bits] = text.trim().split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  return known;
}

/** An IPv4 address that Node writes as IPv6 (`::ffff:10.0.0.1`) is found too. */
function isAmong(known: BlockList, address: string | undefined): boolean {
  return address !== undefined && isIP(address) !== 0 && known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
