/**
 * A laboratory with one biologist has nobody to validate what they propose: the region designates a biologist of another laboratory, who then
 * reads its bench and decides of its lines, and proposes none. Rows are added, never changed: the last one of each person counts.
 */
import { practitioner, structure } from '#directory';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import type { WishedDesignation } from './contract.ts';

export interface Designation {
  laboratory: string;
  /** Principal id: `rpps:` and the national identifier, `8` and the RPPS number. */
  person: string;
  name: string;
  reason: string;
  by: string;
  at: Date;
}

const IN_FORCE = `select laboratory, person, person_name as name, reason, decided_by_name as by, decided_at as at
  from (select distinct on (laboratory, person) * from mapping.designation order by laboratory, person, decided_at desc, designation_id desc) d
  where designated`;

/** Every designation in force, of every laboratory. */
export function designations(sql: Sql): Promise<Designation[]> {
  return sql.query<Designation & Record<string, unknown>>('mapping-designations', `${IN_FORCE} order by laboratory, name`);
}

/** Whom the region designated for a laboratory. */
export function designatedOf(sql: Sql, laboratory: string): Promise<Designation[]> {
  return sql.query<Designation & Record<string, unknown>>('mapping-designated-of', `${IN_FORCE} and laboratory = $1 order by name`, [
    laboratory,
  ]);
}

/** FINESS of the laboratories for which the region designated a person. */
export async function designatedFor(sql: Sql, person: string): Promise<string[]> {
  const rows = await sql.query<Designation & Record<string, unknown>>(
    'mapping-designated-for',
    `${IN_FORCE} and person = $1 order by laboratory`,
    [person],
  );
  return rows.map(({ laboratory }) => laboratory);
}

/**
 * Designates a professional of the directory for a laboratory, or ends it.
 * @throws Refusal `request.not-found` when the directory has no such laboratory or professional; `request.invalid` when they work in that very laboratory, whose
 *   bench they read already
 */
export async function designate(
  tx: Sql,
  { laboratory, rpps, designated, reason }: WishedDesignation,
  { by, now }: { by: { id: string; name: string }; now: Date },
): Promise<void> {
  if (!(await structure(tx, laboratory)))
    throw new Refusal('request.not-found', 'the directory has no such laboratory', { at: 'laboratory' });
  const national = rpps.length === 11 ? `8${rpps}` : rpps;
  const found = await practitioner(tx, national);
  if (!found) throw new Refusal('request.not-found', 'the directory has no professional of this number', { at: 'rpps' });
  if (designated && found.structures.includes(laboratory))
    throw new Refusal('request.invalid', 'this professional works in that laboratory and needs no designation', { at: 'rpps' });
  await tx.query(
    'mapping-designate',
    `insert into mapping.designation
       (designation_id, laboratory, person, person_name, designated, reason, decided_by, decided_by_name, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      uuidv7(now.getTime()),
      laboratory,
      `rpps:${national}`,
      [found.title === 'DR' ? 'Dr' : found.title, found.given, found.family].filter(Boolean).join(' '),
      designated,
      reason,
      by.id,
      by.name,
      now,
    ],
  );
}
