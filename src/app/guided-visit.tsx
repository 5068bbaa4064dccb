import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { Button, CloseIcon, readPatientSearch, useText } from '#ui';
import { letOneArrive } from './deposit.ts';
import { keepVisit, readVisit } from './visit-state.ts';
import { nextStep, VISIT_STEPS } from './visit-steps.ts';
import './guided-visit.css';

/** A small card that points to what to do next. It covers no button, asks for nothing, and can be left at any step. */
export function GuidedVisit() {
  const [visit, setVisit] = useState(readVisit);
  const hasSeenArrival = useSawArrival(visit !== undefined);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const raw = useSearch({ strict: false });
  const search = useMemo(() => readPatientSearch(raw as Record<string, unknown>), [raw]);
  const step = visit ? nextStep(visit.step, { path, search, hasSeenArrival }, visit.patientId) : 0;
  if (visit && step !== visit.step) setVisit({ ...visit, step });
  useEffect(() => keepVisit(visit), [visit]);
  if (!visit) return null;
  return (
    <VisitCard name={visit.name} step={step} onSkip={() => setVisit({ ...visit, step: step + 1 })} onLeave={() => setVisit(undefined)} />
  );
}

/** A patient's results were read again at the reader's demand: what had arrived is now on screen. */
function useSawArrival(isActive: boolean): boolean {
  const queries = useQueryClient();
  const [hasSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!isActive) return;
    return queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === 'updated' && query.queryKey[0] === 'biology' && query.state.dataUpdateCount > 1) setSeen(true);
    });
  }, [queries, isActive]);
  return hasSeen;
}

interface VisitCardProps {
  name: string;
  step: number;
  onSkip: () => void;
  onLeave: () => void;
}

function VisitCard({ name, step, onSkip, onLeave }: VisitCardProps) {
  const t = useText();
  const current = VISIT_STEPS[step];
  return (
    <aside className="app-visit" aria-label={t('app.visit.title')}>
      <header className="app-visit-head">
        <strong>{current ? t('app.visit.progress', { step: step + 1, steps: VISIT_STEPS.length }) : t('app.visit.end')}</strong>
        <Button look="quiet" aria-label={t('app.visit.leave')} onPress={onLeave}>
          <CloseIcon />
        </Button>
      </header>
      <p aria-live="polite">{current ? t(`app.visit.step.${current.id}`, { name }) : t('app.visit.endText')}</p>
      {current?.id === 'arrival' ? <LetOneArrive /> : null}
      <footer className="app-visit-foot">
        <ol className="app-visit-dots" aria-hidden="true">
          {VISIT_STEPS.map(({ id }, i) => (
            <li key={id} data-state={i < step ? 'done' : i === step ? 'now' : 'next'} />
          ))}
        </ol>
        {current ? (
          <Button look="quiet" onPress={onSkip}>
            {t('app.visit.skip')}
          </Button>
        ) : (
          <Button look="primary" onPress={onLeave}>
            {t('app.visit.close')}
          </Button>
        )}
      </footer>
    </aside>
  );
}

/** The laboratory's system sends a report, as it would at any moment of the day. */
function LetOneArrive() {
  const t = useText();
  const arrive = useMutation({ mutationFn: letOneArrive });
  const hasFailed = arrive.error !== null || arrive.data?.refusal !== undefined;
  return (
    <>
      <Button look="primary" isDisabled={arrive.isPending} onPress={() => arrive.mutate()}>
        {t('app.visit.arrive')}
      </Button>
      {hasFailed ? <p>{t('app.visit.arriveFailed')}</p> : null}
    </>
  );
}
