import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, Button, KeyHints, Notice, showDate, Tag, useLanguage, useShortcuts, useText } from '#ui';
import type { DocumentList, DocumentView, StructuredKind, StructuredLine } from '../contract.ts';
import { versionNumber } from './version-number.ts';
import { DocumentPanel } from './document-panel.tsx';
import { REGION_ZONE } from './document-rows.tsx';
import type { DocumentsPageProps } from './page-props.ts';
import { documentPath, documentQuery, useChangeStatus } from './use-documents.ts';
import { FilingDialog } from './filing-dialog.tsx';
import { StatusActions } from './status-dialog.tsx';
import { VisibilityActions } from './visibility-dialog.tsx';

interface ReadingProps extends DocumentsPageProps {
  documentId: string;
  list: DocumentList;
}

/** One document opened: what its sender wrote, its coded part as short lines, its PDF, its versions. */
export function DocumentReading(props: ReadingProps) {
  const t = useText();
  const { patientId, documentId, go } = props;
  const [withdrawnId, setWithdrawnId] = useState<string>();
  const isWithdrawn = withdrawnId === documentId;
  const { data: read, error } = useQuery({ ...documentQuery(patientId, documentId), enabled: !isWithdrawn });
  /* Hidden or withdrawn while it was read: it leaves the screen. A network that fails takes nothing away. */
  const data = error instanceof ApiError && [403, 404].includes(error.status) ? undefined : read;
  const back = () => go({ view: undefined });
  useShortcuts({ Escape: back, w: () => document.getElementById('rec-why')?.focus() });
  return (
    <div className="rec-documents rec-reading">
      <div className="rec-text">
        <Button look="quiet" hint="Échap" onPress={back}>
          ← {t('record.back')}
        </Button>
        {error && !data && !isWithdrawn ? <Notice title={t(read ? 'record.leftRecord' : 'record.notFound')} /> : null}
        {isWithdrawn ? <Withdrawn {...props} onUndone={() => setWithdrawnId(undefined)} /> : null}
        {data && !isWithdrawn ? <Opened {...props} view={data} /> : null}
      </div>
      {data && !isWithdrawn ? (
        <DocumentPanel {...props} item={data.document} list={{ ...props.list, why: data.why }}>
          <a className="ui-button ui-button-plain" href={`${documentPath(patientId, documentId)}/original`} download>
            {t('record.original')}
          </a>
          <VisibilityActions patientId={patientId} view={data} />
          <ReplaceAction {...props} view={data} />
          <StatusActions patientId={patientId} view={data} onDone={(act) => act === 'delete' && setWithdrawnId(documentId)} />
        </DocumentPanel>
      ) : null}
      <KeyHints
        label={t('record.documents.keys')}
        hints={[
          { keys: ['Échap'], does: t('record.back') },
          { keys: ['W'], does: t('record.documents.key.why') },
        ]}
      />
    </div>
  );
}

/** What was taken out of everyone's reading can be put back at once by the one who did it. */
function Withdrawn({ patientId, documentId, onUndone }: ReadingProps & { onUndone: () => void }) {
  const t = useText();
  const change = useChangeStatus(patientId, documentId);
  const undo = () => change.mutate({ act: 'restore', reason: t('record.status.undone') }, { onSuccess: onUndone });
  return (
    <>
      <Notice
        actions={
          <Button isDisabled={change.isPending} onPress={undo}>
            {t('record.status.undo')}
          </Button>
        }
      >
        {t('record.status.deleted')}
      </Notice>
      {change.error ? <Notice isAlert>{t('record.visibility.failed')}</Notice> : null}
    </>
  );
}

/** The next version of a document that the reader filed. */
function ReplaceAction({ patientId, isOwnRecord, list, view, go }: ReadingProps & { view: DocumentView }) {
  const t = useText();
  const [isReplacing, setIsReplacing] = useState(false);
  if (!view.may.replace) return null;
  return (
    <>
      <Button onPress={() => setIsReplacing(true)}>{t('record.filing.replace')}</Button>
      {isReplacing ? (
        <FilingDialog
          patientId={patientId}
          types={list.mayFile}
          isOwnRecord={isOwnRecord}
          replaced={view.document}
          onClose={() => setIsReplacing(false)}
          onFiled={({ documentId }) => {
            setIsReplacing(false);
            go({ report: documentId });
          }}
        />
      ) : null}
    </>
  );
}

function Opened({ patientId, view, go }: ReadingProps & { view: DocumentView }) {
  const t = useText();
  const { document: item, sections, structured } = view;
  const hasText = sections.some(({ html }) => html !== '');
  const [showsPdf, setShowsPdf] = useState(!hasText && item.hasPdf);
  return (
    <article className="rec-opened">
      <h1>{item.title}</h1>
      <Versions view={view} go={go} />
      {item.status === 'archived' ? <Notice tone="quiet">{t('record.status.archived')}</Notice> : null}
      {structured.length > 0 ? (
        <section className="ui-card rec-structured" aria-label={t('record.structured')}>
          {structured.map(({ kind, lines }) => (
            <div key={kind}>
              <h2>{t(`record.structured.${kind}`)}</h2>
              <ul>
                {lines.map((line) => (
                  <li key={JSON.stringify(line)}>
                    <StructuredWords kind={kind} line={line} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </section>
      ) : null}
      {item.hasPdf && hasText ? (
        <p>
          <Button onPress={() => setShowsPdf((on) => !on)}>{t(showsPdf ? 'record.hidePdf' : 'record.showPdf')}</Button>
        </p>
      ) : null}
      {/* Chromium shows no PDF in a sandboxed frame; the answer is our own and says it is a PDF. */}
      {/* oxlint-disable-next-line react/iframe-missing-sandbox */}
      {showsPdf ? <iframe className="rec-pdf" src={`${documentPath(patientId, item.documentId)}/pdf`} title={t('record.pdfName')} /> : null}
      {sections.map(({ title, html, depth }, n) => (
        // Headings of one document never change their order; two may have one title.
        // oxlint-disable-next-line react/no-array-index-key
        <section key={`${n} ${title}`} className="rec-section">
          {title === '' ? null : depth > 0 ? <h3>{title}</h3> : <h2>{title}</h2>}
          {/* Rendered by the server from a closed list of elements: nothing of the sender's markup reaches here. */}
          <div className="rec-narrative" dangerouslySetInnerHTML={{ __html: html }} />
        </section>
      ))}
      {hasText || item.hasPdf ? null : <Notice tone="quiet">{t('record.noText')}</Notice>}
    </article>
  );
}

/** A coded entry with what keeps its name from saying the contrary: denied, stopped, ended, of a relative. */
function StructuredWords({ kind, line: { words, from, until, isDenied, relative } }: { kind: StructuredKind; line: StructuredLine }) {
  const t = useText();
  const isOver = until !== undefined && kind !== 'plannedCare';
  const dates = [
    from === undefined ? undefined : t(`record.line.from.${FROM[kind]}`, { day: partialDay(from) }),
    until === undefined ? undefined : t('record.line.until', { day: partialDay(until) }),
  ].filter(Boolean);
  return (
    <>
      {isDenied ? <Tag tone="notice">{t('record.line.denied')}</Tag> : null}{' '}
      <span className={isDenied || kind === 'treatments-stopped' || isOver ? 'rec-over' : undefined}>{words}</span>{' '}
      <span className="ui-caption">{[relative, ...dates].filter(Boolean).join(' · ')}</span>
    </>
  );
}

const FROM = {
  treatments: 'since',
  'treatments-started': 'since',
  'treatments-changed': 'since',
  'treatments-stopped': 'since',
  'treatments-continued': 'since',
  allergies: 'since',
  problems: 'since',
  devices: 'since',
  vaccinations: 'on',
  procedures: 'on',
  plannedCare: 'for',
} as const satisfies Record<StructuredKind, string>;

/** `2025-03-14` as `14/03/2025`; a month or a year alone as they are. */
const partialDay = (day: string) => day.split('-').toReversed().join('/');

/** A replaced version says so before anything else; every version is one press away. */
function Versions({ view: { document: item, versions }, go }: { view: DocumentView; go: DocumentsPageProps['go'] }) {
  const t = useText();
  const language = useLanguage();
  const latest = versions.find(({ current }) => current);
  if (versions.length < 2) return null;
  return (
    <>
      {item.current || !latest ? null : (
        <Notice actions={<Button onPress={() => go({ report: latest.documentId })}>{t('record.openCurrent')}</Button>}>
          {t('record.replaced')}
        </Notice>
      )}
      <ul className="rec-versions" aria-label={t('record.versions')}>
        {versions.map(({ documentId, version, issuedAt, current }) => (
          <li key={documentId}>
            <button
              type="button"
              className="rec-link"
              aria-current={documentId === item.documentId}
              onClick={() => go({ report: documentId }, { replace: true })}
            >
              {t('record.versionOf', {
                ...versionNumber(version),
                at: showDate(issuedAt, language, REGION_ZONE),
                state: current ? 'current' : 'replaced',
              })}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
