import type { PrintedPatient } from '#formats';
import type { Traits } from './contract.ts';

/** Letters that Unicode does not decompose, and ligatures, as the civil status writes them without diacritics. */
const EXPANDED: Record<string, string> = { Œ: 'OE', Æ: 'AE', ẞ: 'SS', Ø: 'O', Ł: 'L', Đ: 'D', Ð: 'D', Þ: 'TH', İ: 'I', Ĳ: 'IJ' };

/**
 * A name as the RNIV writes it: upper case, no diacritic, ligatures expanded, hyphens and apostrophes kept and made plain, single blanks.
 * Source: RNIV (référentiel national d'identitovigilance) v2, writing of the traits.
 */
export function normaliseName(name: string): string {
  return (
    name
      .toUpperCase()
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      // after the marks are gone: Ǣ is an Æ with a macron
      .replace(/[ŒÆẞØŁĐÐÞİĲ]/g, (letter) => EXPANDED[letter] ?? letter)
      .replace(/[’‘ʼ`´]/g, "'")
      .replace(/[‐‑‒–—―−]/g, '-')
      .replace(/[^\p{L}\p{N}'-]+/gu, ' ')
      .replace(/ *- */g, '-')
      .replace(/^[ '-]+|[ '-]+$/g, '')
  );
}

/** Words that the civil status and its readers write in two ways. */
const IN_FULL: Readonly<Record<string, string>> = { ST: 'SAINT', STE: 'SAINTE' };

/**
 * The words of a name, hyphens and apostrophes apart, Saint in full: what is compared, since senders differ on them (`JEAN-PIERRE`, `JEAN PIERRE`;
 * `ST MARTIN`, `SAINT-MARTIN`).
 */
export function wordsOf(name: string): string[] {
  return normaliseName(name)
    .split(/[ '-]+/)
    .flatMap((word) => (word === '' ? [] : [IN_FULL[word] ?? word]));
}

/** Two names with the same compared form are the same name. */
export const comparedName = (name: string): string => wordsOf(name).join(' ');

/** `YYYY-MM-DD` from HL7 text of any precision, `00` for an unknown day or month; undefined when it is no date. */
export function birthDateOf(hl7: string | undefined): string | undefined {
  const parts = /^(\d{4})(\d{2})?(\d{2})?/.exec(hl7?.trim() ?? '');
  if (!parts) return undefined;
  const [, year, month = '00', day = '00'] = parts;
  return Number(month) <= 12 && Number(day) <= 31 ? `${year}-${month}-${day}` : undefined;
}

/** What a sender printed of a patient, as far as it is usable: traits in the words received, dates and sex understood. */
export type PrintedTraits = { [Trait in keyof Traits]?: Traits[Trait] | undefined };

/** The traits of a printed patient. The first given name alone also stands for the list, and the list gives the first when alone. */
export function traitsOf(patient: PrintedPatient): PrintedTraits {
  const birthDate = birthDateOf(patient.birthDate);
  const givens = kept(patient.birthGivens) ?? kept(patient.firstBirthGiven);
  const first = kept(patient.firstBirthGiven) ?? givens?.split(/\s+/)[0];
  const family = kept(patient.birthFamily);
  const usedFamily = kept(patient.usedFamily);
  const usedGiven = kept(patient.usedGiven);
  const sex = patient.sex?.toUpperCase();
  const { cog, label } = { cog: kept(patient.birthPlace?.cog)?.toUpperCase(), label: kept(patient.birthPlace?.label) };
  return {
    ...(family && { birthFamily: family }),
    ...(givens && { birthGivens: givens }),
    ...(first && { firstBirthGiven: first }),
    ...(usedFamily && { usedFamily }),
    ...(usedGiven && { usedGiven }),
    ...((sex === 'M' || sex === 'F' || sex === 'UN') && { sex }),
    ...(birthDate && { birthDate }),
    ...((cog || label) && { birthPlace: { ...(cog && { cog }), ...(label && { label }) } }),
  };
}

const kept = (text: string | undefined): string | undefined => (text && comparedName(text) !== '' ? text.trim() : undefined);

/** Whether every strict trait is there: birth name, given names, first given name, sex, birth date, birthplace code. */
export function isComplete(traits: PrintedTraits): traits is Traits & { birthPlace: { cog: string } } {
  const { birthFamily, birthGivens, firstBirthGiven, sex, birthDate, birthPlace } = traits;
  return Boolean(birthFamily && birthGivens && firstBirthGiven && sex && birthDate && birthPlace?.cog);
}

/**
 * The strict traits in compared form, in one text: equal texts, equal traits. A missing trait is part of it, so that a trait that appears or
 * disappears is a change.
 */
export function fingerprintOf(traits: PrintedTraits): string {
  const names = [traits.birthFamily, traits.birthGivens, traits.firstBirthGiven].map((name) => comparedName(name ?? ''));
  return [...names, traits.sex ?? '', traits.birthDate ?? '', traits.birthPlace?.cog ?? ''].join('|');
}

/** Whether two prints of strict traits say different things; one that says less contradicts nothing. */
export function contradicts(one: string, another: string): boolean {
  const [a, b] = [one.split('|'), another.split('|')];
  return a.some((trait, i) => trait !== '' && (b[i] ?? '') !== '' && trait !== b[i]);
}

/** The columns by which a record is found: made here so that SQL never normalises a name in another way. */
export function searchColumns(traits: Traits): { comparedFamily: string; searchFamily: string; searchWords: string; sound: string } {
  const families = [traits.birthFamily, traits.usedFamily ?? ''].flatMap(wordsOf);
  const givens = [traits.birthGivens, traits.firstBirthGiven, traits.usedGiven ?? ''].flatMap(wordsOf);
  const spaced = (words: readonly string[]) => ` ${[...new Set(words)].join(' ')} `;
  return {
    comparedFamily: comparedName(traits.birthFamily),
    searchFamily: spaced(families),
    searchWords: spaced([...families, ...givens]),
    sound: soundOf(traits.birthFamily, traits.firstBirthGiven),
  };
}

/**
 * A rough key of how birth name and first given name sound in French, to find candidates in spite of spelling: `LEFEVRE` and `LEFEBVRE`,
 * `PHILIPPE` and `FILIPE`. Only ever used to propose, never to join.
 */
export function soundOf(family: string, given: string): string {
  return `${wordsOf(family).map(soundOfWord).join(' ')}/${soundOfWord(wordsOf(given)[0] ?? '')}`;
}

function soundOfWord(word: string): string {
  const consonants = word
    .replace(/PH/g, 'F')
    .replace(/EAU|AU/g, 'O')
    .replace(/QU?|CK|CH(?=[RLN])|C(?![EIYH])|K/g, 'K')
    .replace(/C(?=[EIY])|Z|X|SC(?=[EIY])/g, 'S')
    .replace(/G(?=[EIY])/g, 'J')
    .replace(/BV/g, 'V')
    .replace(/W/g, 'V')
    .replace(/Y/g, 'I')
    .replace(/(.)\1+/g, '$1');
  // a final mute consonant or vowel is not heard; inner vowels and H vary too much to count
  const head = consonants[0] ?? '';
  return (
    head +
    consonants
      .slice(1)
      .replace(/[STDXEH]+$/, '')
      .replace(/[AEIOUH]/g, '')
  );
}
