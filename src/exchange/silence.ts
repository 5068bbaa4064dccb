import { senders } from '#directory';
import type { Sql } from '#kernel';
import { depositsByDay } from '#record';
import { writeNotice } from './notice-mail.ts';
import type { NoticeDeps } from './notices.ts';
import { DAYS_SHOWN, isSilent } from './state.ts';
import { noteTold, untoldSilences, writeSilences } from './store-silence.ts';

const DAY_MS = 86_400_000;

export interface SilenceDeps extends NoticeDeps {
  /** Secure mail of who runs the region; absent: the page and the metrics alone say it. */
  operator?: string | undefined;
}

/** Systems that usually deposit and have stopped, with when they last did. */
export async function silentSenders(sql: Sql, { zone, now }: { zone: string; now: Date }): Promise<{ sender: string; lastAt: Date }[]> {
  const days = await depositsByDay(sql, { since: new Date(now.getTime() - DAYS_SHOWN * DAY_MS), zone });
  return [...Map.groupBy(days, ({ sender }) => sender)].flatMap(([sender, of]) => {
    const lastAt = of.reduce((last, one) => (one.lastAt > last ? one.lastAt : last), new Date(0));
    return isSilent({ days: of.length, lastAt }, now) ? [{ sender, lastAt }] : [];
  });
}

/** Tells who runs the region by mail of each system that fell silent: once, until it deposits again. @returns how many were told */
export async function tellSilences(deps: SilenceDeps, now: Date): Promise<number> {
  const { db, relay, from, nil, zone, operator } = deps;
  if (operator === undefined) return 0;
  return db.transaction(async (tx) => {
    await writeSilences(tx, await silentSenders(tx, { zone, now }));
    const names = new Map((await senders(tx)).map(({ clientId, name }) => [`system:${clientId}`, name]));
    let told = 0;
    for (const { sender, lastAt } of await untoldSilences(tx)) {
      const key = `silence ${sender} ${lastAt.toISOString()}`;
      const raw = await writeNotice(wordsOf(names.get(sender) ?? sender, lastAt, zone), { from, to: operator, key, date: now, nil });
      const outcome = await relay.send({ from, to: operator, raw, envelopeId: `silence-${sender.replace(/\W/g, '-')}` });
      // Refused or later: the page says it meanwhile, and it is tried again with the next look.
      if (outcome.kind !== 'accepted') continue;
      await noteTold(tx, sender, now);
      told += 1;
    }
    return told;
  });
}

function wordsOf(name: string, lastAt: Date, zone: string) {
  const when = (locale: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: zone }).format(lastAt);
  return {
    subject: `${name} ne dépose plus rien`,
    fr: [
      `Le système « ${name} », qui dépose la plupart des jours, n’a rien déposé depuis le ${when('fr-FR')}.`,
      'Appelez le laboratoire ou son éditeur. La page « Suivre un message » montre ce que chacun a déposé ces derniers jours.',
    ],
    en: [
      `The system “${name}”, which deposits on most days, has deposited nothing since ${when('en-GB')}.`,
      'Call the laboratory or its software company. The page “Follow a message” shows what each deposited these days.',
    ],
  };
}
