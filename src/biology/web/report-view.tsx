import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ReportView as Printed, StoredReport, StoredResult } from '#record/contract';
import { versionNumber } from '#record/web';
import { api, Button, FlagGlyph, Notice, showNumber, Tag, useLanguage, useShortcuts, useText } from '#ui';
import { versionsOf } from '../earlier.ts';
import { type CatalogueIndex, infoOf } from '../reading.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { FollowUpPanel } from './follow-up-panel.tsx';
import { longDay } from './show.ts';
import { REGION_ZONE, readView } from './view.ts';
import './report-view.css';

/** One report as its laboratory printed it, with where it comes from, its versions, and the value that one came from. */
export function ReportView({ patientId, data, search, go }: ViewProps) {
  const t = useText();
  const { report: documentId = '', result, rows } = readView(search);
  const path = `/api/patients/${encodeURIComponent(patientId)}/reports/${encodeURIComponent(documentId)}`;
  const report = data.answer.reports.find((known) => known.documentId === documentId);
  /* Opening the printed text is a reading of its own, asked for and audited as such. */
  const printed = useQuery({
    queryKey: ['report', patientId, documentId],
    queryFn: ({ signal }) => api<Printed>(path, { signal }),
    enabled: report !== undefined,
    retry: false,
  });
  const back = () => go({ view: rows.length > 0 ? 'curve' : undefined, report: undefined, result: undefined });
  useShortcuts({ Escape: back });
  return (
    <div className="bio-page bio-source">
      <ViewHead title={t('biology.source.title')} onBack={back} {...(rows.length > 0 && { backTo: t('biology.line.curve') })}>
        {report ? <ReportFacts report={report} /> : null}
      </ViewHead>
      {report ? (
        <Body
          report={report}
          index={data.gathered.index}
          versions={versionsOf(data.answer.reports, documentId)}
          printed={printed.data}
          printedError={printed.error}
          path={path}
          opened={result}
          onOpen={(id) => go({ report: id, result: undefined })}
        />
      ) : (
        <div className="bio-state">
          <Notice title={t('biology.source.failed')}>{t('biology.source.unknown')}</Notice>
        </div>
      )}
    </div>
  );
}

/** One that its sender does not count is told by its date alone. */
const isCounted = ({ version }: Pick<StoredReport, 'version'>) => versionNumber(version).counted === 'yes';

function ReportFacts({ report }: { report: StoredReport }) {
  const t = useText();
  const language = useLanguage();
  return (
    <p className="bio-title-facts">
      <bdi>{report.laboratory.name}</bdi> · {longDay(Date.parse(report.sampledAt), 'minute', language, REGION_ZONE)}
      {isCounted(report) ? ` · ${t('biology.source.version', { version: report.version })}` : null}
    </p>
  );
}

interface BodyProps {
  report: StoredReport;
  index: CatalogueIndex;
  versions: readonly StoredReport[];
  printed: Printed | undefined;
  printedError: Error | null;
  path: string;
  opened: number | undefined;
  onOpen: (documentId: string) => void;
}

function Body({ report, index, versions, printed, printedError, path, opened, onOpen }: BodyProps) {
  const t = useText();
  const [showsPdf, setShowsPdf] = useState(false);
  return (
    <div className="bio-source-body">
      <div className="bio-source-main">
        <Warnings report={report} versions={versions} onOpen={onOpen} />
        {/* Chromium shows no PDF in a sandboxed frame; the answer is our own and says it is a PDF. */}
        {/* oxlint-disable-next-line react/iframe-missing-sandbox */}
        {showsPdf ? <iframe className="bio-pdf" src={`${path}/pdf`} title={t('biology.source.pdfName')} /> : null}
        <section className="ui-card bio-source-card" aria-labelledby="bio-results">
          <h2 id="bio-results">{t('biology.source.results')}</h2>
          <ResultTable results={report.results} opened={opened} index={index} />
        </section>
        <PrintedText printed={printed} error={printedError} />
      </div>
      <aside className="bio-source-side">
        <div className="bio-source-actions">
          {report.hasPdf ? (
            <Button look="primary" onPress={() => setShowsPdf((on) => !on)}>
              {t(showsPdf ? 'biology.source.hidePdf' : 'biology.source.showPdf')}
            </Button>
          ) : null}
          <a className="ui-button ui-button-plain" href={`${path}/original`} download>
            {t('biology.source.original')}
          </a>
          {printed?.atLaboratory ? (
            <a className="ui-button ui-button-plain" href={printed.atLaboratory} target="_blank" rel="noreferrer">
              {t('biology.source.atLaboratory')}
            </a>
          ) : null}
        </div>
        {printed ? <Told printed={printed} path={path} /> : null}
        <FollowUpPanel documentId={report.documentId} />
        <Readings report={report} printed={printed} opened={opened} index={index} />
        <Provenance report={report} printed={printed} />
        <Versions report={report} versions={versions} onOpen={onOpen} />
      </aside>
    </div>
  );
}

/** What waits to be told opens to the patient once a professional has noted having told them. */
function Told({ printed: { told, mayTell }, path }: { printed: Printed; path: string }) {
  const t = useText();
  const language = useLanguage();
  const queries = useQueryClient();
  const tell = useMutation({
    mutationFn: () => api(`${path}/told`, { method: 'POST' }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['report'] }),
  });
  if (!mayTell && !told) return null;
  return (
    <section className="ui-card bio-source-card" aria-labelledby="bio-told">
      <h2 id="bio-told">{t('biology.told.title')}</h2>
      <output>
        {told
          ? t('biology.told.done', { day: longDay(Date.parse(told.at), 'minute', language, REGION_ZONE), who: told.by })
          : t('biology.told.not')}
      </output>
      {tell.error ? <Notice>{t('biology.told.failed')}</Notice> : null}
      {mayTell && !told ? (
        <Button isDisabled={tell.isPending} onPress={() => tell.mutate()}>
          {t('biology.told.note')}
        </Button>
      ) : null}
    </section>
  );
}

function PrintedText({ printed, error }: { printed: Printed | undefined; error: Error | null }) {
  const t = useText();
  if (error) return <Notice>{t('biology.source.noText')}</Notice>;
  // A heading without a word under it says nothing that the results do not.
  const sections = printed?.sections.filter(({ html }, n, all) => html !== '' || (all[n + 1]?.depth ?? 0) > (all[n]?.depth ?? 0)) ?? [];
  if (sections.length === 0) return null;
  return (
    <section className="ui-card bio-source-card" aria-labelledby="bio-printed">
      <h2 id="bio-printed">{t('biology.source.printed')}</h2>
      {sections.map(({ title, html, depth }, index) => (
        <div key={`${index} ${title}`} className="bio-section">
          {depth > 0 ? <h4>{title}</h4> : <h3>{title}</h3>}
          {/* Rendered by the server from a closed list of elements: nothing of the sender's markup reaches here. */}
          <div className="bio-narrative" dangerouslySetInnerHTML={{ __html: html }} />
        </div>
      ))}
    </section>
  );
}

interface VersionsProps {
  report: StoredReport;
  versions: readonly StoredReport[];
  onOpen: (documentId: string) => void;
}

function Warnings({ report, versions, onOpen }: VersionsProps) {
  const t = useText();
  const current = versions.find((version) => version.current);
  return (
    <>
      {current && current.documentId !== report.documentId ? (
        <Notice actions={<Button onPress={() => onOpen(current.documentId)}>{t('biology.source.openCurrent')}</Button>}>
          {t('biology.source.replaced')}
        </Notice>
      ) : null}
      {report.conflict ? <Notice>{t('biology.source.conflict')}</Notice> : null}
      {report.status === 'final' ? null : <Notice>{t(`biology.source.${report.status}`)}</Notice>}
    </>
  );
}

interface ResultTableProps {
  results: readonly StoredResult[];
  opened: number | undefined;
  index: CatalogueIndex;
}

function ResultTable({ results, opened, index }: ResultTableProps) {
  const t = useText();
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (opened !== undefined) line.current?.scrollIntoView({ block: 'center' });
  }, [opened]);
  return (
    // It scrolls sideways on a narrow screen: the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="bio-table-box" tabIndex={0} aria-labelledby="bio-results">
      <table className="ui-table bio-results">
        <thead>
          <tr>
            <th scope="col">{t('biology.source.analysis')}</th>
            <th scope="col" className="ui-number">
              {t('biology.source.value')}
            </th>
            <th scope="col">{t('biology.source.interval')}</th>
            <th scope="col">{t('biology.source.method')}</th>
            <th scope="col">{t('biology.source.code')}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => {
            const isOpened = result.n === opened;
            return (
              <tr key={result.n} className={isOpened ? 'bio-opened' : ''} {...(isOpened ? { ref: line } : {})}>
                <th scope="row">
                  <bdi>{result.label}</bdi>
                  {isOpened ? (
                    <>
                      {' '}
                      <Tag tone="accent">{t('biology.source.opened')}</Tag>
                    </>
                  ) : null}
                  {result.isolate ? <span className="bio-sub">{result.isolate}</span> : null}
                  {result.comment ? <span className="bio-sub">{result.comment}</span> : null}
                </th>
                <td className="ui-number">
                  <PrintedValue result={result} unit={frenchUnit(result, index)} />
                </td>
                <td>
                  <PrintedInterval result={result} />
                </td>
                <td>{result.method}</td>
                <td className="bio-code">{[result.loinc, result.local].filter(Boolean).join(' · ') || t('biology.source.uncoded')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** A document carries the code of a unit (`10*9/L`, `{INR}`): its French writing (`G/L`, nothing) is the same unit, and what the paper says. */
function frenchUnit(result: StoredResult, index: CatalogueIndex): string | undefined {
  const info = infoOf(index, result);
  return info?.ucum !== undefined && result.unit === info.ucum ? info.unit : result.unit;
}

/** Here everything is as received: no conversion, no flag of ours. */
function PrintedValue({ result, unit }: { result: StoredResult; unit: string | undefined }) {
  const t = useText();
  const { text, flag, interpretation, status } = result;
  if (status === 'not-done') return <span className="bio-quiet">{t('biology.cell.notDone')}</span>;
  return (
    <span className={flag && flag !== 'N' ? 'bio-printed-flag' : ''}>
      {status === 'cancelled' ? <s>{text}</s> : <bdi>{text}</bdi>} {unit} {interpretation && !flag ? interpretation : ''}{' '}
      <FlagGlyph grade={flag} />
    </span>
  );
}

function PrintedInterval({ result: { interval } }: { result: StoredResult }) {
  const comma = (limit: number) => String(limit).replace('.', ',');
  if (!interval) return null;
  const { low, high, text } = interval;
  if (text) return <bdi>{text}</bdi>;
  if (low !== undefined && high !== undefined) return <>{`${comma(low)} – ${comma(high)}`}</>;
  return <>{low !== undefined ? `> ${comma(low)}` : high !== undefined ? `< ${comma(high)}` : ''}</>;
}

/** What was printed of the opened value, then each thing made of it: when, by which version of the rules, on whose word. */
function Readings({ report, printed, opened, index }: Pick<BodyProps, 'report' | 'printed' | 'opened' | 'index'>) {
  const t = useText();
  const language = useLanguage();
  const result = report.results.find(({ n }) => n === opened);
  const readings = printed?.readings.filter(({ n }) => n === opened) ?? [];
  if (!result || readings.length === 0) return null;
  const nameOf = (row: string) => {
    const info = infoOf(index, { ...result, normalised: { row, rules: '' } });
    return info ? (language === 'fr' ? info.label : info.labelEn) : t('biology.source.ownRow');
  };
  return (
    <section className="ui-card bio-source-card" aria-labelledby="bio-readings">
      <h2 id="bio-readings">{t('biology.source.readings')}</h2>
      <p>
        {t('biology.source.asPrinted')} <bdi>{[result.label, ':', result.text, result.unit].filter(Boolean).join(' ')}</bdi>
      </p>
      <ol className="bio-versions">
        {readings.map(({ at, normalised: { row, converted, rules }, validation }) => (
          <li key={at}>
            <strong>{nameOf(row)}</strong>
            {converted ? ` ${showNumber(converted.value, converted.decimals, language)} ${converted.unit}` : ''}
            <span className="bio-sub">
              {t('biology.source.readOn', { day: longDay(Date.parse(at), 'minute', language, REGION_ZONE), rules })}
            </span>
            {validation ? (
              <span className="bio-sub">
                {t('biology.source.codeMeans', {
                  loinc: validation.loinc,
                  by: validation.proposedBy,
                  validatedBy: validation.validatedBy,
                  day: longDay(Date.parse(validation.validatedAt), 'day', language, REGION_ZONE),
                })}
              </span>
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Provenance({ report, printed }: { report: StoredReport; printed: Printed | undefined }) {
  const t = useText();
  const language = useLanguage();
  const day = (at: string) => longDay(Date.parse(at), 'minute', language, REGION_ZONE);
  const facts: [string, string][] = [
    ['laboratory', `${report.laboratory.name} (${report.laboratory.finess})`],
    ['sampled', day(report.sampledAt)],
    ['issued', day(report.issuedAt)],
    ['received', day(report.receivedAt)],
    ['validators', (printed?.validators ?? [report.validator ?? '']).join(', ')],
    ['authors', printed?.authors.join(', ') ?? ''],
    ['prescriber', report.prescriber ?? ''],
    ['joined', ['ins', 'link', 'worklist'].includes(report.joinedBy) ? t(`biology.source.joined.${report.joinedBy}`) : report.joinedBy],
    ['identifier', report.uniqueId],
    ['comments', printed?.comments.join('\n') ?? ''],
  ];
  return (
    <section className="ui-card bio-source-card" aria-labelledby="bio-about">
      <h2 id="bio-about">{t('biology.source.about')}</h2>
      <dl className="bio-facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([key, value]) => (
            <div key={key}>
              <dt>{t(`biology.source.${key}`)}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function Versions({ report, versions, onOpen }: VersionsProps) {
  const t = useText();
  const language = useLanguage();
  if (versions.length < 2) return null;
  return (
    <section className="ui-card bio-source-card" aria-labelledby="bio-versions">
      <h2 id="bio-versions">{t('biology.source.versions')}</h2>
      <ul className="bio-versions">
        {versions.map(({ documentId, version, issuedAt, current }) => (
          <li key={documentId}>
            <button
              type="button"
              className="bio-link"
              {...(documentId === report.documentId ? { 'aria-current': true } : {})}
              onClick={() => onOpen(documentId)}
            >
              {isCounted({ version }) ? `${t('biology.source.version', { version })}, ` : null}
              {longDay(Date.parse(issuedAt), 'minute', language, REGION_ZONE)}
            </button>{' '}
            {current ? <Tag tone="accent">{t('biology.source.current')}</Tag> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
