import type { Sql } from '#kernel';
import type { Rights } from './contract.ts';

/** One text for each cell of the tables, by what it is about: two tables are the same when these are. */
type Cells = Record<string, string>;

interface Row extends Record<string, unknown> {
  since: Date;
  version: string;
  cells: Cells;
}

/** Writes which rights are in force, when they are not the last ones written. */
export async function noteRights(sql: Sql, rights: Omit<Rights, 'history'>, now: Date): Promise<void> {
  await sql.query(
    'access-note-rights',
    `insert into access.rights_in_force (since, version, cells)
     select $1, $2, $3::jsonb
     where (select (l.version, l.cells) is distinct from ($2::text, $3::jsonb)
            from (select null) one left join lateral (select version, cells from access.rights_in_force order by since desc limit 1) l on true)
     on conflict do nothing`,
    [now, rights.version, JSON.stringify(cellsOf(rights))],
  );
}

/** Every change of the tables of rights, the latest first, with what each changed. */
export async function rightsHistory(sql: Sql): Promise<Rights['history']> {
  const rows = await sql.query<Row>(
    'access-rights-history',
    'select since, version, cells from access.rights_in_force order by since desc limit 100',
  );
  return rows.map(({ since, version, cells }, n) => ({
    since: since.toISOString(),
    version,
    changes: rows[n + 1] ? changesOf(rows[n + 1]!.cells, cells) : [],
  }));
}

/** `kind|row|column`: the matrix by category and profession, marks by reason and stand, families by family and field. */
function cellsOf({ categories, professions, reasons, stands, families }: Omit<Rights, 'history'>): Cells {
  return Object.fromEntries([
    ...categories.flatMap(({ label, cells }) =>
      cells.flatMap((cell, n) =>
        cell ? [[`matrix|${label}|${professions[n]}`, `${cell.read ? 'read ' : ''}${cell.feed ? 'feed' : ''}`.trim() || 'nothing']] : [],
      ),
    ),
    ...reasons.flatMap(({ label, isOpen }) => isOpen.map((open, n) => [`mark|${label}|${stands[n]}`, open ? 'open' : 'hidden'])),
    ...families.flatMap(({ family, professionals, patient, isPushed, representatives }) =>
      Object.entries({ professionals, patient, pushed: isPushed, representatives }).map(([field, said]) => [
        `family|${family}|${field}`,
        String(said),
      ]),
    ),
  ]);
}

function changesOf(before: Cells, after: Cells): Rights['history'][number]['changes'] {
  const abouts = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return abouts.flatMap((about) => {
    const [from = null, to = null] = [before[about], after[about]];
    const [kind, row, column] = about.split('|') as ['matrix' | 'mark' | 'family', string, string];
    return from === to ? [] : [{ kind, row, column, from, to }];
  });
}
