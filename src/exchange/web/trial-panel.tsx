import { useState } from 'react';
import { Button, Notice, Segmented, showDate, useAnnounce, useLanguage, useText } from '#ui';
import type { RoutingRule, RulesTrial } from '../contract.ts';
import { useTrial } from './use-rules.ts';
import { VerdictList } from './verdict-list.tsx';

const DAYS = ['7', '30', '90'] as const;

interface TrialPanelProps {
  rules: RoutingRule[];
  /** These very rules were tried. */
  isTried: boolean;
  onTried: () => void;
}

/** What the draft would have done to what was routed: document by document, before and after. */
export function TrialPanel({ rules, isTried, onTried }: TrialPanelProps) {
  const t = useText();
  const announce = useAnnounce();
  const [days, setDays] = useState<(typeof DAYS)[number]>('30');
  const trial = useTrial();
  const run = () =>
    trial.mutate(
      { rules, days: Number(days) },
      {
        onSuccess: ({ changed, seen }) => {
          onTried();
          announce(t('exchange.rules.tried', { changed, seen }));
        },
      },
    );
  return (
    <section className="ui-card exchange-card" aria-labelledby="rules-trial">
      <h2 id="rules-trial">{t('exchange.rules.trial')}</h2>
      <p className="app-plain-actions">
        <Segmented
          label={t('exchange.rules.period')}
          value={days}
          onChange={setDays}
          choices={DAYS.map((value) => ({ value, label: t('exchange.rules.days', { days: Number(value) }) }))}
        />
        <Button isDisabled={trial.isPending} onPress={run}>
          {t('exchange.rules.try')}
        </Button>
      </p>
      {trial.error ? <Notice isAlert>{t('exchange.rules.tryRefused')}</Notice> : null}
      {trial.data && isTried ? <Outcome trial={trial.data} /> : null}
    </section>
  );
}

function Outcome({ trial: { seen, changed, lines } }: { trial: RulesTrial }) {
  const t = useText();
  const language = useLanguage();
  return (
    <>
      <p>
        <strong>{t('exchange.rules.tried', { changed, seen })}</strong>
      </p>
      {lines.length > 0 ? (
        <div className="exchange-table">
          <table className="ui-table ui-table-cards">
            <thead>
              <tr>
                <th scope="col">{t('exchange.document')}</th>
                <th scope="col">{t('exchange.rules.before')}</th>
                <th scope="col">{t('exchange.rules.after')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ uniqueId, structure, notedAt, before, after }) => (
                <tr key={uniqueId}>
                  <th scope="row">
                    {uniqueId}
                    <span className="ui-caption exchange-line">
                      {structure} · {showDate(notedAt, language)}
                    </span>
                  </th>
                  <td data-head={t('exchange.rules.before')}>
                    <VerdictList verdicts={before} />
                  </td>
                  <td data-head={t('exchange.rules.after')}>
                    <VerdictList verdicts={after} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </>
  );
}
