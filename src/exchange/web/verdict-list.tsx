import { Tag, useText } from '#ui';
import type { Verdict } from '../contract.ts';

/** What the rules say of each recipient: one line each, with the rule that decided. */
export function VerdictList({ verdicts }: { verdicts: readonly Verdict[] }) {
  const t = useText();
  if (verdicts.length === 0) return <p>{t('exchange.rules.nobody')}</p>;
  return (
    <ul className="exchange-verdicts">
      {verdicts.map(({ recipient, role, name, does, rule, words, address, reason }) => (
        <li key={recipient}>
          <Tag tone={does === 'mail' ? 'accent' : does === 'held' ? 'notice' : 'plain'}>{t(`exchange.rules.does.${does}`)}</Tag>
          <span>
            {t(`exchange.role.${role}`)}
            {name ? ` · ${name}` : ''}
            <span className="ui-caption exchange-line">
              {reason === undefined ? `${rule} ${words}` : `${t(`exchange.reason.${reason}`)} ${t(`exchange.remedy.${reason}`)}`}
              {address ? ` · ${address}` : ''}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
