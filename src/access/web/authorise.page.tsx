import { useMutation, useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { api, Button, Notice, useText } from '#ui';
import type { SoftwareAnswer, SoftwareAsking } from '../contract.ts';
import { ScopeList } from './scope-list.tsx';
import './authorise.css';

/** Whose record is to be opened: the button says their name, so that nobody says yes for another than they think. */
export interface Chosen {
  patientId: string;
  name: string;
}

/** Of whom the record is to be opened: chosen among people that the shell knows how to find and to name. */
export type PatientsToChoose = ComponentType<{ legend: string; chosen: string | undefined; onChoose: (chosen: Chosen) => void }>;

interface Props {
  /** The step of the authorization that waits for an answer. */
  step: string;
  Patients: PatientsToChoose;
  Refused: ComponentType<{ error: Error; onRetry?: () => void }>;
}

/** A software that opened by itself asks to read in the name of who is here: who asks, what for, of which patient; yes or no. */
export function AuthorisePage({ step, Patients, Refused }: Props) {
  const t = useText();
  const path = `/api/smart/authorisations/${encodeURIComponent(step)}`;
  const { data: asking, error } = useQuery({
    queryKey: ['software', step],
    queryFn: ({ signal }) => api<SoftwareAsking>(path, { signal }),
    retry: false,
  });
  const [chosen, setChosen] = useState<Chosen>();
  const answer = useMutation({
    mutationFn: (body: SoftwareAnswer) => api<{ next: string }>(path, { method: 'POST', body }),
    onSuccess: ({ next }) => window.location.assign(next),
  });
  const software = asking?.software ?? '';
  useEffect(() => {
    document.title = `${software === '' ? '' : t('access.authorise.title', { software })} — Cigogne`;
  }, [t, software]);
  if (error) return <Refused error={error} />;
  if (!asking) return null;
  const { returnsTo, scopes, asksWho, stays, patient } = asking;
  const isComplete = patient !== 'chosen' || chosen !== undefined;
  return (
    <section className="access-authorise" aria-labelledby="authorise-title">
      <header>
        <h1 id="authorise-title">{t('access.authorise.title', { software })}</h1>
        <p className="access-authorise-note">{t('access.authorise.returns', { place: returnsTo })}</p>
      </header>
      <section aria-labelledby="authorise-what" className="ui-card access-authorise-part">
        <h2 id="authorise-what">{t('access.authorise.what')}</h2>
        <ScopeList scopes={scopes} asksWho={asksWho} patient={patient} />
        <p>{t('access.authorise.howLong', { stays: String(stays) })}</p>
        <p className="access-authorise-note">{t('access.authorise.never')}</p>
      </section>
      {patient === 'chosen' ? <Patients legend={t('access.authorise.whom')} chosen={chosen?.patientId} onChoose={setChosen} /> : null}
      {answer.error ? (
        <Notice isAlert title={t('access.authorise.failed')}>
          {t('access.authorise.failedText')}
        </Notice>
      ) : null}
      <div className="access-authorise-actions">
        <Button
          look="primary"
          size="large"
          isDisabled={!isComplete || answer.isPending}
          onPress={() => answer.mutate({ isAllowed: true, ...(chosen && { patientId: chosen.patientId }) })}
        >
          {chosen ? t('access.authorise.yesFor', { name: chosen.name }) : t('access.authorise.yes')}
        </Button>
        <Button size="large" isDisabled={answer.isPending} onPress={() => answer.mutate({ isAllowed: false })}>
          {t('access.authorise.no')}
        </Button>
        {isComplete ? null : <p className="access-authorise-note">{t('access.authorise.chooseFirst')}</p>}
      </div>
    </section>
  );
}
