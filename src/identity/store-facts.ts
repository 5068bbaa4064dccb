import type { Sql } from '#kernel';
import { DOUBTS, type IdentityFacts, type Patient } from './contract.ts';
import { type Ins } from './ins.ts';
import { factColumns, patientsByIds } from './store.ts';

export interface KeptFacts {
  facts: IdentityFacts;
  /** HOMA, TWIN, DOUT, FICT. */
  attributes: readonly string[];
  status: Patient['status'];
  mergedInto: string | null;
  /** FINESS of the structure whose document made the record. */
  receivedFrom: string | null;
}

/** What is known of a record. @param lock keeps it from changing until the end of the transaction */
export async function factsOf(sql: Sql, patientId: string, lock?: 'for update'): Promise<KeptFacts | undefined> {
  const [row] = await sql.query<{
    insiAt: Date | null;
    document: IdentityFacts['document'] | null;
    mergedInto: string | null;
    receivedFrom: string | null;
  }>(
    lock ? 'identity-lock-facts' : 'identity-facts',
    `select insi_at as "insiAt", document, merged_into as "mergedInto", received_from as "receivedFrom"
       from identity.patient where patient_id = $1 ${lock ?? ''}`,
    [patientId],
  );
  const [patient] = row ? await patientsByIds(sql, [patientId]) : [];
  if (!row || !patient) return undefined;
  const { traits, ins, attributes, status, deceasedOn } = patient;
  const facts: IdentityFacts = {
    traits,
    ...(ins && { ins }),
    ...(row.insiAt && { insiAt: row.insiAt.toISOString() }),
    ...(row.document && { document: row.document }),
    ...(deceasedOn !== undefined && { deceasedOn }),
    doubts: DOUBTS.filter((doubt) => attributes.includes(doubt)),
  };
  return { facts, attributes, status, mergedInto: row.mergedInto, receivedFrom: row.receivedFrom };
}

/** Writes what is known of a record now; its INS is moved apart (`moveIns`), its neighbours' marks are refreshed by the caller. */
export async function writeFacts(tx: Sql, patientId: string, facts: IdentityFacts): Promise<void> {
  const columns = factColumns(facts);
  const names = Object.keys(columns);
  await tx.query(
    'identity-write-facts',
    `update identity.patient p set (${names.join(', ')}, attributes) =
       (select ${names.map((name) => `g.${name}`).join(', ')},
          array(select a from unnest(p.attributes) a where a not in ('DOUT', 'FICT') union select unnest(g.attributes) order by 1)
        from jsonb_populate_record(null::identity.patient, $2::jsonb) g)
      where p.patient_id = $1`,
    [patientId, JSON.stringify({ ...columns, attributes: facts.doubts })],
  );
}

/** Gives an INS up, and claims another. @returns false when that one is already someone's: nothing was changed */
export async function moveIns(tx: Sql, patientId: string, from: Ins | undefined, to: Ins | undefined): Promise<boolean> {
  if (to) {
    const claimed = await tx.query(
      'identity-claim-ins',
      'insert into identity.ins (oid, value, patient_id) values ($1, $2, $3) on conflict (oid, value) do nothing returning patient_id',
      [to.oid, to.value, patientId],
    );
    if (claimed.length === 0) return false;
  }
  if (from) {
    await tx.query('identity-free-ins', 'delete from identity.ins where oid = $1 and value = $2 and patient_id = $3', [
      from.oid,
      from.value,
      patientId,
    ]);
  }
  return true;
}
