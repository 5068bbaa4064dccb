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

/** What follows « assurance » when it is the national one, which pays for care, or the quality of a laboratory. */
const NOT_AN_INSURER = '(?! (?:maladies?|sociales?|maternite|invalidite|vieillesse|chomage|(?:de la )?qualite))';

/** On text without accents, case and punctuation. The national health insurance pays for care: it is no insurer here. */
const WORDS: readonly (readonly [RegExp, Why])[] = [
  // Code du travail, R4624-10 and following; médecine de prévention is that of public servants.
  [
    anyOf(
      'medecine (?:du|de|au) travail|medecins? du travail|sante au travail|medecine (?:de prevention|professionnelle|preventive professionnelle)',
      'spsti|ssti|suivi individuel renforce',
      '(?:visite|examen|bilan)s?(?: \\w+)? (?:d embauche|de (?:pre ?)?reprise(?: du travail)?|d information et de prevention)',
      '(?:in)?aptitude (?:au poste|au travail|professionnelle|medicale au poste)',
      'surveillance (?:biologique|medicale) (?:des expositions professionnelles|(?:renforcee|post professionnelle) des travailleurs|post professionnelle)',
    ),
    { purpose: 'occupational' },
  ],
  [
    anyOf(
      `(?:examens?|bilans?|tests?|analyses?|expertises?|contrat|souscription|adhesion|dossier|demande|pour) [\\p{L}\\p{N} ]{0,30}\\bassurances?\\b${NOT_AN_INSURER}`,
      'assurance (?:emprunteur|deces|vie|prevoyance)|convention aeras|(?:pour|par|demande de) (?:un |l |la )?(?:assureur|compagnie d assurances?)',
    ),
    { purpose: 'insurance' },
  ],
  [
    anyOf(
      'medico ?(?:legale?s?|legaux|judiciaires?)|medecine legale|umj|garde a vue',
      '(?:sur|par|suite a) requisition|requisitions? (?:judiciaires?|du (?:parquet|procureur|juge)|de (?:la )?(?:police|gendarmerie))',
      '(?:a la )?demande (?:du (?:parquet|procureur|tribunal|juge)|de la (?:police|gendarmerie)|des gendarmes)',
      '(?:expertise|autopsie|toxicologie|enquete|alcoolemie|stupefiants?) (?:legale?|routiere?s?|judiciaire|penale)',
      '(?:test|recherche|expertise) de (?:paternite|filiation)|empreintes? genetiques?|conduite sous (?:stupefiants?|l empire)',
    ),
    { purpose: 'forensic' },
  ],
  // A visitor of a CeGIDD chooses to be anonymous or not: its name alone says nothing. CDAG was anonymous by definition.
  [
    anyOf(
      'depistages? anonymes?|anonymes? et gratuite?s?|(?:patiente?|consultation|prelevement|depistage vih) anonyme|sous (?:couvert (?:d |de l ))?anonymat|sous l anonymat',
      'cdag|(?:numero|code) d anonymat',
    ),
    { isAnonymous: true },
  ],
  [
    anyOf(
      '(?:accouchements?|accouchee?|accouche|parturiente|naissance|admission|admise) (?:sous|dans|en|au) (?:le )?(?:couvert du )?(?:x|secret)',
      'accouchement secret|secret de (?:l |son |sa )?(?:admission|accouchement|identite)',
    ),
    { isChildbirthUnderSecrecy: true },
  ],
];

/** Any of these, as whole words. */
function anyOf(...patterns: readonly string[]): RegExp {
  return new RegExp(`\\b(?:${patterns.join('|')})(?![\\p{L}\\p{N}])`, 'u');
}

/** Why these keep a document out of the record; undefined when they say nothing of the kind. */
export function whyNotForRecord({ words, code }: SaidOfPurpose): Why | undefined {
  const byCode = code === undefined ? undefined : CODES[code];
  return byCode || words === undefined ? byCode : judged(words);
}

/** The words of the structure of documents are few, and come again in each: titles, names of tests, prescribers. Short ones are judged once. */
const known = new Map<string, Why | undefined>();
const MOST_KNOWN = 10_000;
const MOST_CHARACTERS = 200;

function judged(words: string): Why | undefined {
  if (known.has(words)) return known.get(words);
  const text = plainText(words).replace(/[^\p{L}\p{N}]+/gu, ' ');
  const why = WORDS.find(([pattern]) => pattern.test(text))?.[1];
  if (words.length > MOST_CHARACTERS) return why;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(words, why);
  return why;
}
