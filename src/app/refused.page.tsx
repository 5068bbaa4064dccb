import { Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError, Button, Mark, useText } from '#ui';

/** A page that says no in plain words: what, why, who can help. Never a number. */
export function PlainPage({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <section className="app-plain" aria-labelledby="plain-title">
      <Mark size={28} />
      <h1 id="plain-title">{title}</h1>
      <div className="app-plain-words">{children}</div>
      <div className="app-plain-actions">{actions}</div>
    </section>
  );
}

export function NotFoundPage() {
  const t = useText();
  return (
    <PlainPage
      title={t('app.notFound.title')}
      actions={
        <Link to="/" className="ui-button ui-button-primary">
          {t('app.backHome')}
        </Link>
      }
    >
      <p>{t('app.notFound.text')}</p>
    </PlainPage>
  );
}

/** Rules of refusal that have words of their own for the reader. */
const TOLD_RULES: ReadonlySet<string> = new Set([
  'no-care-link',
  'role-without-right',
  'no-clinical-data',
  'category-closed',
  'not-treating-doctor',
  'not-own-record',
  'no-delegation',
  'other-structure',
  'blocked',
  'break-glass-refused',
]);

/** What went wrong in words: the closed codes of refusals that a reader can meet, else a fault of ours. */
export function RefusedPage({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const t = useText();
  const kind = errorKind(error);
  const rule = refusedBy(error);
  return (
    <PlainPage
      title={t('app.refused.title', { kind })}
      actions={
        <>
          {onRetry && kind !== 'denied' && kind !== 'missing' ? (
            <Button look="primary" onPress={onRetry}>
              {t('app.retry')}
            </Button>
          ) : null}
          <Link to="/" className="ui-button ui-button-plain">
            {t('app.backHome')}
          </Link>
        </>
      }
    >
      <p>{rule && TOLD_RULES.has(rule) ? t(`app.rule.${rule}`) : t('app.refused.why', { kind })}</p>
      <p>{t('app.refused.help', { kind })}</p>
    </PlainPage>
  );
}

/** The rule that closed a record; undefined when it is no matter of rights. */
export function refusedBy(error: Error): string | undefined {
  return error instanceof ApiError && error.code === 'access.denied' ? (error.body?.at ?? '') : undefined;
}

type ErrorKind = 'denied' | 'missing' | 'signedOut' | 'network' | 'busy' | 'ours';

function errorKind(error: Error): ErrorKind {
  if (!(error instanceof ApiError)) return 'ours';
  if (error.code === 'access.denied') return 'denied';
  if (error.code === 'access.unauthenticated') return 'signedOut';
  if (error.code === 'network.lost') return 'network';
  if (error.status === 404 || error.code === 'request.invalid') return 'missing';
  return error.status === 503 ? 'busy' : 'ours';
}

/** The last net: a fault of the page itself. The rest of the application stays usable. */
export function BrokenPage({ error }: { error: Error }) {
  const router = useRouter();
  return <RefusedPage error={error} onRetry={() => void router.invalidate()} />;
}
