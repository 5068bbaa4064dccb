import type { Db } from '../../src/kernel/index.ts';

/**
 * Empties tables between two tests. A server that still writes behind its last answer may hold one of them and wait for another, and PostgreSQL
 * then ends one of the two: what ends here is begun again, since nothing was emptied.
 */
export async function emptyTables(db: Db, tables: string, attempts = 5): Promise<void> {
  try {
    await db.script(`truncate ${tables}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '40P01' || attempts <= 1) throw error;
    await emptyTables(db, tables, attempts - 1);
  }
}
