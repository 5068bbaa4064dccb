import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { PEOPLE } from './people.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A software of others, public, and the practice software that launches it. */
export const APP = 'logiciel-essai';
const PRACTICE = 'cabinet-essai';
/** One that a practice answers for, where nobody of the tests works. */
export const OF_A_STRUCTURE = 'cabinet-ailleurs';
const keys = await generateKeyPair('ES256');
const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: '1', alg: 'ES256' }] };

/** @returns the register of software for SMART_CLIENTS_FILE, in which both are */
export function registeredApps(redirectUris: readonly string[]): string {
  const file = join(temporaryFolder('apps'), 'apps.json');
  const apps = [
    { clientId: APP, name: 'Logiciel ESSAI', redirectUris },
    { clientId: PRACTICE, name: 'Logiciel de cabinet ESSAI', redirectUris: [], jwks },
    { clientId: OF_A_STRUCTURE, name: 'Logiciel d’un autre cabinet ESSAI', redirectUris: [], jwks, structure: '990000000' },
  ];
  writeFileSync(file, JSON.stringify(apps));
  return file;
}

export interface LaunchToSign {
  /** The patient in hand, `system|value`. */
  patient: string;
  /** Address of the FHIR server. */
  audience: string;
  sub?: string;
  seconds?: number;
  /** Seconds from now at which it is said to be signed. */
  signedIn?: number;
  jti?: string;
  /** The software that signs. */
  by?: string;
}

/** The context that the practice software signs when its user opens a patient. */
export function signedLaunch({
  patient,
  audience,
  sub = PEOPLE.gp.id,
  seconds = 60,
  signedIn = 0,
  jti,
  by = PRACTICE,
}: LaunchToSign): Promise<string> {
  const now = Math.floor(Date.now() / 1_000) + signedIn;
  return new SignJWT({ patient })
    .setProtectedHeader({ alg: 'ES256', kid: '1' })
    .setIssuer(by)
    .setSubject(sub)
    .setAudience(audience)
    .setJti(jti ?? randomBytes(12).toString('hex'))
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(keys.privateKey);
}
