import type { Sql } from '#kernel';
import { endCareLink } from './care-links.ts';
import { CLOSINGS, type Sharing, type SharingDecision } from './contract.ts';
import { choicesOfPatient, endChoice, linksOfPatient, writeChoice } from './store.ts';

/** Who may open a record, and whom its owner shut out. `nameOf` finds the name of a holder; unknown holders are shown by their id. */
export async function sharingOf(
  tx: Sql,
  patientId: string,
  options: { now: Date; nameOf: (tx: Sql, holder: string) => Promise<string | undefined> },
): Promise<Sharing> {
  const named = async (holder: string) => {
    const name = await options.nameOf(tx, holder);
    return name === undefined ? { holder } : { holder, name };
  };
  const links: Sharing['links'] = [];
  for (const { holder, kind, since, until } of await linksOfPatient(tx, patientId, options.now)) {
    links.push({ ...(await named(holder)), kind, since: since.toISOString(), ...(until ? { until: until.toISOString() } : {}) });
  }
  const blocked: Sharing['blocked'] = [];
  const choices = await choicesOfPatient(tx, patientId, options.now);
  for (const { holder, since } of choices.filter(({ kind }) => kind === 'blocks')) {
    blocked.push({ ...(await named(holder)), since: since.toISOString() });
  }
  const chosen = new Set<string>(choices.map(({ kind }) => kind));
  const closings = CLOSINGS.filter((closing) => chosen.has(closing));
  return { links, blocked, refusesBreakGlass: chosen.has('refuses-break-glass'), closings };
}

/** Applies one decision of the patient. Nothing is erased: what ends keeps its line. */
export async function decideSharing(
  tx: Sql,
  choice: { patientId: string; decision: SharingDecision; now: Date; by: string },
): Promise<void> {
  const { patientId, decision, now, by } = choice;
  const about = { patientId, now, by };
  switch (decision.decision) {
    case 'block':
      return writeChoice(tx, { ...about, kind: 'blocks', holder: decision.holder });
    case 'unblock':
      return endChoice(tx, { ...about, kind: 'blocks', holder: decision.holder });
    case 'refuse-break-glass':
      return writeChoice(tx, { ...about, kind: 'refuses-break-glass', holder: '' });
    case 'allow-break-glass':
      return endChoice(tx, { ...about, kind: 'refuses-break-glass', holder: '' });
    case 'close':
      return writeChoice(tx, { ...about, kind: decision.closing, holder: '' });
    case 'reopen':
      return endChoice(tx, { ...about, kind: decision.closing, holder: '' });
    case 'end-links':
      await endCareLink(tx, { patientId, holder: decision.holder, now, endedBy: by });
      return;
    default:
      throw new Error(`a decision of sharing that nobody wrote: ${JSON.stringify(decision satisfies never)}`);
  }
}
