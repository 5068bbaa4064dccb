import { showDate, showTime, Tag, useLanguage, useText } from '#ui';
import type { TracedAnswer } from '../contract.ts';
import { Steps } from './inbox/steps.tsx';

/** Who has to answer for it: what they did, the calls made, and how far others were told meanwhile. */
export function Answers({ answers }: { answers: readonly TracedAnswer[] }) {
  const t = useText();
  const language = useLanguage();
  return (
    <section className="ui-card exchange-card" aria-labelledby="exchange-answers">
      <h2 id="exchange-answers">{t('exchange.answers')}</h2>
      {answers.map(({ name, severity, state, nextAt, steps }) => (
        <article key={name} className="exchange-destination">
          <h3>
            {name} <Tag tone={state === 'new' && severity !== 'normal' ? 'notice' : 'accent'}>{t(`exchange.answers.${state}`)}</Tag>{' '}
            {severity === 'critical' ? <Tag tone="notice">{t('exchange.unacknowledged.critical')}</Tag> : null}
          </h3>
          {nextAt ? <p>{t('exchange.inbox.nextAt', { at: `${showDate(nextAt, language)} ${showTime(nextAt)}` })}</p> : null}
          <Steps steps={steps} />
        </article>
      ))}
    </section>
  );
}
