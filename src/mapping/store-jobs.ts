import type { Sql } from '#kernel';

export interface Job {
  jobId: string;
  laboratory: string;
  version: number;
  publishedAt: Date;
  /** The last document done. */
  documentId: string | null;
  expectedResults: number;
  results: number;
  changedResults: number;
  changedDocuments: number;
  startedAt: Date | null;
  finishedAt: Date | null;
}

const JOB = `job_id as "jobId", laboratory, version, published_at as "publishedAt", document_id as "documentId",
  expected_results as "expectedResults", results, changed_results as "changedResults", changed_documents as "changedDocuments",
  started_at as "startedAt", finished_at as "finishedAt"`;

/** A new job for the history of a laboratory; one not finished gives way to it. */
export async function addJob(
  tx: Sql,
  {
    jobId,
    laboratory,
    version,
    publishedAt,
    rules,
  }: Pick<Job, 'jobId' | 'laboratory' | 'version' | 'publishedAt'> & { rules?: string | undefined },
): Promise<void> {
  await tx.query(
    'mapping-supersede-job',
    'update mapping.job set superseded_by = $2 where laboratory = $1 and finished_at is null and superseded_by is null',
    [laboratory, jobId],
  );
  await tx.query(
    'mapping-add-job',
    `insert into mapping.job (job_id, laboratory, version, published_at, rules, expected_results)
     values ($1, $2, $3, $4, $5, coalesce((select results from mapping.census where laboratory = $2), 0))`,
    [jobId, laboratory, version, publishedAt, rules ?? null],
  );
}

/** The oldest job to do that nobody works on and whose tables and rules this process has; held until the transaction ends. */
export async function takeJob(tx: Sql, { version, rules, now }: { version: number; rules: string; now: Date }): Promise<Job | undefined> {
  const [job] = await tx.query<Job & Record<string, unknown>>(
    'mapping-take-job',
    `select ${JOB} from mapping.job where finished_at is null and superseded_by is null and version <= $1 and (rules is null or rules = $2)
       and (rests_until is null or rests_until <= $3)
     order by published_at limit 1 for update skip locked`,
    [version, rules, now],
  );
  return job;
}

export async function advanceJob(
  tx: Sql,
  jobId: string,
  done: { documentId: string; results: number; changedResults: number; changedDocuments: number; now: Date },
): Promise<void> {
  await tx.query(
    'mapping-advance-job',
    `update mapping.job set document_id = $2, results = results + $3, changed_results = changed_results + $4,
       changed_documents = changed_documents + $5, started_at = coalesce(started_at, $6) where job_id = $1`,
    [jobId, done.documentId, done.results, done.changedResults, done.changedDocuments, done.now],
  );
}

/** Nothing more to read for now: others first, until then. */
export async function restJob(tx: Sql, jobId: string, until: Date): Promise<void> {
  await tx.query('mapping-rest-job', 'update mapping.job set rests_until = $2 where job_id = $1', [jobId, until]);
}

export async function finishJob(tx: Sql, jobId: string, now: Date): Promise<void> {
  await tx.query('mapping-finish-job', 'update mapping.job set finished_at = $2, started_at = coalesce(started_at, $2) where job_id = $1', [
    jobId,
    now,
  ]);
}

/** The latest job of each laboratory that was not superseded. */
export function jobsOfRegion(sql: Sql): Promise<Job[]> {
  return sql.query<Job & Record<string, unknown>>(
    'mapping-jobs-of-region',
    `select distinct on (laboratory) ${JOB} from mapping.job where superseded_by is null order by laboratory, published_at desc`,
  );
}

/** The latest jobs of a laboratory that were not superseded, newest first. */
export function jobsOf(sql: Sql, laboratory: string, limit: number): Promise<Job[]> {
  return sql.query<Job & Record<string, unknown>>(
    'mapping-jobs-of',
    `select ${JOB} from mapping.job where laboratory = $1 and superseded_by is null order by published_at desc limit $2`,
    [laboratory, limit],
  );
}
