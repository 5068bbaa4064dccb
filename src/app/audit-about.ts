/** The one person or record that the trail is about. */
export type About = { actor: string; name: string } | { patientId: string };

const RECORD = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** The national identifier of a professional: RPPS, eleven digits, after the digit that says it is one. */
const RPPS = /^8?(\d{11})$/;

/** Whom an identifier names: a record, or a person by RPPS or as the trail writes them (`rpps:8…`, `staff:…`); undefined for anything else. */
export function aboutOf(words: string): About | undefined {
  const said = words.trim();
  if (RECORD.test(said)) return { patientId: said.toLowerCase() };
  const [, number] = RPPS.exec(said.replaceAll(/\s/g, '')) ?? [];
  if (number !== undefined) return { actor: `rpps:8${number}`, name: number };
  return /^[a-z]+:\S{2,}$/.test(said) ? { actor: said, name: said } : undefined;
}
