import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { EmergencyNotice } from '#access/contract';
import { api, Button, Notice, showDate, showTime, useLanguage, useText } from '#ui';

/** At the next opening of their record, a patient is told that it was opened in an emergency: by whom, when, why. It stays until they say they read it. */
export function OwnEmergencies({ patientId, emergencies }: { patientId: string; emergencies: readonly EmergencyNotice[] }) {
  const t = useText();
  const language = useLanguage();
  const queries = useQueryClient();
  const read = useMutation({
    mutationFn: () =>
      api(`/api/patients/${encodeURIComponent(patientId)}/emergencies/read`, { method: 'POST', body: { upTo: emergencies[0]!.at } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['patient', patientId] }),
  });
  return (
    <div className="app-emergency">
      <Notice
        title={t('app.emergencies.title', { count: emergencies.length })}
        actions={
          <Button isDisabled={read.isPending} onPress={() => read.mutate()}>
            {t('app.emergencies.read')}
          </Button>
        }
      >
        {emergencies.map(({ at, who, organisation, reason }) => (
          <p key={at}>
            {t('app.emergencies.line', {
              date: showDate(at, language),
              time: showTime(at),
              who: [who, organisation].filter(Boolean).join(', '),
            })}
            {reason === undefined ? null : ` ${t('app.accesses.reason', { reason })}`}
          </p>
        ))}
        <p>{t('app.emergencies.rights')}</p>
        {read.error ? <p role="alert">{t('app.emergencies.failed')}</p> : null}
      </Notice>
    </div>
  );
}
