import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, Button, Dialog, Notice, Segmented, TextField, useAnnounce, useText } from '#ui';
import { type Directory, isResultsUrl, SENDER_FORMATS, SENDER_STATES, type SenderToKeep, type ShownSender } from '../contract.ts';

interface Draft
  extends Omit<SenderToKeep, 'jwks' | 'structures' | 'mailboxes' | 'software' | 'softwareVersion' | 'contact' | 'resultsUrl'> {
  clientId: string;
  /** FINESS numbers, apart by blanks or commas: what people paste. */
  structures: string;
  software: string;
  softwareVersion: string;
  contact: string;
  /** Where reports are read at the laboratory; empty: nowhere. */
  resultsUrl: string;
  /** Addresses of secure mail, apart by blanks or commas. */
  mailboxes: string;
  /** Public keys (RFC 7517), as pasted. */
  keys: string;
}

const draftOf = (sender: ShownSender | undefined): Draft => ({
  clientId: sender?.clientId ?? '',
  name: sender?.name ?? '',
  structures: sender?.structures.join(' ') ?? '',
  software: sender?.software ?? '',
  softwareVersion: sender?.softwareVersion ?? '',
  contact: sender?.contact ?? '',
  resultsUrl: sender?.resultsUrl ?? '',
  mailboxes: sender?.mailboxes.join(' ') ?? '',
  formats: SENDER_FORMATS.filter((format) => sender?.formats.includes(format)),
  state: sender?.state ?? 'test',
  keys: '',
});

const addressesIn = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== '');

function bodyOf({
  name,
  formats,
  state,
  structures,
  software,
  softwareVersion,
  contact,
  resultsUrl,
  mailboxes,
  keys,
}: Draft): SenderToKeep {
  return {
    name,
    formats,
    state,
    structures: structures.toUpperCase().match(/[\dAB]{9}/g) ?? [],
    mailboxes: addressesIn(mailboxes),
    resultsUrl: resultsUrl.trim(),
    ...(software && { software }),
    ...(softwareVersion && { softwareVersion }),
    ...(contact && { contact }),
    ...(keys.trim() && { jwks: JSON.parse(keys) as NonNullable<SenderToKeep['jwks']> }),
  };
}

function isJson(text: string): boolean {
  try {
    return text.trim() === '' || Array.isArray((JSON.parse(text) as { keys?: unknown }).keys);
  } catch {
    return false;
  }
}

interface SenderDialogProps {
  sender: ShownSender | undefined;
  structures: Directory['structures'];
  onClose: () => void;
}

/** One system of the register: added, changed, put in production or closed. */
export function SenderDialog({ sender, structures, onClose }: SenderDialogProps) {
  const t = useText();
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(sender));
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const keep = useMutation({
    mutationFn: () =>
      api<ShownSender>(`/api/directory/senders/${encodeURIComponent(draft.clientId)}`, { method: 'PUT', body: bodyOf(draft) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['directory', 'senders'] });
      announce(t('directory.senders.kept'));
      onClose();
    },
  });
  const unknown = (draft.structures.toUpperCase().match(/[\dAB]{9}/g) ?? []).filter((finess) =>
    structures.every((place) => place.finess !== finess),
  );
  const isMailboxes = addressesIn(draft.mailboxes).every((address) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address));
  const isAddress = draft.resultsUrl.trim() === '' || isResultsUrl(draft.resultsUrl.trim());
  const isReady =
    isMailboxes &&
    isAddress &&
    /^[a-z0-9][a-z0-9-]{2,62}$/.test(draft.clientId) &&
    draft.name.trim() !== '' &&
    draft.structures.trim() !== '' &&
    unknown.length === 0 &&
    isJson(draft.keys);
  const refusal = keep.error instanceof ApiError ? keep.error.body : undefined;
  return (
    <Dialog
      title={sender ? sender.name : t('directory.senders.add')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('directory.senders.cancel')}</Button>
          <Button look="primary" isDisabled={!isReady || keep.isPending} onPress={() => keep.mutate()}>
            {t('directory.senders.keep')}
          </Button>
        </>
      }
    >
      {keep.isError ? (
        <Notice isAlert>{refusal?.at === 'jwks' ? t('directory.senders.needsKey') : t('directory.senders.failed')}</Notice>
      ) : null}
      <div className="directory-form">
        {sender ? null : (
          <TextField
            label={t('directory.senders.clientId')}
            help={t('directory.senders.clientIdHelp')}
            value={draft.clientId}
            onChange={(clientId) => set({ clientId })}
            isRequired
            takesFocus
          />
        )}
        <TextField label={t('directory.senders.name')} value={draft.name} onChange={(name) => set({ name })} isRequired />
        <TextField
          label={t('directory.senders.finess')}
          help={t('directory.senders.finessHelp')}
          error={unknown.length > 0 ? t('directory.senders.unknown', { finess: unknown.join(', ') }) : undefined}
          value={draft.structures}
          onChange={(given) => set({ structures: given })}
          isRequired
        />
        <TextField label={t('directory.senders.software')} value={draft.software} onChange={(software) => set({ software })} />
        <TextField
          label={t('directory.senders.version')}
          value={draft.softwareVersion}
          onChange={(softwareVersion) => set({ softwareVersion })}
        />
        <TextField label={t('directory.senders.contact')} value={draft.contact} onChange={(contact) => set({ contact })} />
        <TextField
          label={t('directory.senders.resultsUrl')}
          help={t('directory.senders.resultsUrlHelp')}
          error={isAddress ? undefined : t('directory.senders.resultsUrlWrong')}
          value={draft.resultsUrl}
          onChange={(resultsUrl) => set({ resultsUrl })}
        />
        <TextField
          label={t('directory.senders.mailboxes')}
          help={t('directory.senders.mailboxesHelp')}
          error={isMailboxes ? undefined : t('directory.senders.mailboxesWrong')}
          value={draft.mailboxes}
          onChange={(mailboxes) => set({ mailboxes })}
        />
        <fieldset className="directory-formats">
          <legend>{t('directory.senders.formats')}</legend>
          {SENDER_FORMATS.map((format) => (
            <label key={format}>
              <input
                type="checkbox"
                checked={draft.formats.includes(format)}
                onChange={({ target }) =>
                  set({ formats: SENDER_FORMATS.filter((one) => (one === format ? target.checked : draft.formats.includes(one))) })
                }
              />
              <span>{t(`directory.format.${format}`)}</span>
            </label>
          ))}
        </fieldset>
        <Segmented
          label={t('directory.senders.state')}
          choices={SENDER_STATES.map((value) => ({ value, label: t(`directory.state.${value}`) }))}
          value={draft.state}
          onChange={(state) => set({ state })}
        />
        <TextField
          label={t('directory.senders.keys', { count: sender?.keys ?? 0 })}
          help={t('directory.senders.keysHelp')}
          error={isJson(draft.keys) ? undefined : t('directory.senders.keysWrong')}
          value={draft.keys}
          onChange={(keys) => set({ keys })}
        />
      </div>
    </Dialog>
  );
}
