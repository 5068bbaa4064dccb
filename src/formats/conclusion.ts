import { escapeText } from '#kernel';
import { narrativeToText } from './cda/narrative-html.ts';
import { LOINC } from './cda/oids.ts';
import type { Coded, Conclusion, LabReport, Section } from './lab-report.ts';

const isConclusion = ({ kind, title, narrative }: Section) =>
  kind === 'comment' && narrative !== undefined && /^conclusion/i.test(title?.trim() ?? '');

/** What a report concludes: as its format says it, else the words of its comment section of that title. */
export function conclusionIn({ conclusion, sections }: Pick<LabReport, 'conclusion' | 'sections'>): Conclusion | undefined {
  if (conclusion) return conclusion;
  const narrative = sections.find(isConclusion)?.narrative;
  const text = narrative === undefined ? '' : narrativeToText(narrative).trim();
  return text === '' ? undefined : { text };
}

const wordsOf = ({ originalText, display, code }: Coded) => originalText ?? display ?? code ?? '';

/**
 * A conclusion as a comment section (CI-SIS FR-Commentaire, LOINC 55112-7): its text, and the words of those of its codes that the text does not say.
 */
export function conclusionSection({ text = '', codes = [] }: Conclusion): Section {
  const words = codes.map(wordsOf).filter((word) => word !== '' && !text.includes(word));
  const paragraphs = [text, ...words].filter((words_) => words_ !== '');
  return {
    kind: 'comment',
    code: { code: '55112-7', system: LOINC, systemName: 'LOINC', display: 'Commentaire' },
    title: 'Conclusion',
    narrative: paragraphs.map((words_) => `<paragraph>${escapeText(words_).replaceAll('\n', '<br/>')}</paragraph>`).join(''),
    entries: [],
    sections: [],
  };
}
