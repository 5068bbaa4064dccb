import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import type { CareLink } from '#access/contract';
import type { Found } from '#identity/contract';
import { api, Button, Dialog, Notice, Rich, useText } from '#ui';
import { OpenInEmergency } from './emergency.tsx';
import { PatientLine } from './patient-line.tsx';
import { usePerson } from './session.tsx';
import './care-link.css';

/**
 * The record is closed for lack of a care link: the professional may declare the consent collected. Nothing of the record is shown
 * before; the declaration is kept with its author and time, and the patient sees it.
 */
export function DeclareCareLink({ patientId }: { patientId: string }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isDeclared, setDeclared] = useState(false);
  const [isEmergency, setEmergency] = useState(false);
  const { role } = usePerson();
  const declare = useMutation({
    mutationFn: () => api<{ link: CareLink }>(`/api/patients/${encodeURIComponent(patientId)}/care-link`, { method: 'POST' }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['patients'] });
      await queries.resetQueries({ queryKey: ['patient', patientId] });
    },
  });
  const leave = () => void navigate({ to: '/patients' });
  const found = useFoundBySearch(patientId);
  const who = found ? (
    <div className="app-care-link-who">
      <PatientLine person={found} />
    </div>
  ) : null;
  if (isEmergency) return <OpenInEmergency patientId={patientId} who={who} onLeave={() => setEmergency(false)} />;
  return (
    <Dialog
      title={t('app.careLink.title')}
      isOpen
      onClose={leave}
      actions={
        <>
          <Button size="large" onPress={leave}>
            {t('app.careLink.leave')}
          </Button>
          <Button size="large" look="primary" isDisabled={!isDeclared || declare.isPending} onPress={() => declare.mutate()}>
            {t('app.careLink.open')}
          </Button>
        </>
      }
    >
      {who}
      <p>{t('app.careLink.why')}</p>
      <Checkbox className="app-check" isSelected={isDeclared} onChange={setDeclared}>
        <span className="app-check-box" aria-hidden="true" />
        <span>{t('app.careLink.declare')}</span>
      </Checkbox>
      <p className="app-page-note">
        <Rich id="app.careLink.trace" />
      </p>
      {role === 'gp' || role === 'specialist' ? (
        <p>
          <Button look="quiet" onPress={() => setEmergency(true)}>
            {t('app.emergency.start')}
          </Button>
        </p>
      ) : null}
      {declare.error ? <Notice isAlert>{t('app.careLink.failed')}</Notice> : null}
    </Dialog>
  );
}

/** The traits that the search has just shown, so that the right person is named; nothing more is asked. */
function useFoundBySearch(patientId: string) {
  const queries = useQueryClient();
  return queries
    .getQueriesData<Found>({ queryKey: ['patients'] })
    .flatMap(([, found]) => found?.patients ?? [])
    .find((person) => person.patientId === patientId);
}
