import type { Sql } from '#kernel';
import type { SavedView } from './contract.ts';

/** The table of saved views. */

type ViewRow = Omit<SavedView, 'isMine'> & { ownerId: string };

/** One's own, then those that one's structure shares, by name. */
export async function viewsFor(sql: Sql, ownerId: string, finess: string | undefined): Promise<SavedView[]> {
  const rows = await sql.query<ViewRow & Record<string, unknown>>(
    'biology-views-for',
    `select view_id as "viewId", owner_id as "ownerId", owner_name as "byName", label, row_keys as "rows", finess is not null as "isShared"
     from biology.saved_view where owner_id = $1 or finess = $2 order by owner_id <> $1, label, view_id`,
    [ownerId, finess ?? null],
  );
  return rows.map(({ ownerId: owner, ...view }) => ({ ...view, isMine: owner === ownerId }));
}

/** @returns false when this person keeps as many as one may */
export async function addView(
  sql: Sql,
  view: { viewId: string; ownerId: string; ownerName: string; finess: string | null; label: string; rows: readonly string[]; at: Date },
  most: number,
): Promise<boolean> {
  const added = await sql.query(
    'biology-add-view',
    `insert into biology.saved_view (view_id, owner_id, owner_name, finess, label, row_keys, at)
     select $1, $2, $3, $4, $5, $6, $7 where (select count(*) from biology.saved_view where owner_id = $2) < $8 returning 1`,
    [view.viewId, view.ownerId, view.ownerName, view.finess, view.label, view.rows, view.at, most],
  );
  return added.length === 1;
}

/** @returns false when this person has no such view */
export async function dropView(sql: Sql, viewId: string, ownerId: string): Promise<boolean> {
  const gone = await sql.query('biology-drop-view', 'delete from biology.saved_view where view_id = $1 and owner_id = $2 returning 1', [
    viewId,
    ownerId,
  ]);
  return gone.length === 1;
}
