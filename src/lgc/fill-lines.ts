import {
  answeredBy,
  correctedValues,
  type CriticalTable,
  type Escalation,
  judgeReport,
  meetExpectations,
  stagesOf,
  supersedeLines,
  tellWithdrawn,
  writeLines,
} from '#exchange';
import type { Sql } from '#kernel';
import type { StoredResult } from '#record';
import type { User } from './contract.ts';
import { changesIn } from './changes.ts';
import { closeTasks, documentsOf, formersOf, type LgcDocument } from './store.ts';

export interface FillDeps {
  critical: CriticalTable;
  escalation: Escalation;
  /** The practice itself. */
  structure: { finess: string; name: string };
}

interface ToFill {
  document: LgcDocument;
  users: readonly User[];
  owner: string | undefined;
  recipients: readonly string[];
  /** Nurse and pharmacist who treat the patient. */
  team: readonly string[];
}

/** What a nurse and a pharmacist get a copy of, and nothing else: the INR for who adapts and injects, the filtration of the kidneys for who dispenses. */
const COPIES = {
  nurse: (row: string) => row.startsWith('inr.'),
  pharmacist: (row: string) => row.startsWith('egfr_') || row.startsWith('crcl_'),
} as const;

/**
 * A line for each user to whom the document was addressed: who ordered it, who gets a copy; when it names none of them, each doctor gets a copy. The nurse
 * and the pharmacist of the patient get their own values. Who had read a version that it corrects is told, old and new side by side.
 */
export async function fillLines(tx: Sql, deps: FillDeps, { document, users, owner, recipients, team }: ToFill, now: Date): Promise<void> {
  const formers = await formersOf(tx, document);
  const readers = await answeredBy(
    tx,
    [document.patientId],
    formers.map(({ documentId }) => documentId),
  );
  const named = users.filter(({ id, role }) => (id === owner || recipients.includes(id)) && role !== 'secretary');
  const doctors = named.length > 0 ? named : users.filter(({ role }) => role === 'gp');
  const copies = users.filter((user) => team.includes(user.id) && user.role in COPIES && !doctors.includes(user));
  const told = users.filter(
    ({ id }) => readers.has(id) && !doctors.some((user) => user.id === id) && !copies.some((user) => user.id === id),
  );
  const changeOf = changesIn(await documentsOf(tx, document.patientId), document);
  const lines = [
    ...doctors.map((user) => ({ user, why: user.id === owner ? ('prescriber' as const) : ('copy' as const), results: document.results })),
    ...copies.flatMap((user) => {
      const results = document.results.filter(({ normalised }) => COPIES[user.role as keyof typeof COPIES](normalised.row));
      return results.length > 0 ? [{ user, why: 'copy' as const, results }] : [];
    }),
    ...told.map((user) => ({ user, why: 'reader' as const, results: document.results })),
  ].flatMap(({ user, why, results }) => {
    const changed = readers.has(user.id) ? changesOf(formers, user, results) : [];
    return why === 'reader' && changed.length === 0 ? [] : [lineOf(deps, { document, user, why, results, changed, changeOf }, now)];
  });
  await supersedeLines(
    tx,
    [document.patientId],
    formers.map(({ documentId }) => documentId),
  );
  await writeLines(tx, lines);
  const holders = named.map(({ id }) => id);
  await meetExpectations(tx, { homes: [document.patientId], holders, results: document.results, documentId: document.documentId });
}

const changesOf = (formers: readonly LgcDocument[], { role }: User, results: StoredResult[]) =>
  formers.flatMap((former) => {
    const isMine = COPIES[role as keyof typeof COPIES];
    return correctedValues(isMine ? former.results.filter(({ normalised }) => isMine(normalised.row)) : former.results, results);
  });

function lineOf(
  { critical, escalation, structure }: FillDeps,
  {
    document,
    user,
    why,
    results,
    changed,
    changeOf,
  }: {
    document: LgcDocument;
    user: User;
    why: 'prescriber' | 'copy' | 'reader';
    results: StoredResult[];
    changed: ReturnType<typeof correctedValues>;
    changeOf: ReturnType<typeof changesIn>;
  },
  now: Date,
) {
  const judged =
    results.length > 0
      ? judgeReport(results, critical, { showsAll: user.role in COPIES })
      : { severity: 'unjudged' as const, results: 0, outside: 0, values: [] };
  const severity = judged.severity !== 'critical' && changed.length > 0 ? ('corrected' as const) : judged.severity;
  const shown = new Set(changed.map(({ label }) => label));
  const [first] = why === 'copy' ? [] : stagesOf(severity, escalation);
  return {
    patientId: document.patientId,
    documentId: document.documentId,
    structure: structure.finess,
    holder: user.id,
    holderName: user.name,
    practice: [structure.finess],
    why,
    severity,
    content: {
      title: document.title,
      sampledAt: document.issuedAt.toISOString(),
      laboratory: document.producer,
      results: judged.results,
      outside: judged.outside,
      values: [...changed, ...judged.values.filter(({ label }) => !shown.has(label))].map((value) => {
        const change = changeOf(value.label, value.text);
        return { ...value, ...(change && { change }) };
      }),
    },
    cameAt: now,
    nextAt: first && new Date(now.getTime() + first.afterMs),
  };
}

/** It left the record of its patient: nobody is asked to read it any more, and who had read it is told. */
export async function takeBack(
  tx: Sql,
  { escalation, structure }: FillDeps,
  { patientId, documentId }: LgcDocument,
  now: Date,
): Promise<void> {
  await tellWithdrawn(tx, { escalation }, { patientId, homes: [patientId], documentId, structure: structure.finess, now });
  await closeTasks(tx, documentId, 'cancelled', undefined, now);
}
