import { useQuery } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { Button, Dialog, Notice, showBirthDate, showLongDate, showTime, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { VersionWorklist } from '../contract.ts';
import { versionNumber } from './version-number.ts';
import { useKeepVersion, versionsQuery } from './use-versions.ts';
import './versions.css';

type Conflict = VersionWorklist['conflicts'][number];
type Version = Conflict['documents'][number];

export interface ReportLinkProps {
  patientId: string;
  documentId: string;
  children: ReactNode;
}

interface VersionsPageProps {
  /** A link to one report: the address of reports belongs to the shell. */
  ReportLink: ComponentType<ReportLinkProps>;
  /** What is shown when the list may not be read. */
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
}

/** Reports of the laboratory that contradict one another: a biologist opens them, and says which is right. */
export function VersionsPage({ ReportLink, Refused }: VersionsPageProps) {
  const t = useText();
  const { data, error, refetch } = useQuery(versionsQuery);
  const [asked, setAsked] = useState<{ conflict: Conflict; version: Version }>();
  useEffect(() => {
    document.title = `${t('record.versions.title')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <section className="app-page" aria-labelledby="versions-title">
      <header className="app-page-head">
        <h1 id="versions-title">{t('record.versions.title')}</h1>
        <p className="app-page-note">{t('record.versions.note')}</p>
      </header>
      {data.conflicts.length === 0 ? <Notice>{t('record.versions.none')}</Notice> : null}
      {data.conflicts.map((conflict) => (
        <ConflictCard
          key={`${conflict.patientId} ${conflict.setId}`}
          conflict={conflict}
          ReportLink={ReportLink}
          onKeep={(version) => setAsked({ conflict, version })}
        />
      ))}
      {asked ? <KeepDialog {...asked} onClose={() => setAsked(undefined)} /> : null}
    </section>
  );
}

interface ConflictCardProps {
  conflict: Conflict;
  ReportLink: VersionsPageProps['ReportLink'];
  onKeep: (version: Version) => void;
}

function ConflictCard({ conflict, ReportLink, onKeep }: ConflictCardProps) {
  const t = useText();
  const language = useLanguage();
  const { patient, patientId, documents } = conflict;
  return (
    <article className="ui-card record-conflict">
      <h2>
        {patient.name} <span className="app-page-note">{showBirthDate(patient.birthDate)}</span>
      </h2>
      <ul>
        {documents.map((version) => (
          <li key={version.documentId}>
            <div>
              <ReportLink patientId={patientId} documentId={version.documentId}>
                {t('record.versions.one', {
                  ...versionNumber(version.version),
                  issued: `${showLongDate(version.issuedAt, language)} ${showTime(version.issuedAt)}`,
                })}
              </ReportLink>
              <span className="app-page-note">
                {t('record.versions.received', {
                  at: `${showLongDate(version.receivedAt, language)} ${showTime(version.receivedAt)}`,
                })}
                {version.validator === undefined ? '' : ` · ${version.validator}`}
              </span>
            </div>
            <Button onPress={() => onKeep(version)}>{t('record.versions.keep')}</Button>
          </li>
        ))}
      </ul>
    </article>
  );
}

function KeepDialog({ conflict, version, onClose }: { conflict: Conflict; version: Version; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const keep = useKeepVersion();
  const [reason, setReason] = useState('');
  const isReady = reason.trim().length >= 3 && !keep.isPending;
  const decide = () => {
    if (!isReady) return;
    keep.mutate(
      { patientId: conflict.patientId, documentId: version.documentId, reason: reason.trim() },
      {
        onSuccess: () => {
          announce(t('record.versions.kept'));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={t('record.versions.ask', { name: conflict.patient.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('record.versions.later')}</Button>
          <Button look="primary" onPress={decide} isDisabled={!isReady}>
            {t('record.versions.keep')}
          </Button>
        </>
      }
    >
      <p>{t('record.versions.what')}</p>
      {keep.isError ? <Notice>{t('record.versions.failed')}</Notice> : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          decide();
        }}
      >
        <TextField label={t('record.versions.why')} value={reason} onChange={setReason} isRequired takesFocus />
      </form>
    </Dialog>
  );
}
