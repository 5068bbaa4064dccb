import { useQuery } from '@tanstack/react-query';
import { type ComponentType, Fragment, useEffect, useState } from 'react';
import { Button, KeyHints, Segmented, useAnnounce, useShortcuts, useText } from '#ui';
import type { Inbox, InboxLine } from '../../inbox/contract.ts';
import { Absences } from './absences.tsx';
import { Decision, type OnOpen } from './decision.tsx';
import { ExpectedList } from './expected-list.tsx';
import { Lines } from './lines.tsx';
import { sectionsOf } from './sections.ts';
import { inboxQuery, useInboxAct, useInboxNews } from './use-inbox.ts';
import './inbox.css';

interface InboxPageProps {
  onOpen: OnOpen;
  /** Name of the software, in the title of the window. */
  software?: string;
  /** What this reader answers is told to the laboratory: not what a nurse does of a copy. */
  isTold?: boolean;
  /** What is shown under the decision: all the results of the line, say. */
  Beside?: ComponentType<{ line: InboxLine }> | undefined;
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
}

/** What a professional received and answers for, by severity; the one chosen is decided beside the list. */
export function InboxPage({ onOpen, Refused, software = 'Cigogne', isTold = true, Beside }: InboxPageProps) {
  const t = useText();
  const { data, error, refetch } = useQuery(inboxQuery);
  useInboxNews('inbox');
  const count = data?.lines.length;
  useEffect(() => {
    document.title = `${t('exchange.inbox.title')}${count ? ` (${count})` : ''} — ${software}`;
  }, [t, count, software]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return data ? <Received inbox={data} isTold={isTold} onOpen={onOpen} Beside={Beside} /> : null;
}

type Scope = 'all' | 'own' | 'others';

function Received({ inbox, isTold, onOpen, Beside }: Pick<InboxPageProps, 'onOpen' | 'Beside'> & { inbox: Inbox; isTold: boolean }) {
  const t = useText();
  const announce = useAnnounce();
  const { mutate, isPending } = useInboxAct();
  const [scope, setScope] = useState<Scope>('all');
  // The first line when the page opens, then only what the reader chooses: what arrives above must not be what a key decides on.
  const [chosenId, setChosenId] = useState(() => sectionsOf(inbox.lines)[0]?.lines[0]?.lineId);
  const shown = inbox.lines.filter(({ through }) => scope === 'all' || (through === 'own') === (scope === 'own'));
  const sections = sectionsOf(shown);
  const ordered = sections.flatMap(({ lines }) => lines);
  const at = ordered.findIndex(({ lineId }) => lineId === chosenId);
  const chosen: InboxLine | undefined = ordered[at];
  const normal = sections.find(({ section }) => section === 'normal')?.lines.filter(({ state }) => state === 'new') ?? [];
  const go = (step: number) => setChosenId(ordered[Math.min(ordered.length - 1, Math.max(0, at + step))]?.lineId);
  const say = (act: 'seen' | 'call-back') => {
    if (!chosen || isPending) return;
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
  });
  return (
    <section className="app-page inbox-page" aria-labelledby="inbox-title">
      <header className="app-page-head">
        <h1 id="inbox-title">{t('exchange.inbox.title')}</h1>
        <p className="app-page-note">{t('exchange.inbox.count', { count: inbox.lines.length })}</p>
        <Segmented<Scope>
          label={t('exchange.inbox.scope')}
          value={scope}
          onChange={setScope}
          choices={(['all', 'own', 'others'] as const).map((value) => ({ value, label: t(`exchange.inbox.scope.${value}`) }))}
        />
      </header>
      <div className="inbox-columns">
        <div className="ui-card inbox-list">
          {ordered.length === 0 ? <p className="inbox-empty">{t('exchange.inbox.empty')}</p> : null}
          {sections.map(({ section, lines }) => (
            <Lines key={section} section={section} lines={lines} chosen={chosen} onChoose={setChosenId}>
              {section === 'normal' && normal.length > 0 ? (
                <Button hint="Maj Espace" isDisabled={isPending} onPress={seeNormal}>
                  {t('exchange.inbox.seeNormal', { count: normal.length })}
                </Button>
              ) : null}
            </Lines>
          ))}
          <ExpectedList expected={inbox.expected} onEnd={(expectedId) => mutate({ act: 'end-expected', expectedId })} />
        </div>
        <div className="inbox-side">
          {chosen ? (
            <Fragment key={chosen.lineId}>
              <Decision line={chosen} isTold={isTold} colleagues={inbox.colleagues} onSay={say} onAct={mutate} onOpen={onOpen} />
              {Beside ? <Beside line={chosen} /> : null}
            </Fragment>
          ) : null}
          <Absences inbox={inbox} onAct={mutate} />
        </div>
      </div>
      <KeyHints
        label={t('exchange.inbox.keys')}
        hints={[
          { keys: ['J', 'K'], does: t('exchange.inbox.keys.move') },
          { keys: ['Espace'], does: t('exchange.inbox.act.seen') },
          { keys: ['R'], does: t('exchange.inbox.act.call-back') },
          { keys: ['O'], does: t('exchange.inbox.open') },
          { keys: ['Maj Espace'], does: t('exchange.inbox.keys.normal') },
        ]}
      />
    </section>
  );
}
