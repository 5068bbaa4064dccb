/**
 * Loaded before a load generator that knows nothing of France (`node --import`): what it calls its patients and its laboratories becomes, on the
 * wire, a matricule INS of the test domain with its key and the number of a structure that the bench registered. Nothing else of it changes.
 *
 * LOAD_IDENTITIES names the file in which the matricules are kept from one run to the next, so that one reads what another wrote.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { insKey } from '#identity';

const FROM = 'urn:oid:1.2.250.1.213.1.4.8';
const TO = 'urn:oid:1.2.250.1.213.1.4.10';
const BIRTH_PLACE =
  '"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"extension":[{"url":"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code","valueCoding":{"code":"99334"}}]}}],';
/** FINESS of the laboratory that the generator numbers so, without its last two digits. */
export const LABORATORIES = '9904008';

const file = process.env['LOAD_IDENTITIES'];
const known = new Map<string, string>(file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, string][]) : []);
if (file) process.on('exit', () => writeFileSync(file, JSON.stringify([...known])));

/** Sex, year and month of the matricule are those of the person, as in life. */
function matricule(key: string, gender: string, birthDate: string): string {
  const first13 = `${gender === 'male' ? 1 : 2}${birthDate.slice(2, 4)}${birthDate.slice(5, 7)}99${String(known.size + 1).padStart(6, '0')}`;
  const made = first13 + insKey(first13);
  known.set(key, made);
  return made;
}

const PERSON = new RegExp(`"system":"${FROM}","value":"([^"]+)".{0,200}?"gender":"(\\w+)","birthDate":"([\\d-]+)"`, 'g');
const NUMBER = new RegExp(`${FROM.replaceAll('.', '\\.')}(\\||","value":")([\\w-]+)`, 'g');

function translated(text: string): string {
  for (const [, key = '', gender = '', birthDate = ''] of text.matchAll(PERSON)) if (!known.has(key)) matricule(key, gender, birthDate);
  return text
    .replace(NUMBER, (_, between: string, key: string) => `${TO}${between}${known.get(key) ?? key}`)
    .replace(/[\w-]+-lab-(\d+)/g, (_, n: string) => `1${LABORATORIES}${n.padStart(2, '0')}`)
    .replace('"resourceType":"Patient",', `"resourceType":"Patient",${BIRTH_PLACE}`);
}

const { request } = http;
http.request = ((url: URL, options: http.RequestOptions, answer?: (response: http.IncomingMessage) => void) => {
  const number = url.searchParams.get('identifier');
  if (number !== null) url.searchParams.set('identifier', translated(number));
  const sent = request(url, options, answer);
  const write = sent.write.bind(sent) as (data: Buffer) => boolean;
  sent.write = ((data: Buffer) => {
    const body = Buffer.from(translated(data.toString()));
    sent.setHeader('content-length', body.length);
    return write(body);
  }) as typeof sent.write;
  return sent;
}) as typeof http.request;
