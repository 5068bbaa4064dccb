import { Button, Tag, useLanguage, useText } from '#ui';
import type { TracedDelivery } from '../contract.ts';
import { detailOf, preciseTime, Step } from './trace-steps.tsx';

/** How far it is: gone, delivered, filed by the software of who received it, read. */
const STAGES = ['sent', 'delivered', 'filed', 'read'] as const;

interface DestinationProps {
  delivery: TracedDelivery;
  /** Sees its bytes. */
  onBytes: (() => void) | undefined;
  onReplay: () => void;
  isReplaying: boolean;
}

/** One destination: who, how far, the last that was heard, and every step behind it. */
export function Destination({ delivery, onBytes, onReplay, isReplaying }: DestinationProps) {
  const t = useText();
  const language = useLanguage();
  const { action, role, recipientName, address, state, reason, steps, nextAt } = delivery;
  const isWrong = state === 'held' || state === 'dead';
  // A notification may overtake the word that the mail was accepted: how far it is, not what was heard last.
  const furthest = STAGES.findLast((stage) => steps.some(({ step }) => step === stage));
  const last = (state !== 'waiting' && !isWrong && steps.findLast(({ step }) => step === furthest)) || steps.at(-1);
  const who = `${t(`exchange.role.${role}`)}${recipientName ? ` · ${recipientName}` : ''}`;
  return (
    <article className={isWrong ? 'exchange-destination exchange-wrong' : 'exchange-destination'}>
      <div className="exchange-row">
        <div>
          <h3>
            {action === 'recall' ? `${t('exchange.recall')} · ` : ''}
            {role === 'patient' || role === 'shared' || recipientName ? who : `${who} · ${t('exchange.nobody')}`}
          </h3>
          {address ? <p className="ui-caption">{address}</p> : null}
        </div>
        <Progress delivery={delivery} />
        <p>
          <Tag tone={isWrong ? 'notice' : 'accent'}>{t(`exchange.state.${state}`)}</Tag>
          {last ? (
            <span className="ui-caption exchange-line">
              {stepWords(t, delivery, last.step)} {preciseTime(last.at, language)}
            </span>
          ) : null}
          {nextAt && reason ? (
            <span className="ui-caption exchange-line">{t('exchange.nextTry', { at: preciseTime(nextAt, language) })}</span>
          ) : null}
        </p>
        <div className="exchange-row-acts">
          {isWrong ? (
            <Button isDisabled={isReplaying} aria-label={t('exchange.replayOne', { name: recipientName })} onPress={onReplay}>
              {t('exchange.replay')}
            </Button>
          ) : null}
          {onBytes ? (
            <Button aria-label={t('exchange.bytesOne', { name: who })} onPress={onBytes}>
              {t('exchange.bytesShort')}
            </Button>
          ) : null}
        </div>
      </div>
      {reason ? (
        <p>
          {t(`exchange.reason.${reason}`)} <span className="ui-caption">{t(`exchange.remedy.${reason}`)}</span>
        </p>
      ) : null}
      <details>
        <summary>{t('exchange.steps', { count: steps.length })}</summary>
        <ol className="exchange-steps">
          {steps.map((step) => (
            <Step key={`${step.at} ${step.step}`} at={step.at} words={stepWords(t, delivery, step.step)} detail={detailOf(step)} />
          ))}
        </ol>
      </details>
    </article>
  );
}

/** A software is no operator of mail. */
const stepWords = (t: ReturnType<typeof useText>, { role }: TracedDelivery, step: string): string =>
  t(step === 'sent' && (role === 'software' || role === 'shared') ? 'exchange.step.taken' : `exchange.step.${step}`);

/** Four lengths, filled as far as it came; the one where it stopped is hatched. Said in words too. */
function Progress({ delivery: { steps, state } }: { delivery: TracedDelivery }) {
  const t = useText();
  const heard = new Set(steps.map(({ step }) => step));
  // Later says earlier: what was read was delivered, even when nobody told of it.
  const reached = STAGES.findLastIndex((stage) => heard.has(stage));
  const isStopped = state === 'held' || state === 'dead';
  const words = reached < 0 ? t('exchange.progress.none') : t(`exchange.progress.${STAGES[reached]!}`);
  return (
    <div className="exchange-progress" title={words}>
      <span className="ui-hidden">{words}</span>
      {STAGES.map((stage, n) => (
        <i key={stage} data-part={n <= reached ? 'done' : isStopped && n === reached + 1 ? 'stopped' : 'open'} />
      ))}
    </div>
  );
}
