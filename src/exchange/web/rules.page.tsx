import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { Button, Notice, showDate, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { RoutingRule, RulesInForce } from '../contract.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { SoftwareCard } from './software-card.tsx';
import { TrialPanel } from './trial-panel.tsx';
import { rulesQuery, usePutInForce } from './use-rules.ts';
import { whenWords } from './rule-words.ts';
import './exchange.css';

/** The rules of routing as the operator writes them: a draft, tried on what passed, then put in force as one version. */
export function RulesPage({ Refused }: { Refused: ComponentType<{ error: Error; onRetry: () => void }> }) {
  const t = useText();
  const { data, error, refetch } = useQuery(rulesQuery);
  useEffect(() => {
    document.title = `${t('exchange.rules.title')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return (
    <section className="app-page exchange-page" aria-labelledby="rules-title">
      <header className="app-page-head">
        <h1 id="rules-title">{t('exchange.rules.title')}</h1>
        <p className="app-page-note">{t('exchange.rules.note')}</p>
      </header>
      {data ? <Draft key={data.version} inForce={data} /> : null}
      {data ? <SoftwareCard /> : null}
    </section>
  );
}

function Draft({ inForce }: { inForce: RulesInForce }) {
  const t = useText();
  const [rules, setRules] = useState(inForce.rules);
  const [edited, setEdited] = useState<number>();
  const [tried, setTried] = useState<RoutingRule[]>();
  const isChanged = JSON.stringify(rules) !== JSON.stringify(inForce.rules);
  const move = (from: number, to: number) => {
    const next = [...rules];
    next.splice(to, 0, ...next.splice(from, 1));
    setRules(next);
  };
  const add = () => {
    const taken = new Set([...inForce.fixed, ...rules].map(({ id }) => id));
    const free = Array.from({ length: 900 }, (_, n) => `R-${n + 20}`).find((id) => !taken.has(id))!;
    setRules([{ id: free, words: '', when: {}, effect: 'keep' }, ...rules]);
    setEdited(0);
  };
  const close = () => {
    // A new rule that says nothing was not wanted.
    setRules((before) => before.filter(({ words }) => words !== ''));
    setEdited(undefined);
  };
  return (
    <>
      <section className="ui-card exchange-card" aria-labelledby="rules-draft">
        <h2 id="rules-draft">{t(isChanged ? 'exchange.rules.draft' : 'exchange.rules.inForce', { version: inForce.version })}</h2>
        <RulesTable rules={rules} onEdit={setEdited} onMove={move} onRemove={(n) => setRules(rules.filter((_, k) => k !== n))} />
        <p className="app-plain-actions">
          <Button onPress={add}>{t('exchange.rules.add')}</Button>
          {isChanged ? (
            <Button look="quiet" onPress={() => setRules(inForce.rules)}>
              {t('exchange.rules.undo')}
            </Button>
          ) : null}
        </p>
      </section>
      <TrialPanel rules={rules} onTried={() => setTried(rules)} isTried={tried === rules} />
      <PutInForce inForce={inForce} rules={rules} isChanged={isChanged} isTried={tried === rules} />
      <Fixed inForce={inForce} />
      {edited !== undefined && rules[edited] ? (
        <RuleDialog
          rule={rules[edited]}
          taken={[...inForce.fixed, ...rules.filter((_, n) => n !== edited)].map(({ id }) => id)}
          onKeep={(rule) => {
            setRules(rules.with(edited, rule));
            setEdited(undefined);
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

interface TableProps {
  rules: readonly RoutingRule[];
  onEdit: (n: number) => void;
  onMove: (from: number, to: number) => void;
  onRemove: (n: number) => void;
}

function RulesTable({ rules, onEdit, onMove, onRemove }: TableProps) {
  const t = useText();
  return (
    <div className="exchange-table">
      <table className="ui-table ui-table-cards">
        <thead>
          <tr>
            <th scope="col">{t('exchange.rules.rule')}</th>
            <th scope="col">{t('exchange.rules.when')}</th>
            <th scope="col">{t('exchange.rules.effect')}</th>
            <th scope="col">{t('exchange.rules.order')}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, n) => (
            <tr key={rule.id}>
              <th scope="row">
                {rule.id} {rule.words}
              </th>
              <td data-head={t('exchange.rules.when')}>{whenWords(t, rule).join(' · ') || t('exchange.rules.always')}</td>
              <td data-head={t('exchange.rules.effect')}>
                {t(`exchange.rules.effect.${rule.effect}`)}
                {rule.address ? <span className="ui-caption exchange-line">{rule.address}</span> : null}
              </td>
              <td className="exchange-acts">
                <Button look="quiet" aria-label={t('exchange.rules.editOne', { id: rule.id })} onPress={() => onEdit(n)}>
                  {t('exchange.rules.change')}
                </Button>
                <Button
                  look="quiet"
                  aria-label={t('exchange.rules.up', { id: rule.id })}
                  isDisabled={n === 0}
                  onPress={() => onMove(n, n - 1)}
                >
                  ↑
                </Button>
                <Button
                  look="quiet"
                  aria-label={t('exchange.rules.down', { id: rule.id })}
                  isDisabled={n === rules.length - 1}
                  onPress={() => onMove(n, n + 1)}
                >
                  ↓
                </Button>
                <Button look="quiet" aria-label={t('exchange.rules.removeOne', { id: rule.id })} onPress={() => onRemove(n)}>
                  {t('exchange.rules.remove')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Nothing is put in force that was not tried as it stands. */
function PutInForce({
  inForce,
  rules,
  isChanged,
  isTried,
}: {
  inForce: RulesInForce;
  rules: RoutingRule[];
  isChanged: boolean;
  isTried: boolean;
}) {
  const t = useText();
  const announce = useAnnounce();
  const [why, setWhy] = useState('');
  const put = usePutInForce();
  if (!isChanged) return null;
  return (
    <section className="ui-card exchange-card" aria-labelledby="rules-put">
      <h2 id="rules-put">{t('exchange.rules.put')}</h2>
      <TextField label={t('exchange.rules.why')} value={why} onChange={setWhy} isRequired />
      {put.error ? <Notice isAlert>{t('exchange.rules.putRefused')}</Notice> : null}
      <p>
        <Button
          look="primary"
          isDisabled={!isTried || why.trim().length < 3 || put.isPending}
          onPress={() =>
            put.mutate({ from: inForce.version, words: why.trim(), rules }, { onSuccess: () => announce(t('exchange.rules.putDone')) })
          }
        >
          {t('exchange.rules.putNow', { version: inForce.version + 1 })}
        </Button>
        {isTried ? null : <span className="ui-caption"> {t('exchange.rules.tryFirst')}</span>}
      </p>
    </section>
  );
}

function Fixed({ inForce: { fixed, history } }: { inForce: RulesInForce }) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="exchange-halves">
      <section className="ui-card exchange-card" aria-labelledby="rules-fixed">
        <h2 id="rules-fixed">{t('exchange.rules.fixed')}</h2>
        <ul className="exchange-rules" lang="fr">
          {fixed.map(({ id, words }) => (
            <li key={id}>
              <strong>{id}</strong> {words}
            </li>
          ))}
        </ul>
      </section>
      <section className="ui-card exchange-card" aria-labelledby="rules-history">
        <h2 id="rules-history">{t('exchange.rules.history')}</h2>
        {history.length === 0 ? <p>{t('exchange.rules.noHistory')}</p> : null}
        <ul className="exchange-rules">
          {history.map(({ version, at, byName, words }) => (
            <li key={version}>
              <strong>{t('exchange.rules.version', { version })}</strong> {showDate(at, language)} · {byName} · {words}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
