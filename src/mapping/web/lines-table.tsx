import { Notice, showLongDate, Tag, useLanguage, useText } from '#ui';
import type { LineView } from '../contract.ts';
import { AlsoFor, CodeName, Narrowing } from './code-words.tsx';

/** Every line ever decided, with who proposed, who validated, and from which version: nothing is erased. */
export function LinesTable({ lines, version }: { lines: readonly LineView[]; version: number }) {
  const t = useText();
  const language = useLanguage();
  if (lines.length === 0) return <Notice tone="quiet">{t('mapping.table.none')}</Notice>;
  const inForceFirst = lines.toSorted((a, b) => Number(a.state !== 'in-force') - Number(b.state !== 'in-force'));
  return (
    <div className="ui-card mapping-table">
      <table className="ui-table">
        <caption className="mapping-caption">{t('mapping.table.caption', { version })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('mapping.code')}</th>
            <th scope="col">{t('mapping.becomes')}</th>
            <th scope="col">{t('mapping.table.state')}</th>
            <th scope="col">{t('mapping.table.who')}</th>
          </tr>
        </thead>
        <tbody>
          {inForceFirst.map((line) => (
            <tr key={line.lineId}>
              <th scope="row">
                <CodeName local={line.local} label={line.label ?? ''} /> <Narrowing specimen={line.specimen} unit={line.unit} />
              </th>
              <td>
                {line.loinc === null ? (
                  t('mapping.withdraw')
                ) : (
                  <>
                    {line.rowLabel ?? line.row} <code>{line.loinc}</code>
                  </>
                )}
              </td>
              <td>
                <Tag tone={line.state === 'in-force' ? 'accent' : 'plain'}>{t(`mapping.line.${line.state}`)}</Tag>{' '}
                {line.version === null ? '' : `m${line.version}`}
              </td>
              <td>
                {t('mapping.table.both', {
                  proposed: line.proposedBy,
                  decided: line.decidedBy ?? '',
                  at: line.decidedAt === null ? '' : showLongDate(line.decidedAt, language),
                })}
                <span className="app-page-note mapping-small">
                  {[line.asDesignated ? t('mapping.table.designated') : '', line.reason, line.verdictReason].filter(Boolean).join(' · ')}
                </span>
                <AlsoFor sites={line.sites} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
