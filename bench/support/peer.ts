/**
 * The same load on the strongest TypeScript server of FHIR: Medplum 5.1.29 (Node 24, PostgreSQL 15 with every commit durable, Redis 7), the best of its settings,
 * on two cores of the same kind with other work on them: differences under a fifth mean nothing.
 */
const REPORTS_A_SECOND: Readonly<Record<number, number>> = { 1: 6.4, 4: 10, 8: 11.2 };

/** Milliseconds, one request at once. */
const QUESTIONS: Readonly<Record<string, { p50: number; p99: number }>> = {
  code: { p50: 6.3, p99: 27 },
  lab: { p50: 17.6, p99: 45 },
  dr: { p50: 2.3, p99: 5.7 },
  everything: { p50: 78, p99: 105 },
};

const times = (ratio: number) => `${ratio.toFixed(1)}×`;

/** How many times as many reports, where the peer was measured. */
export function besidePeerWriting(mode: string, atOnce: number, aSecond: number): string {
  const peer = mode === 'tx' ? REPORTS_A_SECOND[atOnce] : undefined;
  return peer === undefined ? '' : `   peer ${peer}/s: ${times(aSecond / peer)}`;
}

/** How many times as quick, median and 99th percentile. */
export function besidePeerReading(kind: string, atOnce: number, { p50, p99 }: { p50: number; p99: number }): string {
  const peer = atOnce === 1 ? QUESTIONS[kind] : undefined;
  return peer ? `   peer ${peer.p50} / ${peer.p99} ms: ${times(peer.p50 / p50)} / ${times(peer.p99 / p99)}` : '';
}
