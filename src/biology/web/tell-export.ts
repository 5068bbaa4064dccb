import { api } from '#ui';

/** What leaves the screen, on paper or as a file, is told to the patient. A network that is away does not hold back who treats. */
export function tellExport(patientId: string): void {
  api(`/api/patients/${encodeURIComponent(patientId)}/exports`, { method: 'POST' }).catch(() => undefined);
}
