import { Button, Notice, useText } from '#ui';

export function Refused({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useText();
  return (
    <div className="lgc-page">
      <Notice title={t('lgc.refused')} isAlert actions={<Button onPress={onRetry}>{t('lgc.retry')}</Button>}>
        {error.message}
      </Notice>
    </div>
  );
}
