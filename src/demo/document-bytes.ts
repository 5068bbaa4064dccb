import { writeCda } from '#formats';
import type { DemoDocument } from './arrivals.ts';
import { pagePdf, tinyPdf } from './pdf.ts';

/** One document in so many carries its results on a whole PDF page, and those of the visit's stories all do; the others a small copy. */
const FULL_PAGE_ONE_IN = 25;
const STORIES = 3;

/** @param n place of the document in its region */
export function documentBytes({ report, k }: Pick<DemoDocument, 'report' | 'k'>, n: number): Buffer {
  const pdf = k <= STORIES || n % FULL_PAGE_ONE_IN === 0 ? pagePdf(report) : tinyPdf(report);
  return Buffer.from(writeCda(report, { pdf }));
}
