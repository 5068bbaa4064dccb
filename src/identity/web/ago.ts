import type { Text } from '#ui';

/** How long something has waited, in the two largest units: `3 min`, `2 h 10`, `4 j`. @param now milliseconds since 1970 */
export function agoText(instant: string, now: number, t: Text): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000));
  if (minutes < 60) return t('identity.ago.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('identity.ago.hours', { hours, minutes: String(minutes % 60).padStart(2, '0') });
  return t('identity.ago.days', { days: Math.floor(hours / 24) });
}
