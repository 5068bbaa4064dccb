import { Button, Notice, showDate, useLanguage, useText } from '#ui';
import type { ToMend } from '../contract.ts';
import { useReplay } from './use-exchange.ts';

/** What did not leave or did not arrive, with the reason and what to do; replayed one by one, or all that are shown. */
export function ToMendList({ lines, onFollow }: { lines: readonly ToMend[]; onFollow: (id: string) => void }) {
  const t = useText();
  const language = useLanguage();
  const { mutate, isPending, data: done } = useReplay();
  return (
    <>
      <output>{done ? <Notice tone="quiet">{t('exchange.replayed', { ...done })}</Notice> : null}</output>
      {lines.length === 0 ? (
        <Notice tone="quiet">{t('exchange.nothingToMend')}</Notice>
      ) : (
        <div className="ui-card exchange-table">
          <table className="ui-table">
            <caption className="exchange-caption">{t('exchange.toMend', { count: lines.length })}</caption>
            <thead>
              <tr>
                <th scope="col">{t('exchange.document')}</th>
                <th scope="col">{t('exchange.recipient')}</th>
                <th scope="col">{t('exchange.reason')}</th>
                <th scope="col">{t('exchange.since')}</th>
                <th scope="col">
                  <Button look="quiet" isDisabled={isPending} onPress={() => mutate(lines.map(({ deliveryId }) => deliveryId))}>
                    {t('exchange.replayAll')}
                  </Button>
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.deliveryId}>
                  <th scope="row">
                    <Button look="quiet" onPress={() => onFollow(line.uniqueId)}>
                      {line.uniqueId}
                    </Button>
                  </th>
                  <td>
                    {line.recipientName || t('exchange.nobody')}
                    {line.address ? <span className="ui-caption exchange-line">{line.address}</span> : null}
                  </td>
                  <td>
                    {t(`exchange.reason.${line.reason}`)}
                    <span className="ui-caption exchange-line">{t(`exchange.remedy.${line.reason}`)}</span>
                  </td>
                  <td>{showDate(line.createdAt, language)}</td>
                  <td>
                    <Button
                      isDisabled={isPending}
                      aria-label={t('exchange.replayOne', { name: line.recipientName })}
                      onPress={() => mutate([line.deliveryId])}
                    >
                      {t('exchange.replay')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
