import { useState } from 'react';
import { Button, Notice, showDate, useLanguage, useText } from '#ui';
import type { ToMend } from '../contract.ts';
import { useReplay } from './use-exchange.ts';

/** What did not leave or did not arrive, with the reason and what to do. Those chosen are tried without sending anything, or replayed together. */
export function ToMendList({ lines, onFollow }: { lines: readonly ToMend[]; onFollow: (id: string) => void }) {
  const t = useText();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const { mutate, isPending, data: done, variables, error } = useReplay();
  // What was mended meanwhile is chosen no more.
  const chosen = lines.flatMap(({ deliveryId }) => (picked.has(deliveryId) ? [deliveryId] : []));
  const areAll = chosen.length === lines.length;
  const pick = (deliveryId: string, isPicked: boolean) => {
    const next = new Set(picked);
    if (isPicked) next.add(deliveryId);
    else next.delete(deliveryId);
    setPicked(next);
  };
  return (
    <>
      {error ? <Notice isAlert>{t('exchange.replayFailed')}</Notice> : null}
      <output>
        {done ? <Notice tone="quiet">{t(variables?.isTrial ? 'exchange.replayTried' : 'exchange.replayed', { ...done })}</Notice> : null}
      </output>
      {lines.length === 0 ? (
        <Notice tone="quiet">{t('exchange.nothingToMend')}</Notice>
      ) : (
        <section className="ui-card exchange-table" aria-labelledby="exchange-to-mend">
          <h2 className="exchange-caption" id="exchange-to-mend">
            {t('exchange.toMend', { count: lines.length })}
          </h2>
          <div className="exchange-bulk">
            <label className="exchange-pick">
              <input
                type="checkbox"
                checked={areAll}
                onChange={() => setPicked(new Set(areAll ? [] : lines.map(({ deliveryId }) => deliveryId)))}
              />{' '}
              {t('exchange.chooseAll')}
            </label>
            <span>{t('exchange.chosen', { count: chosen.length })}</span>
            <Button isDisabled={isPending || chosen.length === 0} onPress={() => mutate({ deliveryIds: chosen, isTrial: true })}>
              {t('exchange.replayTry')}
            </Button>
            <Button look="primary" isDisabled={isPending || chosen.length === 0} onPress={() => mutate({ deliveryIds: chosen })}>
              {t('exchange.replayChosen')}
            </Button>
          </div>
          <table className="ui-table ui-table-cards" aria-labelledby="exchange-to-mend">
            <thead>
              <tr>
                <th scope="col">{t('exchange.document')}</th>
                <th scope="col">{t('exchange.recipient')}</th>
                <th scope="col">{t('exchange.reason')}</th>
                <th scope="col">{t('exchange.since')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Line
                  key={line.deliveryId}
                  line={line}
                  isPicked={picked.has(line.deliveryId)}
                  onPick={(isPicked) => pick(line.deliveryId, isPicked)}
                  onFollow={onFollow}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

interface LineProps {
  line: ToMend;
  isPicked: boolean;
  onPick: (isPicked: boolean) => void;
  onFollow: (id: string) => void;
}

function Line({ line: { uniqueId, recipientName, address, reason, createdAt }, isPicked, onPick, onFollow }: LineProps) {
  const t = useText();
  const language = useLanguage();
  const name = recipientName || t('exchange.nobody');
  return (
    <tr>
      <th scope="row">
        <input
          type="checkbox"
          aria-label={t('exchange.choose', { name, id: uniqueId })}
          checked={isPicked}
          onChange={({ target }) => onPick(target.checked)}
        />{' '}
        <Button look="quiet" onPress={() => onFollow(uniqueId)}>
          {uniqueId}
        </Button>
      </th>
      <td data-head={t('exchange.recipient')}>
        {name}
        {address ? <span className="ui-caption exchange-line">{address}</span> : null}
      </td>
      <td data-head={t('exchange.reason')}>
        {t(`exchange.reason.${reason}`)}
        <span className="ui-caption exchange-line">{t(`exchange.remedy.${reason}`)}</span>
      </td>
      <td data-head={t('exchange.since')}>{showDate(createdAt, language)}</td>
    </tr>
  );
}
