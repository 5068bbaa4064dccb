import type { PatientSearch } from '#ui';

/** Where the reader is, as far as the visit looks. */
export interface Place {
  /** Path of the address. */
  path: string;
  search: PatientSearch;
  /** A new report has arrived and was shown. */
  hasSeenArrival: boolean;
}

/** What to do next, and when it is done. The words are `app.visit.step.<id>`. */
export const VISIT_STEPS = [
  { id: 'find', isDone: ({ path }: Place, patientId: string) => path.startsWith(`/patients/${patientId}`) },
  { id: 'curve', isDone: ({ search }: Place) => search.view === 'curve' },
  { id: 'source', isDone: ({ search }: Place) => search.report !== undefined },
  { id: 'who', isDone: ({ path }: Place) => path.endsWith('/accesses') },
  { id: 'arrival', isDone: ({ hasSeenArrival }: Place) => hasSeenArrival },
] as const;

/** The step to do after what the reader has just done: a step is passed once, in order, and never undone by going back. */
export function nextStep(step: number, place: Place, patientId: string): number {
  return VISIT_STEPS[step]?.isDone(place, patientId) ? step + 1 : step;
}
