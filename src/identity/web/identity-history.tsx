import { Button, showBirthDate, showDate, showTime, type Text, useLanguage, useText } from '#ui';
import type { IdentityEvent, IdentityView } from '../contract.ts';

/** The whole life of an identity, the latest first: what was done, by whom, why; what can be taken back is one key away. */
export function IdentityHistory({ view, onUndo }: { view: IdentityView; onUndo: (eventId: string) => void }) {
  const t = useText();
  const language = useLanguage();
  return (
    <section aria-labelledby="identity-history-title">
      <h2 id="identity-history-title">{t('identity.history')}</h2>
      <ol className="identity-history">
        {view.events.map((event) => (
          <li key={event.eventId}>
            <time className="ui-caption ui-figures" dateTime={event.at}>
              {showDate(event.at, language)} {showTime(event.at)}
            </time>
            <div>
              <strong>{t(`identity.event.${event.kind}`)}</strong>
              {whatChanged(event, t).map((line) => (
                <p key={line} className="identity-changed">
                  {line}
                </p>
              ))}
              <p className="ui-caption">
                {event.who} · <bdi>{reasonOf(event, t)}</bdi>
              </p>
            </div>
            {event.isUndoable ? (
              <Button look="quiet" onPress={() => onUndo(event.eventId)}>
                {t('identity.undo')}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Rules and the national service give codes, people their own words. */
function reasonOf({ reason }: IdentityEvent, t: Text): string {
  const [, code] = /^insi:(none|several|replaced|other-traits|duplicate)$/.exec(reason) ?? [];
  if (reason === 'sender:death') return t('identity.answer.death');
  return code ? t(`identity.answer.${code}`) : reason;
}

function whatChanged({ kind, before, after }: IdentityEvent, t: Text): string[] {
  const lines: string[] = [];
  if (kind !== 'created' && after['traits']) lines.push(...traitLines(before['traits'], after['traits'], t));
  const ins = (facts: Record<string, unknown>) => (facts['ins'] as { value: string } | null | undefined)?.value ?? t('identity.nothing');
  const dayOf = (facts: Record<string, unknown>) =>
    facts['deceasedOn'] ? showBirthDate(String(facts['deceasedOn'])) : t('identity.nothing');
  if (kind !== 'created' && 'ins' in after) lines.push(`${t('identity.trait.ins')} : ${ins(before)} → ${ins(after)}`);
  if (kind !== 'created' && 'deceasedOn' in after) lines.push(`${t('identity.death')} : ${dayOf(before)} → ${dayOf(after)}`);
  if (typeof after['status'] === 'string' && after['status'] !== before['status']) lines.push(t(`identity.status.${after['status']}`));
  return lines;
}

function traitLines(before: unknown, after: unknown, t: Text): string[] {
  const [was, is] = [before ?? {}, after ?? {}] as Record<string, unknown>[] as [Record<string, unknown>, Record<string, unknown>];
  const shown = (id: string, value: unknown): string => {
    if (value === undefined || value === null) return t('identity.nothing');
    if (id === 'birthPlace') return (value as { cog?: string; label?: string }).cog ?? (value as { label?: string }).label ?? '';
    if (id === 'birthDate') return showBirthDate(String(value));
    return id === 'sex' ? t(`identity.sex.${String(value)}`) : String(value);
  };
  return ['birthFamily', 'birthGivens', 'firstBirthGiven', 'sex', 'birthDate', 'birthPlace', 'usedFamily', 'usedGiven'].flatMap((id) => {
    const [from, to] = [shown(id, was[id]), shown(id, is[id])];
    return from === to ? [] : [`${t(`identity.trait.${id}`)} : ${from} → ${to}`];
  });
}
