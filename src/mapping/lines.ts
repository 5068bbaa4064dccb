import { isLoinc, type LocalMapping } from '#terminology';

/** One line as proposed. Its optional parts are null when they do not narrow it; an empty unit or specimen means "printed without". */
export interface Line {
  lineId: string;
  /** FINESS of the laboratory whose biologist proposed it. */
  laboratory: string;
  /** FINESS of the other sites that it speaks for: those of the same system. */
  sites: readonly string[];
  localSystem: string | null;
  local: string | null;
  label: string | null;
  unit: string | null;
  specimen: string | null;
  /** null withdraws the mapping. */
  loinc: string | null;
  reason: string;
  proposedBy: string;
  proposedByName: string;
  proposedAt: Date;
}

/** Which results a line speaks of. Two lines with the same place replace one another. */
export function placeOf({ laboratory, localSystem, local, label, unit, specimen }: Omit<Line, 'lineId' | 'loinc' | 'sites'>): string {
  return JSON.stringify([laboratory, localSystem, local, local === null ? label : null, unit, specimen]);
}

/**
 * The lines that count, each as one of each site that it speaks for: for each place the last one validated, none when that one withdraws.
 * @param validated in order of version
 */
export function inForce<T extends Line>(validated: readonly T[]): T[] {
  const byPlace = new Map<string, T>();
  for (const line of validated) {
    for (const laboratory of sitesOf(line)) byPlace.set(placeOf({ ...line, laboratory }), { ...line, laboratory });
  }
  return [...byPlace.values()].filter(({ loinc }) => loinc !== null);
}

/** Every site that a line speaks for, that of its biologist first. */
export const sitesOf = ({ laboratory, sites }: Pick<Line, 'laboratory' | 'sites'>): string[] => [laboratory, ...sites];

/** Lines as the rules of terminology take them. */
export function toMappings(lines: readonly Line[]): LocalMapping[] {
  return lines.flatMap(({ laboratory, localSystem, local, label, unit, specimen, loinc }) =>
    loinc === null || !isLoinc(loinc)
      ? []
      : [
          {
            laboratoryFiness: laboratory,
            loinc,
            ...(local !== null ? { local } : { label: label ?? '' }),
            ...(localSystem !== null && { localSystem }),
            ...(unit !== null && { unit }),
            ...(specimen !== null && { specimen }),
          },
        ],
  );
}
