import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OwnCorrection } from '#identity/contract';
import { api, Button, Notice, showDate, showPrinted, useLanguage, useText } from '#ui';

/** At the next opening of their record, a patient is shown what was corrected of the values that they had read, old and new. It stays until they say they saw it. */
export function OwnCorrections({ patientId, corrections }: { patientId: string; corrections: readonly OwnCorrection[] }) {
  const t = useText();
  const language = useLanguage();
  const queries = useQueryClient();
  const seen = useMutation({
    mutationFn: () =>
      api(`/api/patients/${encodeURIComponent(patientId)}/corrections/seen`, {
        method: 'POST',
        body: { documentIds: corrections.map(({ documentId }) => documentId) },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['patient', patientId] }),
  });
  const printed = ({ text, unit }: { text: string; unit?: string | undefined }) =>
    [showPrinted(text, language), unit].filter(Boolean).join(' ');
  return (
    <div className="app-emergency">
      <Notice
        title={t('app.corrections.title')}
        actions={
          <Button isDisabled={seen.isPending} onPress={() => seen.mutate()}>
            {t('app.corrections.seen')}
          </Button>
        }
      >
        {corrections.map(({ documentId, laboratory, title, at, values }) => (
          <div key={documentId}>
            <p>{t('app.corrections.line', { title, laboratory, date: showDate(at, language) })}</p>
            <ul>
              {values.map(({ label, text, unit, former }) => (
                <li key={label}>
                  {label} {former ? <s>{printed(former)}</s> : null} →{' '}
                  <strong>{text === '' ? t('app.corrections.cancelled') : printed({ text, unit })}</strong>
                </li>
              ))}
            </ul>
          </div>
        ))}
        {seen.error ? <p role="alert">{t('app.emergencies.failed')}</p> : null}
      </Notice>
    </div>
  );
}
