import { attribute, child, children, firstChild, keyOf, nextSibling, NONE, textOf } from '#kernel';
import { INS_ROOTS } from '../oids.ts';
import type { Reading } from '../reading.ts';
import { V } from '../vocabulary.ts';
import { all, count, type Rule, when } from './rule.ts';

const TELECOM = /^(?:tel|fax|mailto|http|https|ftp|mllp):/;
const TELECOM_USES = new Set(['H', 'HP', 'HV', 'WP', 'DIR', 'PUB', 'EC', 'MC', 'PG']);

const roleOf = (r: Reading, d: number) => child(r.tape, child(r.tape, d, V.recordTarget), V.patientRole);

/** The patient, and how people are named and reached anywhere in a document (CI-SIS « structuration minimale »). */
export const PEOPLE_RULES: readonly Rule[] = [
  {
    id: 'P01',
    severity: 'error',
    message: { fr: 'Un matricule INS a 15 caractères, clé comprise.', en: 'An INS has 15 characters, key included.' },
    remedy: { fr: 'Compléter le matricule par sa clé, ou ne pas le transmettre.', en: 'Complete the number with its key, or send none.' },
    broken: (r, d) =>
      children(r.tape, roleOf(r, d), V.id).filter(
        (n) => INS_ROOTS.includes(attribute(r.tape, n, V.root) ?? '') && !/^\d[\dAB]{14}$/.test(attribute(r.tape, n, V.extension) ?? ''),
      ),
  },
  {
    id: 'P02',
    severity: 'error',
    message: { fr: 'Un identifiant du patient n’a pas d’extension.', en: 'An identifier of the patient has no extension.' },
    remedy: { fr: 'Donner le domaine dans root et le numéro dans extension.', en: 'Give the domain in root and the number in extension.' },
    broken: (r, d) => children(r.tape, roleOf(r, d), V.id).filter((n) => !attribute(r.tape, n, V.extension)),
  },
  {
    id: 'P03',
    severity: 'error',
    message: {
      fr: 'Une adresse ou un téléphone inconnu du patient se dit UNK.',
      en: 'An unknown address or telephone of the patient is said UNK.',
    },
    remedy: { fr: 'Remplacer le nullFlavor par UNK.', en: 'Replace the nullFlavor with UNK.' },
    broken: (r, d) =>
      [...children(r.tape, roleOf(r, d), V.addr), ...children(r.tape, roleOf(r, d), V.telecom)].filter(
        (n) => !['UNK', undefined].includes(attribute(r.tape, n, V.nullFlavor)),
      ),
  },
  {
    id: 'P04',
    severity: 'error',
    message: { fr: 'Le sexe du patient doit être F, M ou UN.', en: 'The sex of the patient must be F, M or UN.' },
    remedy: { fr: 'Corriger administrativeGenderCode, ou nullFlavor UNK.', en: 'Correct administrativeGenderCode, or nullFlavor UNK.' },
    broken: (r, d) => {
      const n = child(r.tape, child(r.tape, roleOf(r, d), V.patient), V.administrativeGenderCode);
      return when(
        n !== NONE && !/^(?:F|M|UN)$/.test(attribute(r.tape, n, V.code) ?? '') && attribute(r.tape, n, V.nullFlavor) !== 'UNK',
        n,
      );
    },
  },
  {
    id: 'H14',
    severity: 'error',
    message: {
      fr: 'Une adresse mêle des lignes et des parties, ou a plus de sept lignes.',
      en: 'An address mixes lines and parts, or has more than seven lines.',
    },
    remedy: {
      fr: 'Choisir : streetAddressLine, ou les parties (streetName, city…).',
      en: 'Choose: streetAddressLine, or the parts (streetName, city…).',
    },
    broken: (r) => all(r, V.addr).filter((n) => isMixed(r, n)),
  },
  {
    id: 'H15',
    severity: 'error',
    message: { fr: 'Une coordonnée n’a pas de préfixe ou d’usage connu.', en: 'A telecom has no known prefix or use.' },
    remedy: {
      fr: 'Écrire tel:, fax:, mailto:, http:… et use parmi H, HP, HV, WP, DIR, PUB, EC, MC, PG.',
      en: 'Write tel:, fax:, mailto:, http:… and use among H, HP, HV, WP, DIR, PUB, EC, MC, PG.',
    },
    broken: (r) => all(r, V.telecom).filter((n) => isWrongTelecom(r, n)),
  },
  {
    id: 'H16',
    severity: 'error',
    message: { fr: 'Civilité et titre sont inversés ou inconnus.', en: 'Civility and title are swapped or unknown.' },
    remedy: { fr: 'prefix : M ou MME ; suffix : DR, PR…', en: 'prefix: M or MME; suffix: DR, PR…' },
    broken: (r) => all(r, V.prefix).filter((n) => /^(?:DR|PR)$/.test(textOf(r.tape, n).trim())),
  },
];

function isMixed(r: Reading, n: number): boolean {
  const lines = count(r, n, V.streetAddressLine);
  let parts = 0;
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) if (keyOf(r.tape, c) !== V.streetAddressLine) parts += 1;
  return lines > 7 || (lines > 0 && parts > 0);
}

function isWrongTelecom(r: Reading, n: number): boolean {
  const value = attribute(r.tape, n, V.value);
  const use = attribute(r.tape, n, V.use);
  if (value === undefined) return attribute(r.tape, n, V.nullFlavor) === undefined;
  return !TELECOM.test(value) || (use !== undefined && !use.split(/\s+/).every((one) => TELECOM_USES.has(one)));
}
