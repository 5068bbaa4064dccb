import {
  ATTRIBUTE,
  attributeValue,
  decodeXml,
  FIRST_ATTRIBUTE,
  lastAttribute,
  NODE,
  pathOf,
  Refusal,
  type RefusalCode,
  REFUSALS,
  scanXml,
} from '#kernel';
import { readClinicalText } from './document/read.ts';
import { LETTER_CODE } from './letter/codes.ts';
import { REPORT_CODE } from './oids.ts';
import { findDocument, readCdaText } from './read.ts';
import type { ReadingWarning } from '../lab-report.ts';
import { newReading, type Reading } from './reading.ts';
import { BODY_RULES } from './rules/body.ts';
import { COMMON_RULES, HEADER_RULES } from './rules/header.ts';
import { LETTER_RULES } from './rules/letter.ts';
import { PEOPLE_RULES } from './rules/people.ts';
import { type Finding, type Rule, valueIn } from './rules/rule.ts';
import { CDA_VOCABULARY, V } from './vocabulary.ts';

/** A document with an error on every line helps nobody to mend it. */
const MAX_FINDINGS_OF_RULE = 50;

/** What our reading warns of, as rules. */
const WARNING_RULES: Readonly<Record<string, Pick<Finding, 'rule' | 'message' | 'remedy'>>> = {
  'reference.dangling': {
    rule: 'N01',
    message: { fr: 'Une référence ne mène à aucun élément du texte.', en: 'A reference leads to no element of the text.' },
    remedy: {
      fr: 'Donner l’ID à l’élément du texte, ou corriger la référence.',
      en: 'Give the ID to the element of the text, or correct the reference.',
    },
  },
  'narrative.mismatch': {
    rule: 'N02',
    message: { fr: 'Le texte imprime un autre nombre que l’entrée.', en: 'The text prints another number than the entry.' },
    remedy: {
      fr: 'Corriger le texte ou l’entrée : ils doivent dire la même valeur.',
      en: 'Correct the text or the entry: they must tell the same value.',
    },
  },
  'narrative.missing': {
    rule: 'N04',
    message: {
      fr: 'Le texte de la section n’imprime pas la valeur de l’entrée.',
      en: 'The text of the section does not print the value of the entry.',
    },
    remedy: {
      fr: 'Imprimer la valeur dans le texte et faire pointer le code de l’entrée vers sa ligne.',
      en: 'Print the value in the text and let the code of the entry point to its line.',
    },
  },
};

/**
 * Checks a CDA document against the rules of its French model, beyond its schema: each finding with its place, in words for a
 * laboratory technician. A laboratory report and a discharge letter have all their rules, any other document those of the header.
 * A document that cannot be read at all gives one finding with the refusal's code.
 */
export function validateCda(bytes: Uint8Array, contentType?: string): Finding[] {
  try {
    const source = decodeXml(bytes, contentType);
    const tape = scanXml(source, CDA_VOCABULARY);
    const r = newReading(tape);
    const d = findDocument(tape);
    const code = valueIn(r, d, V.code, V.code);
    return [
      ...[...rulesOf(code), ...PEOPLE_RULES].flatMap((rule) => apply(r, d, rule)),
      ...repeatedIds(r),
      ...warningsOf(code, source).flatMap(asFinding),
    ];
  } catch (error) {
    if (error instanceof Refusal) return [refusedFinding(error)];
    throw error;
  }
}

function rulesOf(code: string | undefined): readonly Rule[] {
  if (code === REPORT_CODE) return [...HEADER_RULES, ...BODY_RULES];
  return code === LETTER_CODE.code ? [...COMMON_RULES, ...LETTER_RULES] : COMMON_RULES;
}

const warningsOf = (code: string | undefined, source: string): ReadingWarning[] =>
  (code === REPORT_CODE ? readCdaText(source) : readClinicalText(source)).warnings;

function apply(r: Reading, d: number, { id, severity, message, remedy, broken }: Rule): Finding[] {
  return broken(r, d)
    .slice(0, MAX_FINDINGS_OF_RULE)
    .map((n) => ({ rule: id, severity, at: pathOf(r.tape, Math.max(n, 0)), message, remedy }));
}

function repeatedIds(r: Reading): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (let n = 0; n < r.tape.count && findings.length < MAX_FINDINGS_OF_RULE; n++) {
    for (let a = r.tape.nodes[n * NODE + FIRST_ATTRIBUTE]!; a < lastAttribute(r.tape, n); a++) {
      if (r.tape.attributes[a * ATTRIBUTE] !== V.ID) continue;
      const id = attributeValue(r.tape, a);
      if (seen.has(id)) findings.push({ ...REPEATED, at: pathOf(r.tape, n) });
      seen.add(id);
    }
  }
  return findings;
}

const REPEATED: Omit<Finding, 'at'> = {
  rule: 'N03',
  severity: 'error',
  message: { fr: 'Un ID du texte est donné deux fois.', en: 'An ID of the text is given twice.' },
  remedy: { fr: 'Rendre chaque ID unique dans tout le document.', en: 'Make each ID unique in the whole document.' },
};

function asFinding({ code, at }: ReadingWarning): Finding[] {
  const rule = WARNING_RULES[code];
  return rule ? [{ ...rule, severity: 'warning', at }] : [];
}

/** Refusals of a reader, in French. */
const REFUSED: Partial<Record<RefusalCode, string>> = {
  'archive.hostile': 'L’archive est refusée : fichiers hors de leur dossier, répétés, ou d’une taille démesurée.',
  'archive.mismatch': 'L’archive et ce qu’elle dit de ses documents diffèrent (empreinte, taille, nom ou patient).',
  'archive.unreadable': 'L’archive est illisible, ou n’a pas la forme d’IHE XDM.',
  'deposit.unsupported-format': 'Le format du fichier n’est pas de ceux que Cigogne lit.',
  'report.hostile': 'Le document est refusé : trop gros, trop profond, ou avec une déclaration de type (DOCTYPE).',
  'report.identity-incomplete': 'L’INS est donnée sans tous ses traits d’identité.',
  'report.not-a-lab-report': 'Le document n’est pas un compte rendu de biologie.',
  'report.unreadable': 'Le document est mal formé ou incomplet à cet endroit.',
};

/** A document that cannot be read at all, as the one thing to mend. */
export function refusedFinding({ code, at, message }: Refusal): Finding {
  return {
    rule: code,
    severity: 'error',
    at: at ?? '/',
    message: { fr: REFUSED[code] ?? `Document refusé (${code}).`, en: `${message[0]!.toUpperCase()}${message.slice(1)}.` },
    remedy: { fr: 'Corriger à l’endroit indiqué, puis vérifier de nouveau.', en: REFUSALS[code].remedy },
  };
}
