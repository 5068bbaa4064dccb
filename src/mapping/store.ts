import type { Sql } from '#kernel';
import type { Line } from './lines.ts';

/** The tables of lines and verdicts. Jobs: store-jobs.ts; what laboratories send: store-census.ts. */

const LINE = `l.line_id as "lineId", l.laboratory, l.sites, l.local_system as "localSystem", l.local, l.label, l.unit, l.specimen, l.loinc, l.reason,
  l.proposed_by as "proposedBy", l.proposed_by_name as "proposedByName", l.proposed_at as "proposedAt"`;

/** Where changes of the tables are told. */
export const CHANNEL = 'cigogne_mapping';

export interface Verdict {
  validated: boolean;
  verdictReason: string;
  decidedBy: string;
  decidedByName: string;
  /** Decided by a biologist of another laboratory, whom the region designated. */
  asDesignated: boolean;
  decidedAt: Date;
}

export type DecidedLine = Line & { [K in keyof Verdict]: Verdict[K] | null } & { version: number | null };

export async function addLine(tx: Sql, line: Line): Promise<void> {
  await tx.query(
    'mapping-add-line',
    `insert into mapping.line
       (line_id, laboratory, local_system, local, label, unit, specimen, loinc, reason, proposed_by, proposed_by_name, proposed_at, sites)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      line.lineId,
      line.laboratory,
      line.localSystem,
      line.local,
      line.label,
      line.unit,
      line.specimen,
      line.loinc,
      line.reason,
      line.proposedBy,
      line.proposedByName,
      line.proposedAt,
      line.sites,
    ],
  );
}

/** Every line that speaks for a laboratory with what was decided of it, the oldest first. */
export function linesOf(sql: Sql, laboratory: string): Promise<DecidedLine[]> {
  return sql.query<DecidedLine & Record<string, unknown>>(
    'mapping-lines-of',
    `select ${LINE}, v.validated, v.version, v.reason as "verdictReason", v.decided_by as "decidedBy", v.decided_by_name as "decidedByName",
       v.as_designated as "asDesignated", v.decided_at as "decidedAt"
     from mapping.line l left join mapping.verdict v using (line_id) where l.laboratory = $1 or $1 = any(l.sites) order by l.proposed_at, l.line_id`,
    [laboratory],
  );
}

/** All lines validated, of every laboratory, in order of version. */
export function validatedLines(sql: Sql): Promise<Line[]> {
  return sql.query<Line & Record<string, unknown>>(
    'mapping-validated-lines',
    `select ${LINE} from mapping.line l join mapping.verdict v using (line_id) where v.validated order by v.version`,
  );
}

/** The version of the tables of the region: 0 before the first line. */
export async function currentVersion(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ version: number }>('mapping-version', 'select coalesce(max(version), 0) as version from mapping.verdict');
  return row!.version;
}

/** One publication at a time: a version is complete before the next one begins. */
export async function lockVersions(tx: Sql): Promise<void> {
  await tx.query('mapping-lock', `select pg_advisory_xact_lock(hashtext('mapping.version'))`);
}

/** Under `lockVersions` when validated. @returns the version given when validated, undefined when refused; `decided` when someone had decided before */
export async function addVerdict(tx: Sql, lineId: string, verdict: Verdict): Promise<number | undefined | 'decided'> {
  const [row] = await tx.query<{ version: number | null }>(
    'mapping-add-verdict',
    `insert into mapping.verdict (line_id, validated, version, reason, decided_by, decided_by_name, decided_at, as_designated)
     values ($1, $2, case when $2 then (select coalesce(max(version), 0) + 1 from mapping.verdict) end, $3, $4, $5, $6, $7)
     on conflict (line_id) do nothing returning version`,
    [lineId, verdict.validated, verdict.verdictReason, verdict.decidedBy, verdict.decidedByName, verdict.decidedAt, verdict.asDesignated],
  );
  return row === undefined ? 'decided' : (row.version ?? undefined);
}

/** Tells every process, when the transaction commits, that the tables have changed. */
export async function tellChange(tx: Sql): Promise<void> {
  await tx.query('mapping-tell', `select pg_notify($1, '')`, [CHANNEL]);
}
