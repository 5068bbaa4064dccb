import { useQuery } from '@tanstack/react-query';
import { api, Notice, Segmented, showNumber, useLanguage, useText } from '#ui';
import type { TracedDelivery } from '../contract.ts';

/** Enough to recognise a document; the rest is in the file. */
const CHARACTERS_SHOWN = 6_000;

const bytesAt = (deliveryId: string) => `/api/exchange/deliveries/${deliveryId}/mail`;

/** What was sent, byte for byte, one destination at a time. Each look is a reading of the patient's data: none is made before it is asked for. */
export function SentBytes({
  deliveries,
  chosen,
  onChoose,
}: {
  deliveries: readonly TracedDelivery[];
  chosen: string;
  onChoose: (deliveryId: string) => void;
}) {
  const t = useText();
  const language = useLanguage();
  const shown = deliveries.find(({ deliveryId }) => deliveryId === chosen) ?? deliveries[0]!;
  const { data, error } = useQuery({
    queryKey: ['exchange', 'bytes', shown.deliveryId, shown.messages[0]!.sha256],
    queryFn: async ({ signal }) => (await api<Blob>(bytesAt(shown.deliveryId), { answer: 'bytes', signal })).text(),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { sha256, sizeBytes } = shown.messages[0]!;
  return (
    <section className="ui-card exchange-card" aria-labelledby="exchange-sent-bytes">
      <h2 id="exchange-sent-bytes">{t('exchange.bytes')}</h2>
      {deliveries.length > 1 ? (
        <Segmented<string>
          label={t('exchange.bytesOf')}
          value={shown.deliveryId}
          onChange={onChoose}
          choices={deliveries.map(({ deliveryId, role, action, recipientName }) => ({
            value: deliveryId,
            label: `${action === 'recall' ? `${t('exchange.recall')} · ` : ''}${recipientName || t(`exchange.role.${role}`)}`,
          }))}
        />
      ) : null}
      {error ? <Notice isAlert>{t('exchange.bytesFailed')}</Notice> : null}
      {data === undefined ? null : (
        // A region that scrolls takes the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className="exchange-bytes" tabIndex={0} aria-labelledby="exchange-sent-bytes">
          {data.slice(0, CHARACTERS_SHOWN)}
          {data.length > CHARACTERS_SHOWN ? '\n…' : ''}
        </pre>
      )}
      <p className="ui-caption">
        {showNumber(sizeBytes, 0, language)} {t('exchange.bytesUnit')} · SHA-256 {sha256} ·{' '}
        <a href={bytesAt(shown.deliveryId)} download>
          {t('exchange.bytesSave')}
        </a>
      </p>
    </section>
  );
}
