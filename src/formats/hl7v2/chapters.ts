import { LOINC } from '../cda/oids.ts';
import type { Coded } from '../lab-report.ts';

/** LOINC of the chapters of a French report: an order that is one of them is no panel. */
const CHAPTERS: ReadonlySet<string> = new Set(
  '18716-1 18717-9 18718-7 18719-5 18720-3 18721-1 18722-9 18723-7 18724-5 18725-2 18727-8 18728-6 18729-4 18767-4 26435-8 26436-6 26438-2'.split(
    ' ',
  ),
);

/** Is an order that is asked so a chapter, and no panel? */
export const isChapter = (code: Coded | undefined): boolean => code?.system === LOINC && CHAPTERS.has(code.code ?? '');

const TABLE_0074 = '2.16.840.1.113883.12.74';

/** Diagnostic service section (table 0074) → chapter of a French report (LOINC), with the words of the chapter. */
const OF_SERVICE: Readonly<Record<string, readonly [string, string]>> = {
  CH: ['18719-5', 'Biochimie'],
  HM: ['18723-7', 'Hématologie'],
  MB: ['18725-2', 'Microbiologie'],
  SR: ['18727-8', 'Sérologie'],
  BLB: ['18717-9', 'Immuno-hématologie'],
  TX: ['18728-6', 'Toxicologie'],
  BG: ['18767-4', 'Gaz du sang'],
};

/** The chapter of an order: its own code when that is one, else what OBR-24 says, kept beside as it came. */
export function chapterOf(service: string | undefined, code: Coded | undefined): Coded | undefined {
  if (isChapter(code)) return code;
  if (!service) return undefined;
  const received: Coded = { code: service, system: TABLE_0074 };
  const known = OF_SERVICE[service];
  return known ? { code: known[0], display: known[1], system: LOINC, translations: [received] } : { ...received, display: service };
}

/** What OBR-24 says of a chapter; undefined when the table has no word for it. */
export function serviceOf(chapter: Coded | undefined): string | undefined {
  if (chapter?.system === TABLE_0074) return chapter.code;
  return Object.entries(OF_SERVICE).find(([, [code]]) => code === chapter?.code)?.[0];
}
