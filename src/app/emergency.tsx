import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { CareLink } from '#access/contract';
import { ApiError, api, Button, Dialog, Notice, Rich, showTime, TextField, useText } from '#ui';
import './emergency.css';

/** The same bounds as the server's (`breakGlassSchema`). */
const SHORTEST_REASON = 10;
const LONGEST_REASON = 500;

/** A doctor opens a record without the patient's word, because waiting would endanger them: says why, and the patient will read it. */
export function OpenInEmergency({ patientId, who, onLeave }: { patientId: string; who: ReactNode; onLeave: () => void }) {
  const t = useText();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const open = useMutation({
    mutationFn: () =>
      api<{ link: CareLink }>(`/api/patients/${encodeURIComponent(patientId)}/break-glass`, { method: 'POST', body: { reason } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['patients'] });
      await queries.resetQueries({ queryKey: ['patient', patientId] });
    },
  });
  const length = reason.trim().length;
  const isTold = length >= SHORTEST_REASON && length <= LONGEST_REASON;
  return (
    <Dialog
      title={t('app.emergency.title')}
      isOpen
      onClose={onLeave}
      actions={
        <>
          <Button size="large" onPress={onLeave}>
            {t('app.emergency.leave')}
          </Button>
          <Button size="large" look="primary" isDisabled={!isTold || open.isPending} onPress={() => open.mutate()}>
            {t('app.emergency.open')}
          </Button>
        </>
      }
    >
      {who}
      <p>{t('app.emergency.when')}</p>
      <TextField
        label={t('app.emergency.reason')}
        help={t('app.emergency.reasonHelp')}
        value={reason}
        onChange={setReason}
        isRequired
        takesFocus
      />
      <p className="app-page-note">
        <Rich id="app.emergency.trace" />
      </p>
      {open.error ? <Notice isAlert>{t(isRefusedInAdvance(open.error) ? 'app.emergency.refused' : 'app.emergency.failed')}</Notice> : null}
    </Dialog>
  );
}

function isRefusedInAdvance(error: Error): boolean {
  return error instanceof ApiError && error.code === 'access.denied';
}

/** Said for as long as the record is open: one is here without the patient's word. */
export function EmergencyBar({ link }: { link: CareLink | null | undefined }) {
  const t = useText();
  if (link?.kind !== 'break-glass') return null;
  return (
    <div className="app-emergency">
      <Notice title={t('app.emergency.barTitle')}>{t('app.emergency.bar', { time: showTime(link.since) })}</Notice>
    </div>
  );
}
