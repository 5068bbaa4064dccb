import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { api, Notice, Segmented, showNumber, useLanguage, useText } from '#ui';
import type { Trace, TracedDelivery } from '../contract.ts';

/** Enough to recognise a document; the rest is in the file. */
const CHARACTERS_SHOWN = 6_000;

/** Only what came is looked at: nothing was sent. */
export const RECEIVED = 'received';

interface BytesProps {
  trace: Trace;
  /** Those of which something was sent. */
  deliveries: readonly TracedDelivery[];
  /** A delivery, or `RECEIVED`. */
  chosen: string;
  onChoose: (deliveryId: string) => void;
}

/** What was received beside what was sent, byte for byte, one destination at a time. Each look is a reading of the patient's data: none is made before it is asked for. */
export function BytesBeside({ trace: { documentId, arrival }, deliveries, chosen, onChoose }: BytesProps) {
  const t = useText();
  const shown = deliveries.find(({ deliveryId }) => deliveryId === chosen) ?? deliveries[0];
  return (
    <section className="ui-card exchange-card" aria-labelledby="exchange-both-bytes">
      <h2 id="exchange-both-bytes">{t('exchange.bytes')}</h2>
      {deliveries.length > 1 && shown ? (
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
      <div className="exchange-sides">
        {arrival ? <Bytes title={t('exchange.received')} url={`/api/exchange/documents/${documentId}/received`} of={arrival} /> : null}
        {shown ? (
          <Bytes
            title={t('exchange.sentTo', { name: shown.recipientName || t(`exchange.role.${shown.role}`) })}
            url={`/api/exchange/deliveries/${shown.deliveryId}/mail`}
            of={shown.messages[0]!}
          />
        ) : null}
      </div>
    </section>
  );
}

function Bytes({ title, url, of: { sha256, sizeBytes } }: { title: string; url: string; of: { sha256: string; sizeBytes: number } }) {
  const t = useText();
  const language = useLanguage();
  const id = useId();
  const { data, error } = useQuery({
    queryKey: ['exchange-bytes', url, sha256],
    queryFn: async ({ signal }) => (await api<Blob>(url, { answer: 'bytes', signal })).text(),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <div className="exchange-side">
      <h3 id={id}>{title}</h3>
      {error ? <Notice isAlert>{t('exchange.bytesFailed')}</Notice> : null}
      {data === undefined ? null : (
        // A region that scrolls takes the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className="exchange-bytes" tabIndex={0} aria-labelledby={id}>
          {data.slice(0, CHARACTERS_SHOWN)}
          {data.length > CHARACTERS_SHOWN ? '\n…' : ''}
        </pre>
      )}
      <p className="ui-caption">
        {showNumber(sizeBytes, 0, language)} {t('exchange.bytesUnit')} · SHA-256 {sha256} ·{' '}
        <a href={url} download>
          {t('exchange.bytesSave')}
        </a>
      </p>
    </div>
  );
}
