import { passDoor } from '#access';
import type { Db } from '#kernel';
import { changeVisibility, documentsOf, itemOfDocument } from '#record';
import { demoAccounts } from './accounts.ts';
import { dayText } from './clock.ts';
import { patientIdOf, type Population } from './population.ts';

/** When the people of the stories last looked, and what a patient hid since: so the first opening of a record already tells what is new in it. */

/** Who last looked at which story (1 Odette, 2 Jean-Noël, 3 Marie-Claire), how many days before today, at 18:00 in France. */
const VISITS = [
  { card: 'gp', k: 1, ago: 5 },
  { card: 'gp', k: 2, ago: 12 },
  { card: 'gp', k: 3, ago: 9 },
  { card: 'specialist', k: 1, ago: 8 },
  { card: 'nurse', k: 1, ago: 4 },
  { card: 'nurse', k: 3, ago: 7 },
  { card: 'patient', k: 1, ago: 6 },
] as const;
const OPENED = ['patient.open', 'document.list', 'biology.read'] as const;

/** The last visits of the people of the cards, through the door as every reading: an event each, in the trail of the patient. */
export async function lookBefore(db: Db, { size }: Population): Promise<void> {
  for (const { card, k, ago } of VISITS) {
    const at = new Date(`${dayText(size.today - ago)}T17:00:00Z`);
    for (const action of OPENED) {
      const door = { who: personOf(card), action, patientId: patientIdOf(size.seed, k), via: 'web', now: at };
      await passDoor(db, door, async () => undefined);
    }
  }
}

const personOf = (card: string) => demoAccounts.find((account) => account.card === card)!.principal;

/** What Odette would rather tell herself. */
const HIDDEN = { title: 'Fond d’œil, dépistage de rétinopathie', reason: 'Je préfère en parler moi-même' };

/** A document that Odette hides from professionals once it came: her treating doctor reads that its visibility changed. Again: no change. */
export async function hideAsPatient(db: Db, { size }: Population): Promise<void> {
  const [who, now, patientId] = [personOf('patient'), new Date(), patientIdOf(size.seed, 1)];
  const item = (await documentsOf(db, [patientId])).find(({ title, current }) => current && title === HIDDEN.title);
  if (!item || item.changedAt !== undefined) return;
  const door = { who, action: 'document.mask' as const, patientId, object: item.documentId, via: 'web', now };
  await passDoor(db, { ...door, item: async () => itemOfDocument(item) }, (tx) =>
    changeVisibility(tx, patientId, item, { act: 'hide', mask: 'MASQUE_PS', reason: HIDDEN.reason }, { who, now }),
  );
}
