import type { Rights } from '#access/contract';
import { familyKey } from '#terminology/web';
import { showDate, showTime, type Text, useLanguage, useText } from '#ui';

type Change = Rights['history'][number]['changes'][number];

/** Since when each table of rights was in force, and what it changed, in words. */
export function RightsHistory({ history }: Pick<Rights, 'history'>) {
  const t = useText();
  const language = useLanguage();
  return (
    <section className="app-audit-part" aria-labelledby="rights-history">
      <h2 id="rights-history">{t('app.rights.history')}</h2>
      <ol className="ui-card" reversed>
        {history.map(({ since, version, changes }) => (
          <li key={since} className="app-audit-alert">
            <div>
              <p>{t('app.rights.since', { date: showDate(since, language), time: showTime(since), version })}</p>
              {changes.map((change) => (
                <p key={`${change.row}${change.column}`} className="app-audit-small">
                  {aboutOf(change, t)} : {saidOf(change, change.from, t)} → {saidOf(change, change.to, t)}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function aboutOf({ kind, row, column }: Change, t: Text): string {
  if (kind === 'family') return `${t(familyKey(row as Parameters<typeof familyKey>[0]))}, ${t(`app.rights.families.${column}`)}`;
  return `${row}, ${t(`app.rights.${kind === 'matrix' ? 'profession' : 'stand'}.${column}`)}`;
}

function saidOf({ kind, column }: Change, said: string | null, t: Text): string {
  if (said === null) return t('app.rights.nothing');
  if (kind === 'mark') return t(`app.rights.${said}`);
  if (kind === 'matrix')
    return said
      .split(' ')
      .map((right) => t(`app.rights.${right === 'nothing' ? right : `${right}s`}`))
      .join(', ');
  if (column === 'professionals') return t(`app.rights.professionals.${said}`);
  return column === 'patient' ? t(`app.rights.told.${said}`) : t(said === 'true' ? 'app.rights.yes' : 'app.rights.no');
}
