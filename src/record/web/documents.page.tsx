import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, Button, KeyHints, Notice, SearchField, showTime, useShortcuts, useText } from '#ui';
import type { DocumentGroup, DocumentItem, DocumentList } from '../contract.ts';
import { DocumentFacets } from './document-facets.tsx';
import type { DocumentsPageProps } from './page-props.ts';
import { type DocumentFilter, isKept, SINCE, type Since } from './document-filters.ts';
import { FilingDialog } from './filing-dialog.tsx';
import { DocumentPanel } from './document-panel.tsx';
import { DocumentReading } from './document-reading.tsx';
import { DocumentRows } from './document-rows.tsx';
import { type Arrivals, useArrivals } from './use-arrivals.ts';
import { documentSearchQuery, documentsQuery, type Period } from './use-documents.ts';
import './documents.css';

/** Every document of a patient that this reader may see: by type, date, author and words, one of them beside or opened. */
export function DocumentsPage(props: DocumentsPageProps) {
  const t = useText();
  const { patientId, search } = props;
  const period: Period = search.period === 'all' ? 'all' : 'recent';
  const { data, error, refetch } = useQuery(documentsQuery(patientId, period));
  const arrivals = useArrivals(patientId, data, refetch);
  const isShut = error instanceof ApiError && error.status === 403;
  if (error && (!data || isShut))
    return (
      <div className="rec-state">
        <Notice
          title={isShut ? error.message : t('record.documents.failed')}
          actions={isShut ? undefined : <Button onPress={() => void refetch()}>{t('record.documents.retry')}</Button>}
        />
      </div>
    );
  if (!data) return <p className="rec-state">{t('record.documents.loading')}</p>;
  return search.view === 'document' && search.report !== undefined ? (
    <DocumentReading {...props} documentId={search.report} list={data} />
  ) : (
    <Listed {...props} list={data} period={period} arrivals={arrivals} />
  );
}

function filterOf({ search }: DocumentsPageProps): DocumentFilter {
  const since = search.filter?.find((word): word is Since => SINCE.includes(word as Since));
  const year = /^(\d{4})-01-01$/.exec(search.since ?? '')?.[1];
  return { group: search.preset as DocumentGroup | undefined, author: search.author, since, year, find: search.find };
}

function Listed(props: DocumentsPageProps & { list: DocumentList; period: Period; arrivals: Arrivals }) {
  const t = useText();
  const { patientId, list, period, search, go, me, arrivals } = props;
  const { documents, lastVisit, olderCount } = list;
  const field = useRef<HTMLInputElement>(null);
  const [isWhyAsked, setIsWhyAsked] = useState(false);
  const [asked, setAsked] = useState('');
  const [isFiling, setIsFiling] = useState(false);
  const typed = (search.find ?? '').trim();
  const answer = useQuery(documentSearchQuery(patientId, asked));
  const excerpts = new Map(
    asked !== '' && asked === typed ? answer.data?.found.map(({ documentId, excerpt }) => [documentId, excerpt]) : [],
  );
  const current = documents.filter((item) => item.current);
  const filter = { ...filterOf(props), found: new Set(excerpts.keys()) };
  const kept = current.filter((item) => isKept(item, filter, me, lastVisit));
  const selected = kept.find(({ documentId }) => documentId === search.report) ?? kept[0];
  const open = ({ documentId }: DocumentItem) => go({ report: documentId, view: 'document' });
  /* Where there is no room beside the list, choosing a document opens it. */
  const select = (item: DocumentItem) => (isNarrow() ? open(item) : go({ report: item.documentId }, { replace: true }));
  const setPeriod = (wanted: Period) => go({ period: wanted === 'all' ? 'all' : undefined }, { replace: true });
  const togglePeriod = () => setPeriod(period === 'all' ? 'recent' : 'all');
  useShortcuts({
    '/': () => field.current?.focus(),
    '2': togglePeriod,
    n: () => go({ filter: filter.since === 'new' ? undefined : ['new'] }, { replace: true }),
    w: () => setIsWhyAsked(true),
    ...((arrivals.arrived > 0 || arrivals.isStale) && { r: arrivals.show }),
    ...(list.mayFile.length > 0 && { v: () => setIsFiling(true) }),
    Escape: () =>
      go(
        { find: undefined, filter: undefined, preset: undefined, author: undefined, since: undefined, until: undefined },
        { replace: true },
      ),
  });
  useEffect(() => {
    if (isWhyAsked) document.getElementById('rec-why')?.focus();
  }, [isWhyAsked]);
  return (
    <div className="rec-documents">
      <DocumentFacets documents={current} filter={filter} me={me} lastVisit={lastVisit} go={go} />
      <section className="rec-list" aria-labelledby="rec-list-title">
        <h1 id="rec-list-title" className="ui-hidden">
          {t('record.documents.title')}
        </h1>
        {list.mayFile.length > 0 ? (
          <p className="rec-file-action">
            <Button hint="V" onPress={() => setIsFiling(true)}>
              {t('record.filing.title')}
            </Button>
          </p>
        ) : null}
        {isFiling ? (
          <FilingDialog
            patientId={patientId}
            types={list.mayFile}
            isOwnRecord={props.isOwnRecord}
            onClose={() => setIsFiling(false)}
            onFiled={({ documentId }) => {
              setIsFiling(false);
              go({ report: documentId, view: 'document' });
            }}
          />
        ) : null}
        <SearchField
          label={t('record.documents.find')}
          placeholder={t('record.documents.find')}
          value={search.find ?? ''}
          onChange={(find) => go({ find: find === '' ? undefined : find }, { replace: true })}
          onSubmit={(words) => setAsked(words.trim())}
          hint={['/']}
          inputRef={field}
        />
        {typed.length >= 2 && typed !== asked ? <p className="rec-hint">{t('record.documents.findText')}</p> : null}
        {answer.error && typed === asked ? <Notice isAlert>{t('record.documents.findFailed')}</Notice> : null}
        <ArrivalNotice {...arrivals} />
        <PeriodNotice count={current.length} olderCount={olderCount} period={period} onChange={setPeriod} />
        <output className="ui-hidden">{t('record.documents.shown', { count: kept.length })}</output>
        {kept.length === 0 ? <p className="rec-none">{t('record.documents.none')}</p> : null}
        <DocumentRows items={kept} excerpts={excerpts} selected={selected} me={me} lastVisit={lastVisit} onSelect={select} onOpen={open} />
        <p className="rec-completeness">{t('record.documents.completeness')}</p>
      </section>
      {selected ? <DocumentPanel {...props} item={selected} onOpen={() => open(selected)} /> : null}
      <KeyHints
        label={t('record.documents.keys')}
        hints={[
          { keys: ['↑', '↓'], does: t('record.documents.key.document') },
          { keys: ['↵'], does: t('record.documents.key.open') },
          { keys: ['W'], does: t('record.documents.key.why') },
          { keys: ['/'], does: t('record.documents.key.find') },
          { keys: ['N'], does: t('record.documents.key.new') },
          { keys: ['2'], does: t('record.documents.key.period') },
          ...(list.mayFile.length > 0 ? [{ keys: ['V'], does: t('record.documents.key.file') }] : []),
        ]}
      />
    </div>
  );
}

/** What came or changed while the list is read waits for its reader. */
function ArrivalNotice({ arrived, isStale, changedAt, show }: Arrivals) {
  const t = useText();
  return (
    <div aria-live="polite" className="rec-arrivals">
      {changedAt === undefined ? null : <Notice tone="quiet">{t('record.documents.readAgain', { time: showTime(changedAt) })}</Notice>}
      {arrived > 0 || isStale ? (
        <Notice
          title={arrived > 0 ? t('record.documents.arrived', { count: arrived }) : t('record.documents.changed')}
          actions={
            <Button hint="R" onPress={show}>
              {t('record.documents.showArrived')}
            </Button>
          }
        />
      ) : null}
    </div>
  );
}

const isNarrow = () => window.matchMedia('(max-width: 640px)').matches;

interface PeriodNoticeProps {
  count: number;
  olderCount: number;
  period: Period;
  onChange: (period: Period) => void;
}

/** What is left out is said, and one key away. */
function PeriodNotice({ count, olderCount, period, onChange }: PeriodNoticeProps) {
  const t = useText();
  if (period === 'all')
    return (
      <Notice
        tone="quiet"
        title={t('record.documents.all', { count })}
        actions={
          <Button hint="2" onPress={() => onChange('recent')}>
            {t('record.documents.showRecent')}
          </Button>
        }
      />
    );
  return (
    <Notice
      title={t('record.documents.recent', { count })}
      actions={
        <Button hint="2" onPress={() => onChange('all')}>
          {t('record.documents.showAll')}
        </Button>
      }
    >
      {t('record.documents.older', { count: olderCount })}
    </Notice>
  );
}
