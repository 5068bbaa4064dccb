import { type DocumentSection, narrativeToText } from '#formats';

/** Headings that conclude, by LOINC: conclusions, impression of imaging, diagnosis of pathology. */
const CONCLUDES = new Set(['55110-1', '19005-8', '22637-3', '34574-4']);
/** By their title, the firmest first, where the heading has no code of its own. */
const TITLES = [/^(conclusion|diagnostic|impression)/i, /^(synth[eè]se|proposition|r[ée]sultat)/i];
const LONGEST = 600;

export interface Conclusion {
  /** On one line; cut at a word when it is long. */
  conclusion: string;
  isCut?: true;
}

/** What a document concludes, in its own words, from the first heading that does; undefined when none does. */
export function conclusionOf(sections: readonly DocumentSection[]): Conclusion | undefined {
  const all = flat(sections).filter(({ narrative }) => narrative !== undefined);
  const found =
    all.find(({ code }) => CONCLUDES.has(code?.code ?? '')) ??
    TITLES.map((title) => all.find((section) => title.test(section.title?.trim() ?? ''))).find((section) => section !== undefined);
  const text = found?.narrative === undefined ? '' : narrativeToText(found.narrative).replace(/\s+/g, ' ').trim();
  if (text === '') return undefined;
  return text.length <= LONGEST ? { conclusion: text } : { conclusion: `${text.slice(0, LONGEST).replace(/\s\S*$/, '')}…`, isCut: true };
}

const flat = (sections: readonly DocumentSection[]): DocumentSection[] =>
  sections.flatMap((section) => [section, ...flat(section.sections)]);
