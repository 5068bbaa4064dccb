import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import { Button, KeyHints, Notice, showTime, useAnnounce, useShortcuts, useText } from '#ui';
import type { Waiting } from '../contract.ts';
import { ComparisonTable } from './comparison-table.tsx';
import { DecisionDialog, type Intent } from './decision-dialog.tsx';
import { Fault } from './fault.tsx';
import { RecordSearch } from './record-search.tsx';
import { type Candidate, isExpected } from './traits.ts';
import { type DecisionToSend, useDecision, worklistQuery } from './use-worklist.ts';
import { WaitingList } from './waiting-list.tsx';
import './worklist.css';

interface WorklistPageProps {
  /** The arrival open, from the address. */
  selected: string | undefined;
  onSelect: (waitingId: string | undefined) => void;
  /** The other places of the identity cell. */
  places: ReactNode;
  /** Opens a record proposed for the arrival, to correct it. */
  onOpenRecord: (patientId: string) => void;
}

interface Done {
  decision: DecisionToSend;
  name: string;
  alsoFiled: number;
}

/** The worklist of the identity cell: who waits, what differs, one decision a time. By keyboard from end to end. */
export function WorklistPage({ selected, onSelect, places, onOpenRecord }: WorklistPageProps) {
  const t = useText();
  const { data, error, dataUpdatedAt } = useQuery(worklistQuery);
  const [intent, setIntent] = useState<Intent>();
  const [done, setDone] = useState<Done>();
  const [picked, setPicked] = useState<Picked>();
  const searchField = useRef<HTMLInputElement>(null);
  const send = useDecision();
  const announce = useAnnounce();
  useEffect(() => {
    document.title = `${t('identity.title')} — Cigogne`;
  }, [t]);

  const waiting = data?.waiting ?? [];
  const at = Math.max(
    0,
    waiting.findIndex(({ waitingId }) => waitingId === selected),
  );
  const open = withPicked(waiting[at], picked);
  const move = (by: number) => onSelect(waiting[Math.min(waiting.length - 1, Math.max(0, at + by))]?.waitingId);
  const link = (n: number) => {
    const candidate = open?.candidates[n];
    if (candidate) setIntent({ verb: 'link', candidate });
  };
  const decide = (decision: DecisionToSend, of: Waiting | undefined) =>
    send.mutate(decision, {
      onSuccess: ({ alsoFiled }) => {
        const name = of ? `${of.printed.birthFamily ?? ''} ${of.printed.firstBirthGiven ?? ''}`.trim() : (done?.name ?? '');
        const next = decision.verb === 'undo' ? decision.waitingId : waiting[at + 1]?.waitingId;
        setIntent(undefined);
        setDone(decision.verb === 'undo' ? undefined : { decision, name, alsoFiled });
        announce(t(`identity.done.${decision.verb}`, { name, alsoFiled }));
        onSelect(next);
      },
    });
  const undo = () => {
    if (done) decide({ waitingId: done.decision.waitingId, verb: 'undo', reason: t('identity.undo.reason') }, undefined);
  };

  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [String(n), () => link(n - 1)])),
    c: open && (() => setIntent({ verb: 'create' })),
    r: open && (() => setIntent({ verb: 'refuse' })),
    u: done && undo,
    o: open?.candidates[0] && (() => onOpenRecord(open.candidates[0]!.patientId)),
    '/': () => searchField.current?.focus(),
  });

  if (error) return <Fault error={error} />;
  if (!data) return null;
  return (
    <div className="identity-page">
      <WaitingList
        places={places}
        waiting={waiting}
        total={data.total}
        share={data.share}
        selected={open?.waitingId}
        now={dataUpdatedAt}
        onSelect={onSelect}
      />
      <div className="identity-case">
        {done ? (
          <Notice
            tone="quiet"
            actions={
              <Button look="quiet" hint="U" onPress={undo}>
                {t('identity.undo')}
              </Button>
            }
          >
            {t(`identity.done.${done.decision.verb}`, { name: done.name, alsoFiled: done.alsoFiled })}
          </Notice>
        ) : null}
        {send.error ? <Fault error={send.error} /> : null}
        {open ? (
          <Case
            key={open.waitingId}
            waiting={open}
            searchField={searchField}
            onIntend={setIntent}
            onLink={link}
            onOpenRecord={onOpenRecord}
            onPick={(candidate) => setPicked({ waitingId: open.waitingId, candidate })}
          />
        ) : (
          <p className="identity-empty">{t('identity.empty')}</p>
        )}
        <KeyHints
          label={t('identity.keys')}
          hints={[
            { keys: ['J', 'K'], does: t('identity.keys.move') },
            { keys: ['1', '2'], does: t('identity.keys.link') },
            { keys: ['O'], does: t('identity.keys.open') },
            { keys: ['/'], does: t('identity.keys.search') },
            { keys: ['C'], does: t('identity.keys.create') },
            { keys: ['R'], does: t('identity.keys.refuse') },
            { keys: ['U'], does: t('identity.keys.undo') },
          ]}
        />
      </div>
      {open && intent ? (
        <DecisionDialog
          waiting={open}
          intent={intent}
          isSending={send.isPending}
          onClose={() => setIntent(undefined)}
          onDecide={(decision) => decide(decision, open)}
        />
      ) : null}
    </div>
  );
}

/** A record that the person looked for, put beside the candidates of one arrival. */
interface Picked {
  waitingId: string;
  candidate: Candidate;
}

function withPicked(waiting: Waiting | undefined, picked: Picked | undefined): Waiting | undefined {
  if (!waiting || picked?.waitingId !== waiting.waitingId) return waiting;
  return { ...waiting, candidates: [...waiting.candidates, picked.candidate] };
}

interface CaseProps {
  waiting: Waiting;
  searchField: Ref<HTMLInputElement>;
  onPick: (candidate: Candidate) => void;
  onIntend: (intent: Intent) => void;
  onLink: (n: number) => void;
  onOpenRecord: (patientId: string) => void;
}

function Case({ waiting, searchField, onIntend, onLink, onPick, onOpenRecord }: CaseProps) {
  const t = useText();
  return (
    <section aria-labelledby="identity-case-title">
      <header className="identity-case-head">
        <h2 id="identity-case-title">{t('identity.case', { time: showTime(waiting.receivedAt) })}</h2>
        <p className="ui-caption">
          {waiting.sender.name} · {t('identity.noContent')}
        </p>
      </header>
      <p className="identity-why">{t(`identity.explain.${waiting.reason}`)}</p>
      <ComparisonTable
        printed={waiting.printed}
        candidates={waiting.candidates}
        heads={{
          received: t('identity.received'),
          from: waiting.sender.name,
          candidate: (n) => t('identity.candidate', { n }),
          about: ({ score }) => t('identity.score', { score }),
        }}
      />
      <div className="identity-actions">
        {waiting.candidates.map((candidate, i) => (
          <Button
            key={candidate.patientId}
            look={i === 0 && isExpected(candidate) && waiting.reason !== 'recalled' ? 'primary' : 'plain'}
            hint={String(i + 1)}
            onPress={() => onLink(i)}
          >
            {t('identity.link', { n: i + 1 })}
          </Button>
        ))}
        <Button hint="C" onPress={() => onIntend({ verb: 'create' })}>
          {t('identity.create')}
        </Button>
        <Button hint="R" onPress={() => onIntend({ verb: 'refuse' })}>
          {t('identity.refuse')}
        </Button>
        {waiting.candidates[0] ? (
          <Button look="quiet" hint="O" onPress={() => onOpenRecord(waiting.candidates[0]!.patientId)}>
            {t('identity.open')}
          </Button>
        ) : null}
      </div>
      <RecordSearch waiting={waiting} inputRef={searchField} onPick={onPick} />
    </section>
  );
}
