import { ApiError, Notice, useText } from '#ui';

/** Refusals that have their own words here. */
const KNOWN = ['patient.ambiguous', 'report.identity-incomplete', 'request.not-found', 'request.invalid', 'access.denied'];

/** A refusal in the words of its code; another fault is ours. */
export function Fault({ error }: { error: Error }) {
  const t = useText();
  const code = error instanceof ApiError && KNOWN.includes(error.code) ? error.code : 'other';
  return (
    <Notice isAlert title={t('identity.fault.title')}>
      {t(`identity.fault.${code}`)}
    </Notice>
  );
}
