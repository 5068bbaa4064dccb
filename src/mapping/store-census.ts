import type { Sql } from '#kernel';

/** One way in which a laboratory prints a result, and how many it sent that way. */
export interface Observed {
  /** JSON text of all that tells it apart. */
  key: string;
  loinc: string | null;
  localSystem: string | null;
  local: string | null;
  label: string;
  unit: string | null;
  specimen: string | null;
  /** In numbers; otherwise in words, or not done. */
  isNumber: boolean;
  results: number;
  /** The latest few, in the printed unit. */
  numbers: number[];
}

const NOTHING = '00000000-0000-0000-0000-000000000000';

/** Where the count of a laboratory stands, held until the transaction ends; undefined while another process counts it. */
export async function takeCensus(tx: Sql, laboratory: string): Promise<{ documentId: string } | undefined> {
  await tx.query(
    'mapping-new-census',
    'insert into mapping.census (laboratory, document_id, results) values ($1, $2, 0) on conflict do nothing',
    [laboratory, NOTHING],
  );
  const [row] = await tx.query<{ documentId: string }>(
    'mapping-take-census',
    'select document_id as "documentId" from mapping.census where laboratory = $1 for update skip locked',
    [laboratory],
  );
  return row;
}

export async function advanceCensus(tx: Sql, laboratory: string, documentId: string, results: number): Promise<void> {
  await tx.query('mapping-advance-census', 'update mapping.census set document_id = $2, results = results + $3 where laboratory = $1', [
    laboratory,
    documentId,
    results,
  ]);
}

export async function addObserved(tx: Sql, laboratory: string, observed: readonly Observed[], mostNumbers: number): Promise<void> {
  await tx.query(
    'mapping-add-observed',
    `insert into mapping.observed as known
       (laboratory, key, loinc, local_system, local, label, unit, specimen, is_number, results, numbers)
     select $1, key, loinc, "localSystem", local, label, unit, specimen, "isNumber", results, numbers
     from json_to_recordset($2) as new (key text, loinc text, "localSystem" text, local text, label text, unit text, specimen text,
       "isNumber" boolean, results bigint, numbers double precision[])
     on conflict (laboratory, key) do update set results = known.results + excluded.results,
       numbers = (excluded.numbers || known.numbers)[1:$3]`,
    [laboratory, JSON.stringify(observed), mostNumbers],
  );
}

/** Ways of printing that no result came by yet; one that is known stays as it was counted. */
export async function announce(tx: Sql, laboratory: string, ways: readonly Omit<Observed, 'results' | 'numbers'>[]): Promise<void> {
  await tx.query(
    'mapping-announce',
    `insert into mapping.observed (laboratory, key, loinc, local_system, local, label, unit, specimen, is_number, results, numbers)
     select $1, key, loinc, "localSystem", local, label, unit, specimen, "isNumber", 0, '{}'
     from json_to_recordset($2) as new (key text, loinc text, "localSystem" text, local text, label text, unit text, specimen text, "isNumber" boolean)
     on conflict (laboratory, key) do nothing`,
    [laboratory, JSON.stringify(ways)],
  );
}

/** All that a laboratory sends, or is to send, most frequent first. */
export function observedOf(sql: Sql, laboratory: string): Promise<Observed[]> {
  return sql.query<Observed & Record<string, unknown>>(
    'mapping-observed-of',
    `select key, loinc, local_system as "localSystem", local, label, unit, specimen, is_number as "isNumber", results, numbers
     from mapping.observed where laboratory = $1 order by results desc, key`,
    [laboratory],
  );
}

/** What every laboratory sends, without the numbers. */
export function observedEverywhere(sql: Sql): Promise<(Observed & { laboratory: string })[]> {
  return sql.query<Observed & { laboratory: string } & Record<string, unknown>>(
    'mapping-observed-everywhere',
    `select laboratory, key, loinc, local_system as "localSystem", local, label, unit, specimen, is_number as "isNumber", results, numbers
     from mapping.observed`,
  );
}
