import { useEffect, useState } from 'react';
import { Notice, showDate, showTime, useLanguage, useText } from '#ui';

/** Since when the browser has no network: what is on screen stays, nothing is stored, and it is said. */
export function ConnectionNotice() {
  const t = useText();
  const language = useLanguage();
  const [lostAt, setLostAt] = useState(() => (navigator.onLine ? undefined : Date.now()));
  useEffect(() => {
    const lost = () => setLostAt(Date.now());
    const back = () => setLostAt(undefined);
    window.addEventListener('offline', lost);
    window.addEventListener('online', back);
    return () => {
      window.removeEventListener('offline', lost);
      window.removeEventListener('online', back);
    };
  }, []);
  if (lostAt === undefined) return null;
  return (
    <Notice isAlert title={t('app.offline.title', { time: `${showDate(lostAt, language)}, ${showTime(lostAt)}` })}>
      {t('app.offline.text')}
    </Notice>
  );
}
