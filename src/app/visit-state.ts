/**
 * Where the guided visit stands. Kept for the life of the tab, because signing in reloads the page; it holds an invented person of
 * the demo region, never a real one.
 */
export interface Visit {
  patientId: string;
  name: string;
  /** Index of the step to do. */
  step: number;
}

const STORE = 'cigogne.visit';

export function readVisit(): Visit | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as Visit | null;
    return kept && typeof kept.patientId === 'string' && Number.isInteger(kept.step) ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function keepVisit(visit: Visit | undefined): void {
  try {
    if (visit) sessionStorage.setItem(STORE, JSON.stringify(visit));
    else sessionStorage.removeItem(STORE);
  } catch {
    /* Without storage the visit lasts as long as the page. */
  }
}

export const startVisit = (story: { patientId: string; name: string }) => keepVisit({ ...story, step: 0 });
