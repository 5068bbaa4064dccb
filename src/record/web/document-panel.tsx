import type { ReactNode } from 'react';
import { Button, type PatientPageProps, ShieldIcon, showDate, showTime, useLanguage, useText } from '#ui';
import type { DocumentItem, DocumentList } from '../contract.ts';
import { MaskMark, REGION_ZONE } from './document-rows.tsx';
import { documentPath } from './use-documents.ts';

interface PanelProps extends Pick<PatientPageProps, 'patientId' | 'isOwnRecord' | 'go'> {
  item: DocumentItem;
  list: DocumentList;
  /** FINESS of the laboratory whose sendings the reader follows. */
  follows?: string | undefined;
  /** Absent when the document is the one already open. */
  onOpen?: () => void;
  /** Actions that only an open document has. */
  children?: ReactNode;
}

/** Beside the list or the text: what a document is, where it comes from, why one sees it, who else does, what it is tied to. */
export function DocumentPanel({ patientId, isOwnRecord, go, item, list, follows, onOpen, children }: PanelProps) {
  const t = useText();
  return (
    <aside className="rec-panel" aria-label={t('record.panel')}>
      <p className="ui-caption">
        {t(`record.group.${item.group}`)} · {t(`record.form.${formOf(item)}`)}
      </p>
      <h2 className="rec-panel-title">{item.title}</h2>
      <Provenance item={item} />
      <div className="rec-actions">
        {onOpen ? (
          <Button look="primary" hint="↵" onPress={onOpen}>
            {t('record.open')}
          </Button>
        ) : null}
        {item.hasPdf ? (
          <a
            className="ui-button ui-button-plain"
            href={`${documentPath(patientId, item.documentId)}/pdf`}
            target="_blank"
            rel="noreferrer"
          >
            {t('record.pdf')}
          </a>
        ) : null}
        {item.kind === 'laboratory-report' ? <BiologyLink patientId={patientId} item={item} /> : null}
        {follows === item.structure.finess ? (
          <a className="ui-button ui-button-plain" href={`/exchange?id=${encodeURIComponent(item.uniqueId)}`}>
            {t('record.followSending')}
          </a>
        ) : null}
        {children}
      </div>
      {onOpen ? <Conclusion words={list.conclusions[item.documentId]} /> : null}
      <Why why={list.why} isOwnRecord={isOwnRecord} />
      <WhoSees item={item} isOwnRecord={isOwnRecord} />
      <Relations item={item} list={list} go={go} />
    </aside>
  );
}

/** What it concludes, as its author wrote it; the whole text is one press away. */
function Conclusion({ words }: { words: string | undefined }) {
  const t = useText();
  if (words === undefined) return null;
  return (
    <section>
      <h3>{t('record.conclusion')}</h3>
      <p>
        <bdi>{words}</bdi>
      </p>
    </section>
  );
}

const formOf = ({ kind, hasPdf, mediaType }: DocumentItem) => {
  if (mediaType === 'application/pdf') return 'pdf';
  if (kind === 'laboratory-report') return hasPdf ? 'resultsAndPdf' : 'results';
  return hasPdf ? 'structuredAndPdf' : 'structured';
};

/** The values of a report are read in the biology pages, where they are compared. */
function BiologyLink({ patientId, item }: { patientId: string; item: DocumentItem }) {
  const t = useText();
  const address = `/patients/${encodeURIComponent(patientId)}/biology?view=report&report=${encodeURIComponent(item.documentId)}`;
  return (
    <a className="ui-button ui-button-plain" href={address}>
      {t('record.toBiology')}
    </a>
  );
}

function Provenance({ item }: { item: DocumentItem }) {
  const t = useText();
  const language = useLanguage();
  const at = (instant: string) => `${showDate(instant, language, REGION_ZONE)}, ${showTime(instant, REGION_ZONE)}`;
  const people = item.authors.map(({ name, institution }) => [name, institution].filter(Boolean).join(', ')).filter(Boolean);
  const channels = [item.channel, ...item.arrivals.map(({ channel }) => channel)];
  return (
    <p className="rec-provenance">
      <bdi>{people[0] ?? item.structure.name}</bdi>
      {people[0]?.includes(item.structure.name) ? null : people[0] === undefined ? null : <bdi>, {item.structure.name}</bdi>}
      <br />
      {at(item.issuedAt)} ·{' '}
      {t('record.received', {
        at: at(item.receivedAt),
        channels: [...new Set(channels)].map((channel) => t(`record.channel.${channel}`)).join(', '),
        count: channels.length,
      })}
      {item.filedBy && item.filedBy.name !== people[0]?.split(',')[0] ? (
        <>
          {' · '}
          {t('record.filedBy', { name: item.filedBy.name })}
        </>
      ) : null}
    </p>
  );
}

function Why({ why, isOwnRecord }: { why: DocumentList['why']; isOwnRecord: boolean }) {
  const t = useText();
  const language = useLanguage();
  const lines: [string, string][] = [
    [
      t('record.why.link'),
      why.link
        ? t('record.why.since', { because: why.because[language], date: showDate(why.link.since, language, REGION_ZONE) })
        : why.because[language],
    ],
    ...(isOwnRecord ? [] : ([[t('record.why.profession'), t('record.why.matrixOpen')]] as [string, string][])),
    [t('record.why.rule'), t('record.why.matrix', { version: why.rightsVersion })],
    [t('record.why.trace'), t(isOwnRecord ? 'record.why.ownTrace' : 'record.why.written')],
  ];
  return (
    <section className="rec-why" id="rec-why" tabIndex={-1} aria-labelledby="rec-why-title">
      <h3 id="rec-why-title">
        <ShieldIcon size={14} /> {t('record.why.title')}
      </h3>
      <dl>
        {lines.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function WhoSees({ item: { masks }, isOwnRecord }: { item: DocumentItem; isOwnRecord: boolean }) {
  const t = useText();
  return (
    <section>
      <h3>{t('record.who.title')}</h3>
      {masks.length === 0 ? <p className="rec-quiet">{t(isOwnRecord ? 'record.who.ownOpen' : 'record.who.open')}</p> : null}
      {masks.map((mask) => (
        <p key={mask.mask} className="rec-quiet rec-mask-line">
          <MaskMark mask={mask} /> {mask.reason ? <q>{mask.reason}</q> : null}
        </p>
      ))}
    </section>
  );
}

/** What this document replaces, completes, or is replaced and completed by. */
function Relations({ item, list, go }: { item: DocumentItem; list: DocumentList; go: PatientPageProps['go'] }) {
  const t = useText();
  const language = useLanguage();
  const byId = new Map(list.documents.map((other) => [other.documentId, other]));
  const towards = item.relations.flatMap(({ kind, documentId }) => {
    const other = documentId === undefined ? undefined : byId.get(documentId);
    return other ? [{ kind: kind as string, other }] : [];
  });
  const from = list.documents.flatMap((other) =>
    other.relations.filter(({ documentId }) => documentId === item.documentId).map(({ kind }) => ({ kind: `${kind}.by`, other })),
  );
  const all = [...towards, ...from];
  if (all.length === 0) return null;
  return (
    <section>
      <h3>{t('record.relations')}</h3>
      <ul className="rec-quiet">
        {all.map(({ kind, other }) => (
          <li key={`${kind} ${other.documentId}`}>
            <button type="button" className="rec-link" onClick={() => go({ report: other.documentId, view: 'document' })}>
              {t(`record.relation.${kind}`, { title: other.title, at: showDate(other.issuedAt, language, REGION_ZONE) })}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
