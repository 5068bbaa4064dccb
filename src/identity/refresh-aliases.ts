import type { Sql } from '#kernel';
import { aliasesAmong, isBorne, isSameName, namesIn } from './aliases.ts';
import { patientById } from './store.ts';
import { aliasesOf, lockAliases, namesTold, writeAliases } from './store-aliases.ts';
import { personOf, survivorOf, survivorsOf } from './store-merges.ts';
import type { PrintedTraits } from './traits.ts';

/** Makes the aliases of these records again, from all that is told of each now: what a link, a merge or a change brought leaves with it. */
export async function refreshAliases(tx: Sql, patientIds: readonly string[]): Promise<void> {
  if (patientIds.length === 0) return;
  const survivors = [...new Set((await survivorsOf(tx, patientIds)).values())];
  await lockAliases(tx, survivors);
  for (const survivor of survivors) {
    const { homes } = await personOf(tx, survivor);
    const patient = await patientById(tx, survivor);
    if (patient) await writeAliases(tx, patient, homes, aliasesAmong(patient.traits, await namesTold(tx, survivor, homes)));
  }
}

/** A print was filed in a record, or was told of a number that leads to it: a name that it did not know becomes an alias. */
export async function heedNames(tx: Sql, patientId: string, printed: PrintedTraits): Promise<void> {
  const survivor = await survivorOf(tx, patientId);
  await lockAliases(tx, [survivor]);
  const patient = await patientById(tx, survivor);
  const unknown = namesIn(printed).filter((name) => patient && !isBorne(name, patient.traits));
  if (unknown.length === 0) return;
  const aliases = (await aliasesOf(tx, [survivor])).get(survivor) ?? [];
  if (unknown.some((name) => !aliases.some((alias) => isSameName(alias, name)))) await refreshAliases(tx, [survivor]);
}
