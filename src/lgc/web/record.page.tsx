import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { showBirthDate, showIns, Tag, useText } from '#ui';
import type { User } from '../contract.ts';
import { Documents } from './documents.tsx';
import { ExpectForm } from '#exchange/web';
import { Refused } from './refused.tsx';
import { ResultsTable } from './results-table.tsx';
import { recordQuery } from './use-lgc.ts';

/** The record of a patient in the practice: who, the table of results, the documents. */
export function RecordPage({ patientId, me, cigogne }: { patientId: string; me: User; cigogne: string | undefined }) {
  const t = useText();
  const { data, error, refetch } = useQuery(recordQuery(patientId));
  useEffect(() => {
    if (data) document.title = data.patient.name;
  }, [data]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const { patient, rows, documents, allergies = [] } = data;
  const ins = patient.ins === undefined ? undefined : showIns(patient.ins);
  return (
    <section className="lgc-page" aria-labelledby="record-title">
      <header className="lgc-head">
        <h1 id="record-title">{patient.name}</h1>
        <p>
          {patient.sex} · {showBirthDate(patient.birthDate)}
          {patient.birthPlace ? ` · ${patient.birthPlace}` : ''} · {t('lgc.numberIs', { number: patient.number })}
          {ins ? ` · INS ${ins.number} ${ins.key}` : ''}
        </p>
        {patient.isQualified ? <Tag>{t('lgc.qualified')}</Tag> : <Tag tone="notice">{t('lgc.provisional')}</Tag>}
        {allergies.length > 0 ? <Tag tone="notice">{t('lgc.allergies', { words: allergies.join(', ') })}</Tag> : null}
        {cigogne ? (
          <a className="ui-button ui-button-plain" href={cigogne}>
            {t('lgc.openCigogne')}
          </a>
        ) : null}
      </header>
      {rows ? <ResultsTable rows={rows} /> : <p className="ui-caption">{t('lgc.noResultsForYou')}</p>}
      <Documents documents={documents} me={me} number={patient.number} />
      {me.role === 'gp' ? <ExpectForm patients={[{ patientId, name: patient.name, birthDate: patient.birthDate }]} /> : null}
    </section>
  );
}
