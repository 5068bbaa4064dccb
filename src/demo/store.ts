import type { Sql } from '#kernel';
import { dayOf, dayText } from './clock.ts';
import type { DemoSize } from './population.ts';

export interface KeptRegion {
  size: DemoSize;
  /** Every document before this one was acknowledged. */
  deposited: number;
  isFinished: boolean;
}

/** The region of this database: the one made before, or `wanted`, from now on. */
export async function keepRegion(sql: Sql, wanted: DemoSize): Promise<KeptRegion> {
  await sql.query(
    'demo-region-keep',
    'insert into demo.region (seed, today, patients, reports) values ($1, $2, $3, $4) on conflict do nothing',
    [wanted.seed, dayText(wanted.today), wanted.patients, wanted.reports],
  );
  const [row] = await sql.query<{
    seed: number;
    today: string;
    patients: number;
    reports: number;
    deposited: number;
    isFinished: boolean;
  }>(
    'demo-region',
    `select seed, to_char(today, 'YYYY-MM-DD') as today, patients, reports, deposited, finished_at is not null as "isFinished"
     from demo.region`,
  );
  const { today, deposited, isFinished, ...figures } = row!;
  return { size: { ...figures, today: dayOf(today) }, deposited, isFinished };
}

export async function keepProgress(sql: Sql, deposited: number, finishedAt?: Date): Promise<void> {
  await sql.query('demo-region-progress', 'update demo.region set deposited = $1, finished_at = $2', [deposited, finishedAt ?? null]);
}
