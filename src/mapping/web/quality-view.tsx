import { refusalKey } from '#terminology/web';
import { showNumber, useLanguage, useText } from '#ui';
import type { Quality } from '../contract.ts';
import { rateOf } from './rate.ts';

/** How well a laboratory codes: what compares, what does not and why. */
export function QualityView({ quality }: { quality: Quality }) {
  const t = useText();
  const language = useLanguage();
  const number = (value: number) => showNumber(value, 0, language);
  const facts = [
    [t('mapping.quality.rate'), rateOf(quality, language)],
    [t('mapping.results'), number(quality.results)],
    [t('mapping.quality.uncoded'), number(quality.uncoded)],
    [t('mapping.quality.unknownCodes'), number(quality.unknownCodes)],
  ] as const;
  const refusals = Object.entries(quality.refusals).toSorted(([, a], [, b]) => b - a);
  return (
    <>
      <dl className="mapping-figures">
        {facts.map(([label, value]) => (
          <div key={label} className="ui-card">
            <dt>{label}</dt>
            <dd className="ui-figures">{value}</dd>
          </div>
        ))}
      </dl>
      <Facts
        caption={t('mapping.quality.unknownUnits')}
        none={t('mapping.quality.noUnknownUnit')}
        facts={quality.unknownUnits.map(({ unit, results }) => [unit, number(results)])}
      />
      <Facts
        caption={t('mapping.quality.conflicts')}
        none={t('mapping.quality.noConflict')}
        facts={quality.conflicts.map(({ loinc, units, rowLabel }) => [`${rowLabel ?? ''} ${loinc}`.trim(), units.join(' · ')])}
      />
      <Facts
        caption={t('mapping.quality.refusals')}
        none={t('mapping.quality.noRefusal')}
        facts={refusals.map(([reason, results]) => [t(refusalKey(reason as Parameters<typeof refusalKey>[0])), number(results)])}
      />
    </>
  );
}

function Facts({ caption, none, facts }: { caption: string; none: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <div className="ui-card mapping-table">
      <table className="ui-table">
        <caption className="mapping-caption">{caption}</caption>
        <tbody>
          {facts.length === 0 ? (
            <tr>
              <td colSpan={2}>{none}</td>
            </tr>
          ) : null}
          {facts.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="ui-number">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
