import type { InboxLine } from '../../inbox/contract.ts';

export const SECTIONS = ['critical', 'corrected', 'outside', 'normal', 'copies'] as const;
export type Section = (typeof SECTIONS)[number];

function sectionOf({ severity, why }: InboxLine): Section {
  if (severity === 'critical') return 'critical';
  if (severity === 'corrected' || severity === 'withdrawn') return 'corrected';
  if (why === 'copy') return 'copies';
  return severity === 'normal' ? 'normal' : 'outside';
}

/** The list in the order in which it should be read. Pure. */
export function sectionsOf(lines: readonly InboxLine[]): { section: Section; lines: InboxLine[] }[] {
  const groups = Map.groupBy(lines, sectionOf);
  return SECTIONS.flatMap((section) => {
    const own = groups.get(section);
    return own ? [{ section, lines: own }] : [];
  });
}
