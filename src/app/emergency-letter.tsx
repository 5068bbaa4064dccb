import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AuditAlert } from '#access/contract';
import { api, Button, useText } from '#ui';

/** How the patient of an emergency was told of it, and the letter for who has no account nor mailbox. Printing it is an event that they read. */
export function EmergencyLetter({ patientId, sequence, told = [], who }: AuditAlert) {
  const t = useText();
  const queries = useQueryClient();
  const print = useMutation({
    mutationFn: () =>
      api<Blob>(`/api/audit/emergencies/${encodeURIComponent(patientId!)}/${sequence}/letter`, { method: 'POST', answer: 'bytes' }),
    onSuccess: (letter) => {
      save(letter, `information-urgence-${patientId!.slice(-8)}-${sequence}.pdf`);
      void queries.invalidateQueries({ queryKey: ['audit-alerts'] });
    },
  });
  if (patientId === undefined || sequence === undefined) return null;
  return (
    <div className="app-audit-told">
      <p className="app-audit-small">
        {told.length === 0 ? t('app.audit.untold') : told.map((how) => t(`app.audit.told.${how}`)).join(' · ')}
      </p>
      <Button aria-label={`${t('app.audit.letter')} : ${who}`} isDisabled={print.isPending} onPress={() => print.mutate()}>
        {t('app.audit.letter')}
      </Button>
      {print.error ? <p role="alert">{t('app.audit.letterFailed')}</p> : null}
    </div>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
