import type { Finding } from '../cda/rules/rule.ts';
import { components, firstNamed, placeOf, raw, repetitions, type Segment, segmentsNamed, words } from './lexer.ts';
import { isXml } from './read-encapsulated.ts';
import { openMessage } from './read-header.ts';
import type { Hl7Context } from './read-types.ts';

/** What a sender has to mend in a message of HL7 v2, beyond what its results lack: the French use of version 2.5. */
interface MessageRule extends Pick<Finding, 'rule' | 'severity' | 'message' | 'remedy'> {
  /** Places that break the rule: `OBX[3]-11`. */
  broken: (r: Hl7Context) => string[];
}

const when = (isBroken: boolean, place: string): string[] => (isBroken ? [place] : []);

/** The segments of that name for which it holds, at one of their fields. */
const each = (r: Hl7Context, name: string, field: number, isBroken: (segment: Segment) => boolean): string[] =>
  segmentsNamed(r, name).flatMap((segment) => when(isBroken(segment), placeOf(segment, field)));

/** HL7 tables 0085, 0078 and 0125, as far as laboratories use them. */
const LINE_STATUSES: ReadonlySet<string> = new Set(['C', 'D', 'F', 'I', 'N', 'O', 'P', 'R', 'S', 'U', 'W', 'X']);
const FLAGS = /^(?:L|H|LL|HH|<|>|N|A|AA|U|D|B|W|S|R|I|MS|VS|POS|NEG|IND|DET|ND|E|null)$/;
const VALUE_TYPES = /^(?:NM|SN|CE|CWE|CF|ST|TX|FT|DT|TM|TS|DTM|ED|RP|CX|XAD|XPN|XCN|XON|XTN|EI)$/;

const RULES: readonly MessageRule[] = [
  {
    rule: 'M01',
    severity: 'warning',
    broken: (r) => when(raw(firstNamed(r, 'MSH'), 18) === undefined, 'MSH-18'),
    message: { fr: 'Le message ne dit pas son jeu de caractères.', en: 'The message does not say its character set.' },
    remedy: { fr: 'Écrire UNICODE UTF-8, 8859/1 ou 8859/15 en MSH-18.', en: 'Write UNICODE UTF-8, 8859/1 or 8859/15 in MSH-18.' },
  },
  {
    rule: 'M02',
    severity: 'warning',
    broken: (r) => when(words(r, firstNamed(r, 'MSH'), 9, 3) === undefined, 'MSH-9'),
    message: { fr: 'Le type du message n’est pas complet.', en: 'The type of the message is not complete.' },
    remedy: { fr: 'Ajouter la structure en troisième composant : ORU_R01.', en: 'Add the structure as third component: ORU_R01.' },
  },
  {
    rule: 'M03',
    severity: 'error',
    broken: (r) => when(!/^[PTD]$/.test(words(r, firstNamed(r, 'MSH'), 11) ?? ''), 'MSH-11'),
    message: {
      fr: 'Le message ne dit pas s’il est de production ou d’essai.',
      en: 'The message does not say whether it is for production or a test.',
    },
    remedy: { fr: 'Écrire P, T ou D en MSH-11.', en: 'Write P, T or D in MSH-11.' },
  },
  {
    rule: 'M04',
    severity: 'warning',
    broken: (r) => when(!(words(r, firstNamed(r, 'MSH'), 12) ?? '').startsWith('2.'), 'MSH-12'),
    message: { fr: 'La version de HL7 v2 manque.', en: 'The version of HL7 v2 is missing.' },
    remedy: { fr: 'Écrire 2.5 en MSH-12.', en: 'Write 2.5 in MSH-12.' },
  },
  {
    rule: 'M05',
    severity: 'warning',
    broken: (r) => when(words(r, firstNamed(r, 'MSH'), 17) !== 'FRA', 'MSH-17'),
    message: { fr: 'Le pays n’est pas FRA.', en: 'The country is not FRA.' },
    remedy: { fr: 'Écrire FRA en MSH-17.', en: 'Write FRA in MSH-17.' },
  },
  {
    rule: 'M06',
    severity: 'error',
    broken: (r) =>
      each(r, 'PID', 32, (pid) => {
        const hasIns = repetitions(r, pid, 3).some((id) => components(r, id)[4] === 'INS');
        return hasIns && !repetitions(r, pid, 32).includes('VALI');
      }),
    message: {
      fr: 'L’INS est transmise pour une identité qui n’est pas qualifiée.',
      en: 'The INS is sent for an identity that is not qualified.',
    },
    remedy: {
      fr: 'N’envoyer l’INS qu’avec VALI en PID-32 ; sinon, l’identifiant local seul.',
      en: 'Send the INS only with VALI in PID-32; otherwise the local identifier alone.',
    },
  },
  {
    rule: 'M07',
    severity: 'error',
    broken: (r) => each(r, 'PID', 5, (pid) => !repetitions(r, pid, 5).some((name) => components(r, name)[6] === 'L')),
    message: { fr: 'Le nom de naissance manque.', en: 'The name of birth is missing.' },
    remedy: { fr: 'Donner en PID-5 le nom de type L (nom de naissance).', en: 'Give in PID-5 the name of type L (name of birth).' },
  },
  {
    rule: 'M08',
    severity: 'warning',
    broken: (r) => each(r, 'PV1', 19, (pv1) => /^[EIOR]$/.test(words(r, pv1, 2) ?? '') && raw(pv1, 19) === undefined),
    message: { fr: 'Le numéro de venue manque.', en: 'The number of the visit is missing.' },
    remedy: { fr: 'Le donner en PV1-19.', en: 'Give it in PV1-19.' },
  },
  {
    rule: 'M09',
    severity: 'warning',
    broken: (r) => each(r, 'OBR', 3, (obr) => raw(obr, 3) === undefined && raw(firstNamed(r, 'ORC'), 3) === undefined),
    message: {
      fr: 'La demande n’a pas de numéro du laboratoire : une correction ne pourra pas remplacer ce message.',
      en: 'The order has no number of the laboratory: no correction will be able to replace this message.',
    },
    remedy: { fr: 'Donner le numéro de demande en OBR-3.', en: 'Give the number of the order in OBR-3.' },
  },
  {
    rule: 'M10',
    severity: 'error',
    broken: (r) => each(r, 'OBX', 11, (obx) => !LINE_STATUSES.has(words(r, obx, 11) ?? '')),
    message: { fr: 'La ligne ne dit pas si elle est définitive.', en: 'The line does not say whether it is final.' },
    remedy: { fr: 'Écrire F, P, C, D, W ou X en OBX-11.', en: 'Write F, P, C, D, W or X in OBX-11.' },
  },
  {
    rule: 'M11',
    severity: 'error',
    broken: (r) => each(r, 'OBX', 2, (obx) => raw(obx, 5) !== undefined && !VALUE_TYPES.test(words(r, obx, 2) ?? '')),
    message: { fr: 'Le type de la valeur n’est pas de ceux de HL7 v2.5.', en: 'The type of the value is not one of HL7 v2.5.' },
    remedy: { fr: 'Écrire NM, SN, CWE, ST, FT ou ED en OBX-2.', en: 'Write NM, SN, CWE, ST, FT or ED in OBX-2.' },
  },
  {
    rule: 'M12',
    severity: 'warning',
    broken: (r) => each(r, 'OBX', 6, (obx) => raw(obx, 6) !== undefined && words(r, obx, 6, 3) !== 'UCUM'),
    message: { fr: 'L’unité n’est pas dite en UCUM.', en: 'The unit is not said to be in UCUM.' },
    remedy: {
      fr: 'Écrire le code UCUM et UCUM en troisième composant d’OBX-6 (mmol/L^^UCUM).',
      en: 'Write the UCUM code, and UCUM as third component of OBX-6 (mmol/L^^UCUM).',
    },
  },
  {
    rule: 'M13',
    severity: 'warning',
    broken: (r) => each(r, 'OBX', 8, (obx) => repetitions(r, obx, 8).some((flag) => !FLAGS.test(components(r, flag)[0] ?? ''))),
    message: { fr: 'L’indicateur n’est pas de la table 0078.', en: 'The flag is not of table 0078.' },
    remedy: { fr: 'Écrire L, H, LL, HH, N, A, AA, S, I ou R en OBX-8.', en: 'Write L, H, LL, HH, N, A, AA, S, I or R in OBX-8.' },
  },
  {
    rule: 'M14',
    severity: 'warning',
    broken: (r) =>
      when(
        segmentsNamed(r, 'OBX').some((obx) => isXml(r, obx)) && !(raw(firstNamed(r, 'MSH'), 21) ?? '').includes('CISIS_CDA_HL7_V2'),
        'MSH-21',
      ),
    message: {
      fr: 'Le message porte un document CDA et ne dit pas selon quel profil.',
      en: 'The message carries a CDA document and does not say by which profile.',
    },
    remedy: { fr: 'Écrire 2.1^CISIS_CDA_HL7_V2 en MSH-21.', en: 'Write 2.1^CISIS_CDA_HL7_V2 in MSH-21.' },
  },
];

/** A rule broken by each of a thousand lines helps nobody. */
const MAX_FINDINGS_OF_RULE = 50;

/**
 * Checks a message against the rules M.
 *
 * Source: HL7 v2.5 §2.15, §3.4.2, §7.4; IHE PAM-FR 2.11; CI-SIS « Transmission d'un document CDA-R2 en HL7 v2 » 2.1.
 * @throws Refusal when it is no message
 */
export function checkMessage(bytes: Uint8Array): Finding[] {
  const { c } = openMessage(bytes);
  return RULES.flatMap(({ broken, ...rule }) =>
    broken(c)
      .slice(0, MAX_FINDINGS_OF_RULE)
      .map((at) => ({ ...rule, at })),
  );
}
