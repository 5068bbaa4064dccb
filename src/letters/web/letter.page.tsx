import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useState } from 'react';
import { ApiError, Button, Dialog, Notice, showLongDate, useAnnounce, useLanguage, useText, useToday } from '#ui';
import type { DraftToKeep, LetterDesk } from '../contract.ts';
import { emptyContent } from '../empty-content.ts';
import { missingIn } from '../missing.ts';
import { LetterForm } from './letter-form.tsx';
import { goTo, LetterSide } from './letter-side.tsx';
import { deskQuery, useDraft } from './use-letters.ts';
import './letters.css';

export interface LetterPageProps {
  patientId: string;
  /** Filed: the document is read where documents are. */
  onFiled: (documentId: string) => void;
  onLeave: () => void;
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
}

/** The discharge letter of the patient whose record is open, written by the doctor who answers for it. */
export function LetterPage(props: LetterPageProps) {
  const t = useText();
  const { data, error, refetch } = useQuery(deskQuery(props.patientId));
  if (error) return <props.Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return <p className="letter-state">{t('letters.loading')}</p>;
  return <Desk {...props} desk={data} />;
}

interface Chosen extends DraftToKeep {
  draftId: string;
}

/** The draft that waits is taken up again; else a new letter, of the latest stay. A letter already signed may be corrected. */
function Desk(props: LetterPageProps & { desk: LetterDesk }) {
  const t = useText();
  const language = useLanguage();
  const { desk } = props;
  const [draft] = desk.drafts;
  const [chosen, setChosen] = useState<Chosen>(
    () => draft ?? { draftId: crypto.randomUUID(), content: emptyContent(desk.stays[0], desk.suggested) },
  );
  const isNew = chosen.replaces === undefined && chosen.draftId !== draft?.draftId;
  return (
    <div className="letter-page">
      <header className="letter-head">
        <h1>{t('letters.title')}</h1>
        {draft?.draftId === chosen.draftId ? (
          <p className="app-page-note">{t('letters.resumed', { at: showLongDate(draft.savedAt, language) })}</p>
        ) : null}
        {isNew && desk.stays[0] ? <p className="app-page-note">{t('letters.fromStay')}</p> : null}
      </header>
      {desk.isClosed ? <Notice title={t('letters.closed')}>{t('letters.closedHelp')}</Notice> : null}
      {isNew
        ? desk.finished.map(({ documentId, content, savedAt }) => (
            <Notice
              key={documentId}
              tone="quiet"
              title={t('letters.already', { at: showLongDate(savedAt, language) })}
              actions={
                <Button onPress={() => setChosen({ draftId: crypto.randomUUID(), content, replaces: documentId })}>
                  {t('letters.correct')}
                </Button>
              }
            />
          ))
        : null}
      <Writing key={chosen.draftId} {...props} chosen={chosen} />
    </div>
  );
}

function Writing({ patientId, desk, chosen, onFiled, onLeave }: LetterPageProps & { desk: LetterDesk; chosen: Chosen }) {
  const t = useText();
  const announce = useAnnounce();
  const today = useToday();
  const { content, set, saving, keep, sign, drop } = useDraft(patientId, chosen.draftId, chosen);
  const [isSigning, setIsSigning] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const [refused, setRefused] = useState<string>();
  const missing = missingIn(content, today);
  const onSign = async () => {
    const [first] = missing;
    if (first) {
      announce(t('letters.lacks', { count: missing.length }));
      return goTo(first);
    }
    setIsSigning(true);
    try {
      const { documentId } = await sign();
      announce(t('letters.signed'));
      onFiled(documentId);
    } catch (error) {
      setRefused(t(`letters.refused.${reasonOf(error)}`));
      setIsSigning(false);
    }
  };
  const giveUp = async () => {
    await drop().catch(() => {});
    onLeave();
  };
  return (
    <div className="letter-columns">
      <LetterForm content={content} desk={desk} set={set} />
      <LetterSide
        missing={missing}
        saving={saving}
        isSigning={isSigning}
        refused={refused}
        isCorrection={chosen.replaces !== undefined}
        onSign={() => void onSign()}
        onKeep={() => void keep().catch(() => {})}
        onDrop={() => setIsLeaving(true)}
      />
      <Dialog
        title={t('letters.giveUpTitle')}
        isOpen={isLeaving}
        onClose={() => setIsLeaving(false)}
        actions={
          <>
            <Button onPress={() => setIsLeaving(false)}>{t('letters.stayHere')}</Button>
            <Button look="primary" onPress={() => void giveUp()}>
              {t('letters.giveUp')}
            </Button>
          </>
        }
      >
        <p>{t('letters.giveUpHelp')}</p>
      </Dialog>
    </div>
  );
}

const SAID = {
  'letter.incomplete': 'incomplete',
  'access.denied': 'denied',
  'request.not-found': 'gone',
  'request.invalid': 'invalid',
} as const;

function reasonOf(error: unknown): string {
  return (error instanceof ApiError && Object.hasOwn(SAID, error.code) && SAID[error.code as keyof typeof SAID]) || 'again';
}
