import { useMutation } from '@tanstack/react-query';
import { type Ref, useState } from 'react';
import { api, Button, SearchField, showBirthDate, useAnnounce, useText } from '#ui';
import type { Found, Waiting } from '../contract.ts';
import { scoreCandidate } from '../score.ts';
import type { Candidate } from './traits.ts';

interface RecordSearchProps {
  waiting: Waiting;
  inputRef: Ref<HTMLInputElement>;
  onPick: (candidate: Candidate) => void;
}

/** Looks for a record that is not among the candidates. Asked on Enter only: each search leaves a trace. */
export function RecordSearch({ waiting, inputRef, onPick }: RecordSearchProps) {
  const t = useText();
  const announce = useAnnounce();
  const [words, setWords] = useState('');
  const search = useMutation({
    mutationFn: (q: string) => api<Found>(`/api/patients?${new URLSearchParams({ q })}`),
    onSuccess: ({ patients }) => announce(t('identity.search.found', { count: patients.length })),
  });
  const known = new Set(waiting.candidates.map(({ patientId }) => patientId));
  const found = search.data?.patients.filter(({ patientId }) => !known.has(patientId));
  return (
    <div className="identity-search">
      <SearchField
        label={t('identity.search')}
        placeholder={t('identity.search.placeholder')}
        value={words}
        onChange={setWords}
        onSubmit={(q) => {
          if (q.trim() !== '') search.mutate(q);
        }}
        hint={['/']}
        inputRef={inputRef}
      />
      {found ? (
        <p className="ui-caption">
          {t('identity.search.found', { count: found.length })}
          {search.data?.more ? ` ${t('identity.search.more')}` : null}
        </p>
      ) : null}
      <ul className="identity-found">
        {found?.map((patient) => (
          <li key={patient.patientId}>
            <Button
              look="quiet"
              onPress={() => {
                onPick(asCandidate(waiting, patient));
                search.reset();
                setWords('');
              }}
            >
              <bdi>
                {patient.traits.birthFamily} {patient.traits.firstBirthGiven}
              </bdi>
              <span className="ui-caption ui-figures">
                {showBirthDate(patient.traits.birthDate)} · {t(`identity.sex.letter.${patient.traits.sex}`)}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The same comparison and score as the server gives its own candidates, but for aliases: a search does not send them. */
function asCandidate({ printed }: Waiting, patient: Found['patients'][number]): Candidate {
  const ins = printed.ins && patient.ins ? { oid: patient.ins.oid, value: printed.ins } : undefined;
  return scoreCandidate(printed, ins, patient);
}
