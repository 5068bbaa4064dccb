import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

/** The invented practice software of the browser tests: its name in the register, and where its pages are. */
const CLIENT_ID = 'logiciel-essai';
/** Another, that is only pages: it has no key. */
const PAGE_ID = 'page-essai';
const KEY = 'CIGOGNE_E2E_PRACTICE_KEY';
const PORT = 'CIGOGNE_E2E_PRACTICE_PORT';
/** Another site than the server, which answers at 127.0.0.1. */
const originOf = (port: number | string | undefined) => `http://localhost:${port}`;

/** A page of the software that shows an address in a frame. @param isRegistered at the origin that the register names, or at another */
export async function framePage(address: string, isRegistered: boolean): Promise<{ url: string; close: () => void }> {
  const page = `<!doctype html><title>Logiciel</title><iframe title="Cigogne" style="width:1300px;height:800px" src="${address}"></iframe>`;
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page));
  const port = isRegistered ? Number(process.env[PORT]) : 0;
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return { url: originOf((server.address() as AddressInfo).port), close: () => server.close() };
}

/** The pages of the software at the address that its register names: its own page, and the library that it asks FHIR with. */
export async function softwarePages({ baseURL, scope }: { baseURL: string; scope: string }): Promise<{ url: string; close: () => void }> {
  const library = readFileSync('node_modules/fhirclient/build/fhir-client.min.js');
  const init = JSON.stringify({ iss: `${baseURL}/fhir`, clientId: PAGE_ID, scope, redirectUri: `${originOf(process.env[PORT])}/` });
  const script = `if (new URLSearchParams(location.search).has('error')) document.title = 'Refus';
  else FHIR.oauth2.init(${init}).then(async (client) => {
    const bundle = await client.patient.request('Observation?code=http://loinc.org|2823-3&_count=1&_sort=-date');
    document.title = 'Lu';
    document.body.textContent = JSON.stringify({ patient: client.patient.id, bundle });
  });`;
  const page = `<!doctype html><title>Logiciel</title><body><script src="/fhir-client.js"></script><script>${script}</script>`;
  const server = createServer(({ url }, answer) =>
    url === '/fhir-client.js'
      ? answer.setHeader('content-type', 'text/javascript').end(library)
      : answer.setHeader('content-type', 'text/html').end(page),
  );
  await new Promise<void>((resolve) => server.listen(Number(process.env[PORT]), 'localhost', resolve));
  return { url: `${originOf(process.env[PORT])}/`, close: () => server.close() };
}

/** Writes the register of software; the private key goes to the workers, which sign as the software. @returns the file */
export async function registerPractice(folder: string): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const port = await freePort('localhost');
  process.env[PORT] = String(port);
  process.env[KEY] = JSON.stringify(await exportJWK(privateKey));
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }] };
  const file = join(folder, 'software.json');
  const practice = { clientId: CLIENT_ID, name: 'Logiciel de cabinet ESSAI', redirectUris: [], embedFrom: [originOf(port)], jwks };
  const page = { clientId: PAGE_ID, name: 'Logiciel ESSAI', redirectUris: [`${originOf(port)}/`] };
  writeFileSync(file, JSON.stringify([practice, page]));
  return file;
}

/** The context that the software signs when its user opens a patient. @param patient `system|value` */
export async function signLaunch({ baseURL, sub, patient }: { baseURL: string; sub: string; patient: string }): Promise<string> {
  const key = await importJWK(JSON.parse(process.env[KEY] ?? '{}') as JWK, 'ES256');
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ patient })
    .setProtectedHeader({ alg: 'ES256', kid: '1' })
    .setIssuer(CLIENT_ID)
    .setSubject(sub)
    .setAudience(`${baseURL}/fhir`)
    .setJti(randomBytes(12).toString('hex'))
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(key);
}
