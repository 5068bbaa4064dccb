interface Line {
  at: string;
  who: string;
  role: string;
}

/** Lines of one day together, in the order they come. @param dayOf the day of an instant on the reader's clock */
export function groupByDay<L extends Line>(lines: readonly L[], dayOf: (at: string) => string): [string, L[]][] {
  return [...Map.groupBy(lines, ({ at }) => dayOf(at))];
}

/** How many different people in the last days; the systems of laboratories are not people. @param today `YYYY-MM-DD` */
export function peopleSince(lines: readonly Line[], today: string, days: number): number {
  const from = Date.parse(today) - days * 86_400_000;
  return new Set(lines.filter(({ at, role }) => role !== 'laboratory-system' && Date.parse(at) >= from).map(({ who }) => who)).size;
}
