import { FileTrigger } from 'react-aria-components/FileTrigger';
import { ApiError, Button, Notice, useText } from '#ui';
import { usePreview } from './use-rules.ts';
import { VerdictList } from './verdict-list.tsx';
import './exchange.css';

/** Where a document of mine would go, asked before it is deposited: nothing is kept. */
export function PreviewCard() {
  const t = useText();
  const { mutate, data, error, isPending } = usePreview();
  const refusal = error instanceof ApiError ? error.body : undefined;
  return (
    <div className="ui-card app-lab-card">
      <h2>{t('exchange.preview.title')}</h2>
      <p>{t('exchange.preview.text')}</p>
      <FileTrigger
        onSelect={(files) => {
          const file = files?.[0];
          if (file) mutate(file);
        }}
      >
        <Button isDisabled={isPending}>{t('exchange.preview.choose')}</Button>
      </FileTrigger>
      <div aria-live="polite">
        {error ? (
          <Notice isAlert title={t('exchange.preview.refused')}>
            <p>{refusal ? `${refusal.message} ${refusal.remedy}` : error.message}</p>
          </Notice>
        ) : null}
        {data ? (
          <>
            {data.isIdentified ? null : <Notice>{t('exchange.preview.unidentified')}</Notice>}
            <VerdictList verdicts={data.verdicts} />
            <p className="ui-caption">{t('exchange.preview.rules', { version: data.rulesVersion })}</p>
          </>
        ) : null}
      </div>
    </div>
  );
}
