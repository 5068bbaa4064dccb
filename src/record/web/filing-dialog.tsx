import { useId, useState } from 'react';
import { ApiError, base64Of, Button, Dialog, Notice, TextField, useAnnounce, useText } from '#ui';
import type { DocumentFiled, DocumentFiling, DocumentItem, FilingType } from '../contract.ts';
import { useFileDocument } from './use-documents.ts';

interface FilingProps {
  patientId: string;
  types: readonly FilingType[];
  isOwnRecord: boolean;
  /** The document that the new one replaces. */
  replaced?: DocumentItem;
  onClose: () => void;
  onFiled: (filed: DocumentFiled) => void;
}

/** What a person files is at most so large: the server says the same. */
const MOST_BYTES = 20 * 1024 * 1024;

const today = () => new Date().toLocaleDateString('sv-SE');
const isCda = (file: File | undefined) => file !== undefined && /\.xml$/i.test(file.name);

/** Files a PDF or a CDA in the record that is open: what a PDF does not say of itself is asked. */
export function FilingDialog({ patientId, types, isOwnRecord, replaced, onClose, onFiled }: FilingProps) {
  const t = useText();
  const announce = useAnnounce();
  const filing = useFileDocument(patientId);
  const [filingId] = useState(() => crypto.randomUUID());
  const [chosen, setChosen] = useState<File>();
  const [type, setType] = useState(() => types.find(({ code }) => code === replaced?.type.code)?.code ?? types[0]?.code ?? '');
  const [title, setTitle] = useState(replaced?.title ?? '');
  const [day, setDay] = useState(() => replaced?.servedAt.slice(0, 10) ?? today());
  const [author, setAuthor] = useState('');
  const isTooLarge = (chosen?.size ?? 0) > MOST_BYTES;
  const saysAll = isCda(chosen);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && day <= today();
  const written = author.trim();
  const isDescribed = saysAll || (type !== '' && title.trim().length >= 2 && isDay && (written === '' || written.length >= 3));
  const isReady = chosen !== undefined && !isTooLarge && isDescribed && !filing.isPending;
  const file = async () => {
    if (!chosen || !isReady) return;
    const about = { type, title: title.trim(), day, ...(written !== '' && { author: written }) };
    const body: DocumentFiling = {
      filingId,
      mediaType: saysAll ? 'application/xml' : 'application/pdf',
      file: await base64Of(chosen),
      ...(saysAll ? {} : { about }),
      ...(replaced && !saysAll && { replaces: replaced.documentId }),
    };
    filing.mutate(body, {
      onSuccess: (filed) => {
        announce(t(filed.isNew ? 'record.filing.done' : 'record.filing.already'));
        onFiled(filed);
      },
    });
  };
  return (
    <Dialog
      title={t(replaced ? 'record.filing.replace' : 'record.filing.title')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('record.filing.leave')}</Button>
          <Button look="primary" isDisabled={!isReady} onPress={() => void file()}>
            {t('record.filing.file')}
          </Button>
        </>
      }
    >
      {replaced ? <p>{t('record.filing.replaces', { title: replaced.title })}</p> : null}
      <FileField isCdaTaken={!isOwnRecord && !replaced} onChoose={setChosen} isTooLarge={isTooLarge} />
      {saysAll ? (
        <p className="rec-quiet">{t('record.filing.cdaSays')}</p>
      ) : (
        <>
          <TypeField types={types} value={type} onChange={setType} />
          <TextField label={t('record.filing.titleOf')} value={title} onChange={setTitle} isRequired />
          <TextField
            type="date"
            label={t('record.filing.day')}
            value={day}
            onChange={setDay}
            error={isDay ? undefined : t('record.filing.dayWrong')}
            isRequired
          />
          {isOwnRecord ? null : (
            <TextField label={t('record.filing.author')} help={t('record.filing.authorHelp')} value={author} onChange={setAuthor} />
          )}
        </>
      )}
      {filing.error ? <Notice isAlert>{t(`record.filing.refused.${reasonOf(filing.error)}`)}</Notice> : null}
    </Dialog>
  );
}

function FileField({ isCdaTaken, onChoose, isTooLarge }: { isCdaTaken: boolean; onChoose: (file?: File) => void; isTooLarge: boolean }) {
  const t = useText();
  const id = useId();
  return (
    <div className="ui-field">
      <label className="ui-label" htmlFor={id}>
        {t(isCdaTaken ? 'record.filing.choose' : 'record.filing.choosePdf')}
      </label>
      <input
        id={id}
        type="file"
        className="ui-input"
        accept={isCdaTaken ? '.pdf,application/pdf,.xml' : '.pdf,application/pdf'}
        onChange={({ target }) => onChoose(target.files?.[0])}
      />
      {isTooLarge ? <p className="ui-field-error">{t('record.filing.tooLarge')}</p> : null}
    </div>
  );
}

function TypeField({ types, value, onChange }: { types: readonly FilingType[]; value: string; onChange: (code: string) => void }) {
  const t = useText();
  const id = useId();
  return (
    <div className="ui-field">
      <label className="ui-label" htmlFor={id}>
        {t('record.filing.type')}
      </label>
      <select id={id} className="ui-input" value={value} onChange={({ target }) => onChange(target.value)}>
        {types.map(({ code, display }) => (
          <option key={code} value={code}>
            {display}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What of the file the server refused, in the words of this page; anything else may be tried again. */
const SAID = {
  'access.denied': 'denied',
  'report.unreadable': 'unreadable',
  'report.not-a-document': 'unreadable',
  'report.hostile': 'unreadable',
  'document.type-unknown': 'type',
  'document.other-patient': 'patient',
  'deposit.wrong-structure': 'structure',
  'deposit.conflicting-bytes': 'conflict',
  'deposit.kept-out': 'keptOut',
} as const;

function reasonOf(error: Error): string {
  return (error instanceof ApiError && Object.hasOwn(SAID, error.code) && SAID[error.code as keyof typeof SAID]) || 'again';
}
