/**
 * What a result without a comparable number says, in one vocabulary for all laboratories: an answer in words, a titre, how a germ
 * answers to an antibiotic, a germ, a blood group. Kept beside what was printed; nothing is made of words that are not a plain answer,
 * nor of a code and words that contradict each other.
 *
 * LOINC answers (LA…) and NCBI taxonomy identifiers are given where they are certain.
 */
import { organismOf } from './organisms.ts';
import { type Qualitative, readQualitative, readSusceptibility, readTitre, type Susceptibility } from './qualitative.ts';
import { plainText } from './plain-text.ts';
import type { Answer, BloodGroup, ResultToNormalise } from './result.ts';

/** LOINC answers « Positive », « Negative », « Equivocal », « Trace ». */
const QUALITATIVE_LOINC: Readonly<Record<Qualitative, string>> = {
  positive: 'LA6576-8',
  negative: 'LA6577-6',
  equivocal: 'LA11885-3',
  trace: 'LA11832-5',
};

/** « Susceptible » and « Resistant »: the categories in between have no answer that means the same in France. */
const SUSCEPTIBILITY_LOINC: Partial<Record<Susceptibility, string>> = { S: 'LA24225-7', R: 'LA6676-6' };

/** @param row where the result stands: only a row of blood groups makes a group of the letter A */
export function readAnswer(input: ResultToNormalise, row: string): Answer | undefined {
  const { text = '', interpretations = [], isolate, at } = input;
  // Nearly every result: a number, and no code beside it.
  if (interpretations.length === 0 && isolate === undefined && (text === '' || input.number)) return undefined;
  if (isolate !== undefined) {
    const category = susceptibilityOf(text, interpretations, at);
    if (category) {
      const loinc = SUSCEPTIBILITY_LOINC[category];
      return { kind: 'susceptibility', category, ...(loinc !== undefined && { loinc }) };
    }
  }
  if (BLOOD_GROUP_ROW.test(row)) {
    const group = readBloodGroup(text);
    return group && { kind: 'blood-group', ...group };
  }
  if (!input.number) {
    const titre = readTitre(text);
    if (titre) return { kind: 'titre', ...titre };
    const organism = organismOf(text);
    if (organism) return { kind: 'organism', ...organism };
  }
  const answer = qualitativeOf(input.number ? '' : text, interpretations);
  return answer && { kind: 'qualitative', answer, loinc: QUALITATIVE_LOINC[answer] };
}

/** The day of the sampling tells what `I` means. A letter and words that disagree say nothing. */
function susceptibilityOf(text: string, codes: readonly string[], at: string | undefined): Susceptibility | undefined {
  const year = at === undefined ? undefined : Number(at.slice(0, 4));
  const read = (words: string) => readSusceptibility(words, year);
  return agreed(
    codes.map(read).find((category) => category !== undefined),
    read(text),
  );
}

function qualitativeOf(text: string, codes: readonly string[]): Qualitative | undefined {
  return agreed(readQualitative('', codes), readQualitative(text));
}

function agreed<T>(byCode: T | undefined, byWords: T | undefined): T | undefined {
  return byCode !== undefined && byWords !== undefined && byCode !== byWords ? undefined : (byCode ?? byWords);
}

const BLOOD_GROUP_ROW = /^abo(?:_rh)?\.blood/;

/** `A POS`, `O négatif`, `AB Rh+`, `B RH1 positif`; anything longer is for a person. */
function readBloodGroup(text: string): BloodGroup | undefined {
  const found = /^(?:groupe )?(a|b|ab|o) ?(?:(?:rh(?:esus)?(?: ?1)?(?: ?d)? ?)?(\+|-|pos(?:itif)?|neg(?:atif)?))?$/.exec(
    plainText(text.replaceAll(/[(),:]/g, ' ').replace('−', '-')),
  );
  if (!found) return undefined;
  const abo = found[1]!.toUpperCase() as BloodGroup['abo'];
  return found[2] === undefined ? { abo } : { abo, rh1: /^(?:\+|pos)/.test(found[2]) ? 'positive' : 'negative' };
}
