import type { Sql } from '#kernel';
import { practitioner, structure } from './store.ts';

/** Name of the holder of a care link, as the directory knows it: `rpps:…`, `structure:FINESS`. */
export async function holderName(sql: Sql, holder: string): Promise<string | undefined> {
  const [, kind, id = ''] = /^(rpps|structure):(.*)$/.exec(holder) ?? [];
  if (kind === 'structure') return (await structure(sql, id))?.name;
  const person = kind === 'rpps' ? await practitioner(sql, id) : undefined;
  return person && [person.title === 'DR' ? 'Dr' : person.title, person.given, person.family].filter(Boolean).join(' ');
}
