import type { Traits } from '../contract.ts';

/** What the fields of the form hold. */
export interface TraitsForm {
  birthFamily: string;
  birthGivens: string;
  /** The first given name, when it is not the first word of the list. */
  first: string;
  usedFamily: string;
  usedGiven: string;
  sex: Traits['sex'];
  /** Day first, as on papers: `14/06/1955`, `00` for what is unknown. */
  birthDate: string;
  /** COG code (INSEE) of the birthplace. */
  cog: string;
}

export const emptyForm: TraitsForm = {
  birthFamily: '',
  birthGivens: '',
  first: '',
  usedFamily: '',
  usedGiven: '',
  sex: 'F',
  birthDate: '',
  cog: '',
};

const tidy = (text: string) => text.trim().replace(/\s+/g, ' ');

/** The traits typed; undefined as long as one that is needed is missing or is none. */
export function traitsIn(form: TraitsForm): Traits | undefined {
  const [birthFamily, birthGivens, usedFamily, usedGiven, cog] = [
    form.birthFamily,
    form.birthGivens,
    form.usedFamily,
    form.usedGiven,
    form.cog,
  ].map(tidy) as [string, string, string, string, string];
  const firstBirthGiven = tidy(form.first) || birthGivens.split(' ')[0]!;
  const birthDate = isoOf(form.birthDate);
  const isPlace = cog === '' || /^\d[\dAB]\d{3}$/.test(cog.toUpperCase());
  if (!birthFamily || !birthGivens || !birthDate || !isPlace) return undefined;
  return {
    birthFamily,
    birthGivens,
    firstBirthGiven,
    sex: form.sex,
    birthDate,
    ...(usedFamily && { usedFamily }),
    ...(usedGiven && { usedGiven }),
    ...(cog && { birthPlace: { cog: cog.toUpperCase() } }),
  };
}

/** Traits as they would be typed. */
export function formOf(traits: Traits): TraitsForm {
  const { birthFamily, birthGivens, firstBirthGiven, usedFamily = '', usedGiven = '', sex, birthDate, birthPlace } = traits;
  const first = firstBirthGiven === birthGivens.split(' ')[0] ? '' : firstBirthGiven;
  const [year, month, day] = birthDate.split('-');
  return { birthFamily, birthGivens, first, usedFamily, usedGiven, sex, birthDate: `${day}/${month}/${year}`, cog: birthPlace?.cog ?? '' };
}

/** A day as typed, day first: `14/06/1955`; `00` for what is unknown. */
export function isoOf(text: string): string | undefined {
  const [, day, month, year] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim()) ?? [];
  if (!day || !month || !year || Number(month) > 12 || Number(day) > 31) return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
