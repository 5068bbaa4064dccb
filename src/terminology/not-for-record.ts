/**
 * What a document says of why it was made, when that keeps it out of every record: work, insurance, justice, anonymous screening, birth
 * under secrecy. Told from codes and from the words of its structure (titles, acts, who ordered), never from free comments, which
 * speak of other things ("seen by the occupational doctor", "work accident"). Our lists; the law that each rests on: `families.ts`.
 */
import type { SensitiveContext } from './families.ts';
import { plainText } from './plain-text.ts';

/** A code or the words of one place of a document. */
export interface SaidOfPurpose {
  words?: string | undefined;
  /** Speciality (JDV_J01) or kind of structure (TRE_R02). */
  code?: string | undefined;
}

type Why = Pick<SensitiveContext, 'isAnonymous' | 'isChildbirthUnderSecrecy' | 'purpose'>;

/** Occupational medicine (JDV_J01), services of health at work, private insurance (TRE_R02), forensic medicine (JDV_J01). */
const CODES: Readonly<Record<string, Why>> = {
  'G15_10/SM25': { purpose: 'occupational' },
  'G15_10/C41': { purpose: 'occupational' },
  'G15_10/CAPA11': { purpose: 'occupational' },
  SA66: { purpose: 'occupational' },
  SA23: { purpose: 'insurance' },
  'G15_10/SM60': { purpose: 'forensic' },
  'G15_10/C40': { purpose: 'forensic' },
  'G15_10/DSM221': { purpose: 'forensic' },
  'G15_10/DEC16': { purpose: 'forensic' },
};

/** On text without accents, case and punctuation. The national health insurance pays for care: it is not an insurer here. */
const WORDS: readonly (readonly [RegExp, Why])[] = [
  [
    /\b(?:medecine (?:du|de) travail|medecin du travail|sante au travail|visite d embauche|aptitude (?:au poste|au travail|professionnelle))\b/,
    { purpose: 'occupational' },
  ],
  [
    /\b(?:examens?|bilans?|tests?|analyses?|expertises?|contrat|souscription|adhesion|dossier|demande|pour) [\p{L}\p{N} ]{0,30}\bassurances?\b(?! (?:maladie|sociale|qualite))|\bassurance (?:emprunteur|deces)\b/u,
    { purpose: 'insurance' },
  ],
  [
    /\bmedico[ -](?:legale?s?|judiciaires?)\b|\b(?:medecine legale|requisition judiciaire|sur requisition|expertise judiciaire|garde a vue|alcoolemie (?:legale|routiere|judiciaire))\b/,
    { purpose: 'forensic' },
  ],
  [/\b(?:depistages? anonymes?|anonyme et gratuit|(?:patiente?|consultation|prelevement) anonyme|sous anonymat)\b/, { isAnonymous: true }],
  [
    /\b(?:accouchement|naissance|admission|admise) (?:sous|dans|en|au) (?:le |couvert du )?(?:x|secret)\b|\bsecret de l (?:admission|accouchement)\b/,
    { isChildbirthUnderSecrecy: true },
  ],
];

/** Why these keep a document out of the record; undefined when they say nothing of the kind. */
export function whyNotForRecord({ words, code }: SaidOfPurpose): Why | undefined {
  const byCode = code === undefined ? undefined : CODES[code];
  if (byCode || words === undefined) return byCode;
  const text = plainText(words);
  return WORDS.find(([pattern]) => pattern.test(text))?.[1];
}
