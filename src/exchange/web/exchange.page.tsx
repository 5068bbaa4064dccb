import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { ApiError, Notice, SearchField, useText } from '#ui';
import { MessageList } from './message-list.tsx';
import { StateCard } from './state-card.tsx';
import { ToMendList } from './to-mend-list.tsx';
import { TraceView } from './trace-view.tsx';
import { toMendQuery, traceQuery } from './use-exchange.ts';
import './exchange.css';

interface ExchangePageProps {
  /** The identifier followed, as in the address; none: what has to be mended. */
  id: string | undefined;
  onFollow: (id: string | undefined) => void;
  /** Who runs the region sees how far the exchange is. */
  isOperator: boolean;
  /** May this person recall a document of theirs? */
  mayRecall: boolean;
  /** What is shown when this may not be read. */
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
}

/** Follow one message, from the record to the receipt of each reader; without one, what did not leave or did not arrive. */
export function ExchangePage({ id, onFollow, isOperator, mayRecall, Refused }: ExchangePageProps) {
  const t = useText();
  useEffect(() => {
    document.title = `${t('exchange.title')} — Cigogne`;
  }, [t]);
  return (
    <section className="app-page exchange-page" aria-labelledby="exchange-title">
      <header className="app-page-head">
        <h1 id="exchange-title">{t('exchange.title')}</h1>
        <SearchBox key={id} id={id} onFollow={onFollow} />
      </header>
      {id === undefined && isOperator ? <StateCard /> : null}
      {id === undefined ? <Lists onFollow={onFollow} Refused={Refused} /> : <Followed id={id} mayRecall={mayRecall} Refused={Refused} />}
    </section>
  );
}

function SearchBox({ id, onFollow }: Pick<ExchangePageProps, 'id' | 'onFollow'>) {
  const t = useText();
  const [words, setWords] = useState(id ?? '');
  return (
    <SearchField
      label={t('exchange.search')}
      placeholder={t('exchange.searchHelp')}
      value={words}
      onChange={(value) => {
        setWords(value);
        if (value === '') onFollow(undefined);
      }}
      onSubmit={(value) => value.trim() && onFollow(value.trim())}
    />
  );
}

function Followed({ id, mayRecall, Refused }: Pick<ExchangePageProps, 'Refused' | 'mayRecall'> & { id: string }) {
  const t = useText();
  const { data, error, refetch } = useQuery(traceQuery(id));
  if (error instanceof ApiError && error.status === 404) return <Notice isAlert>{t('exchange.notFound')}</Notice>;
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return data ? <TraceView trace={data} mayRecall={mayRecall} /> : null;
}

/** What has to be mended first, then the latest messages. */
function Lists({ onFollow, Refused }: Pick<ExchangePageProps, 'onFollow' | 'Refused'>) {
  const { data, error, refetch } = useQuery(toMendQuery);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return data ? (
    <>
      <ToMendList lines={data} onFollow={onFollow} />
      <MessageList onFollow={onFollow} />
    </>
  ) : null;
}
