import { systemPrincipal } from '#access';
import { findSender } from '#directory';
import { receiveAdt } from '#flows';
import type { Db } from '#kernel';
import { HOSPITAL_CLIENT } from './accounts.ts';
import type { Population } from './population.ts';
import { messagesOf, staysOf } from './stays.ts';

/** The hospitals tell of the latest stays, through the journey of admissions and discharges. Told once, when the region is loaded. */
export async function tellStays(db: Db, population: Population, now: Date): Promise<void> {
  const system = await findSender(db, HOSPITAL_CLIENT);
  if (!system) return;
  const sender = systemPrincipal(system);
  for (const stay of staysOf(population))
    for (const message of messagesOf(population, stay)) await receiveAdt({ db, mode: 'demo' }, { message, sender, receivedAt: now });
}
