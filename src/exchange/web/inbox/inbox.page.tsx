import { useQuery } from '@tanstack/react-query';
import { type ComponentType, Fragment, type ReactNode, useEffect, useState } from 'react';
import { Button, KeyHints, Notice, Segmented, showTime, useAnnounce, useShortcuts, useText } from '#ui';
import type { Inbox, InboxLine } from '../../inbox/contract.ts';
import { Absences, AwayNotices } from './absences.tsx';
import { Decision, type OnOpen } from './decision.tsx';
import { ExpectedList } from './expected-list.tsx';
import { Lines } from './lines.tsx';
import { isIn, type Scope, scopesOf } from './scopes.ts';
import { sectionsOf } from './sections.ts';
import { inboxQuery, useInboxAct, useInboxNews } from './use-inbox.ts';
import './inbox.css';

interface InboxPageProps {
  onOpen: OnOpen;
  /** Name of the software, in the title of the window. */
  software?: string;
  /** What this reader answers is told to the laboratory: not what a nurse does of a copy. */
  isTold?: boolean;
  /** Said beside the count: what was filed without a click, say. */
  note?: string | undefined;
  /** Writes to the patient of a line; absent: one does not write from here. */
  onWrite?: ((line: InboxLine) => void) | undefined;
  /** How the values of the line in hand are shown, around what the line itself says. */
  Values?: ComponentType<{ line: InboxLine; children: ReactNode }> | undefined;
  /** What is shown under the decision: the original report, say. */
  Beside?: ComponentType<{ line: InboxLine }> | undefined;
  /** Notes what was prescribed and must come back; absent: this reader prescribes nothing, or notes it elsewhere. */
  Expect?: ComponentType | undefined;
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
}

/** What a professional received and answers for, by severity; the one chosen is decided beside the list. */
export function InboxPage({ Refused, software = 'Cigogne', isTold = true, ...shown }: InboxPageProps) {
  const t = useText();
  const { data, error, refetch } = useQuery(inboxQuery);
  useInboxNews('inbox');
  const count = data?.lines.length;
  useEffect(() => {
    document.title = `${t('exchange.inbox.title')}${count ? ` (${count})` : ''} — ${software}`;
  }, [t, count, software]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return data ? <Received inbox={data} isTold={isTold} {...shown} /> : null;
}

type ReceivedProps = Omit<InboxPageProps, 'Refused' | 'software' | 'isTold'> & { inbox: Inbox; isTold: boolean };

function Received({ inbox, isTold, note, onOpen, onWrite, Values, Beside, Expect }: ReceivedProps) {
  const t = useText();
  const announce = useAnnounce();
  const { mutate, isPending, error } = useInboxAct();
  const [isUnfolded, setUnfolded] = useState(false);
  const [asked, setScope] = useState<Scope>('all');
  const scopes = scopesOf(inbox.lines, inbox.practice !== undefined);
  const scope = scopes.some(({ value }) => value === asked) ? asked : 'all';
  // The first line when the page opens, then only what the reader chooses: what arrives above must not be what a key decides on.
  const [chosenId, setChosenId] = useState(() => sectionsOf(inbox.lines)[0]?.lines[0]?.lineId);
  const isLooking = scope === 'practice';
  const shown = isLooking ? (inbox.practice ?? []) : inbox.lines.filter((line) => isIn(scope, line));
  const sections = sectionsOf(shown);
  const ordered = sections.flatMap(({ lines }) => lines);
  const at = ordered.findIndex(({ lineId }) => lineId === chosenId);
  const chosen: InboxLine | undefined = ordered[at];
  const beforeWhen = (section: string, lines: readonly InboxLine[]) => {
    const ladders = section === 'critical' ? lines.flatMap(({ ladder }) => (ladder?.[0] ? [ladder] : [])) : [];
    const [next] = ladders.toSorted(([a], [b]) => a!.at.localeCompare(b!.at));
    if (!next) return undefined;
    return [t('exchange.inbox.before', { at: showTime(next[0]!.at) }), ...next.map(({ to }) => t('exchange.inbox.then', { to }))].join(
      ', ',
    );
  };
  const normal = isLooking
    ? []
    : (sections.find(({ section }) => section === 'normal')?.lines.filter(({ state }) => state === 'new') ?? []);
  const go = (step: number) => setChosenId(ordered[Math.min(ordered.length - 1, Math.max(0, at + step))]?.lineId);
  const say = (act: 'seen' | 'call-back') => {
    if (!chosen || isPending || isLooking) return;
    setChosenId((ordered[at + 1] ?? ordered[at - 1])?.lineId);
    mutate({ act, lineId: chosen.lineId }, { onSuccess: () => announce(t(`exchange.inbox.done.${act}`, { name: chosen.patient.name })) });
  };
  const seeNormal = () => {
    if (normal.length > 0) mutate({ act: 'together', lineIds: normal.map(({ lineId }) => lineId) });
  };
  useShortcuts({
    j: () => go(1),
    k: () => go(-1),
    ' ': () => say('seen'),
    r: () => say('call-back'),
    'Shift+ ': seeNormal,
    o: () => chosen && onOpen(chosen.patientId),
    d: () => document.getElementById('inbox-colleague')?.focus(),
    ...(onWrite && { m: () => chosen && !isLooking && onWrite(chosen) }),
  });
  return (
    <section className="app-page inbox-page" aria-labelledby="inbox-title">
      <header className="app-page-head">
        <h1 id="inbox-title">{t('exchange.inbox.title')}</h1>
        <p className="app-page-note">{[t('exchange.inbox.count', { count: inbox.lines.length }), note].filter(Boolean).join(' · ')}</p>
        <Segmented<Scope>
          label={t('exchange.inbox.scope')}
          value={scope}
          onChange={setScope}
          choices={scopes.map(({ value, name }) => ({
            value,
            label:
              name === undefined
                ? t(`exchange.inbox.scope.${value as 'all' | 'own' | 'others' | 'practice'}`)
                : t('exchange.inbox.scope.covered', { name }),
          }))}
        />
      </header>
      <AwayNotices absences={inbox.absences} />
      {error ? <Notice isAlert>{t('exchange.inbox.failed')}</Notice> : null}
      <div className="inbox-columns" data-unfolded={isUnfolded || undefined}>
        <div className="ui-card inbox-list">
          {ordered.length === 0 ? <p className="inbox-empty">{t('exchange.inbox.empty')}</p> : null}
          {sections.map(({ section, lines }) => (
            <Lines key={section} section={section} lines={lines} chosen={chosen} onChoose={setChosenId} note={beforeWhen(section, lines)}>
              {section === 'normal' && normal.length > 0 ? (
                <Button hint="Maj Espace" isDisabled={isPending} onPress={seeNormal}>
                  {t('exchange.inbox.seeNormal', { count: normal.length })}
                </Button>
              ) : null}
            </Lines>
          ))}
          {isLooking ? null : (
            <ExpectedList expected={inbox.expected} onEnd={(expectedId) => mutate({ act: 'end-expected', expectedId })} />
          )}
        </div>
        <div className="inbox-side">
          {chosen ? (
            <Fragment key={chosen.lineId}>
              <p className="inbox-fold">
                <strong>{chosen.patient.name}</strong>
                <Button aria-expanded={isUnfolded} onPress={() => setUnfolded(!isUnfolded)}>
                  {t(isUnfolded ? 'exchange.inbox.fold' : 'exchange.inbox.details')}
                </Button>
              </p>
              <Decision
                line={chosen}
                isTold={isTold}
                isMine={!isLooking}
                colleagues={inbox.colleagues}
                onSay={say}
                onAct={mutate}
                onOpen={onOpen}
                onWrite={onWrite}
                Values={Values}
              />
              {Beside ? <Beside line={chosen} /> : null}
            </Fragment>
          ) : null}
        </div>
        <div className="inbox-further">
          <Absences inbox={inbox} onAct={mutate} />
          {Expect ? <Expect /> : null}
        </div>
      </div>
      <KeyHints
        label={t('exchange.inbox.keys')}
        hints={[
          { keys: ['J', 'K'], does: t('exchange.inbox.keys.move') },
          { keys: ['Espace'], does: t('exchange.inbox.act.seen') },
          { keys: ['R'], does: t('exchange.inbox.act.call-back') },
          ...(inbox.colleagues.length > 0 ? [{ keys: ['D'], does: t('exchange.inbox.act.delegate') }] : []),
          ...(onWrite ? [{ keys: ['M'], does: t('exchange.inbox.keys.write') }] : []),
          { keys: ['O'], does: t('exchange.inbox.open') },
          { keys: ['Maj Espace'], does: t('exchange.inbox.keys.normal') },
        ]}
      >
        {t('exchange.inbox.keys.never')}
      </KeyHints>
    </section>
  );
}
