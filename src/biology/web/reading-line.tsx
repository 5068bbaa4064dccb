import { cautionKey, formulaKey } from '#terminology/web';
import { Button, LabCode, showChange, useLanguage, useText } from '#ui';
import type { Cell, Row } from '../grid.ts';
import { changeBetween, type Change } from '../change.ts';
import { answerOf } from '../answer.ts';
import { counts, isMeasured, type Reading } from '../reading.ts';
import { openTasks, placeAgainst, seenOf, targetOf } from '../follow-up.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { gradeKey, longDay, printedValue, shownChange, shownInterval, shownTarget, toneOf } from './show.ts';
import { useFollowUp } from './use-follow-up.ts';
import { REGION_ZONE } from './view.ts';
import { useLaboratoryCode, useRowTitle } from './words.ts';

interface ReadingLineProps {
  row: Row | undefined;
  cell: Cell | undefined;
  /** Which of several values of the cell. */
  which: number;
  onWhich: (which: number) => void;
  onSeen: () => void;
  onSource: () => void;
  onCurve: () => void;
  onCross: () => void;
  onWhy: () => void;
}

/**
 * Everything about the focused value, always at the same place: nothing pops up over a neighbour. Where the window is narrow the last facts are
 * left out whole, rather than all of them cut: the source and « Pourquoi » hold them.
 */
export function ReadingLine({ row, cell, which, onWhich, onSeen, onSource, onCurve, onCross, onWhy }: ReadingLineProps) {
  const t = useText();
  const { followUp, mayNote } = useFollowUp();
  const reading = cell?.readings[which] ?? cell?.readings[0];
  const isSeen = reading !== undefined && seenOf(followUp, reading.report.documentId).length > 0;
  return (
    <section className="bio-line" aria-label={t('biology.line.name')}>
      {row && reading ? (
        <LineFacts row={row} reading={reading} />
      ) : (
        <p className="bio-line-empty">{row ? t('biology.line.none') : t('biology.line.pick')}</p>
      )}
      <div className="bio-line-actions">
        {cell && cell.readings.length > 1 ? (
          <Button onPress={() => onWhich((which + 1) % cell.readings.length)}>
            {t('biology.line.other', { at: which + 1, count: cell.readings.length })}
          </Button>
        ) : null}
        {mayNote && reading ? (
          <Button hint="U" onPress={onSeen}>
            {t(isSeen ? 'biology.follow.isSeen' : 'biology.follow.see')}
          </Button>
        ) : null}
        <Button hint="W" isDisabled={!reading} onPress={onWhy}>
          {t('biology.explain.open')}
        </Button>
        <Button hint="↵" isDisabled={!reading} onPress={onSource}>
          {t('biology.line.source')}
        </Button>
        <Button hint="G" isDisabled={!row} onPress={onCurve}>
          {t('biology.line.curve')}
        </Button>
        <Button hint="X" isDisabled={!row} onPress={onCross}>
          {t('biology.line.cross')}
        </Button>
      </div>
    </section>
  );
}

function LineFacts({ row, reading }: { row: Row; reading: Reading }) {
  const t = useText();
  const language = useLanguage();
  const title = useRowTitle();
  const laboratoryCode = useLaboratoryCode();
  const { report } = reading;
  const grade = gradeKey(reading.grade);
  const interval = shownInterval(reading, language);
  return (
    <div className="bio-line-facts">
      <div className="bio-line-block bio-line-who">
        <strong>
          <bdi>{title(row)}</bdi>
        </strong>
        <span className="bio-line-sub">
          {longDay(reading.at, reading.precision, language, REGION_ZONE)} ·{' '}
          <span className="bio-line-code">
            <LabCode code={laboratoryCode(report.laboratory.finess)} name={report.laboratory.name} />{' '}
          </span>
          <bdi>{report.laboratory.name}</bdi>
        </span>
      </div>
      <div className="bio-line-block bio-line-value">
        <span className={`bio-big bio-tone-${toneOf(reading.grade)}`}>
          <Value reading={reading} />
        </span>
        <span className="bio-line-pair">
          <span className="bio-line-sub">{row.unit}</span>
          {grade ? (
            <span className={`bio-line-grade bio-tone-${toneOf(reading.grade)}`}>
              <GradeGlyph reading={reading} /> {t(grade)}
              {reading.flagBy === 'region' ? ` (${t('biology.line.regional')})` : ''}
              {reading.flagBy === 'cigogne' && reading.grade !== 'within' ? ` (${t('biology.line.computed')})` : ''}
            </span>
          ) : null}
        </span>
      </div>
      {reading.derived ? (
        <DerivedBlock row={row} derived={reading.derived} />
      ) : (
        <Block
          value={interval || t('biology.line.noInterval')}
          sub={
            reading.result.interval?.isFor
              ? t('biology.line.intervalFor', { who: reading.result.interval.isFor })
              : t('biology.line.intervalBy')
          }
        />
      )}
      <ChangeBlock row={row} reading={reading} />
      <AnswerBlock row={row} reading={reading} />
      <NotedBlocks row={row} reading={reading} />
      {reading.isConverted ? <Block value={printedValue(reading, language)} sub={t('biology.line.printed')} /> : null}
      {reading.earlier ? (
        <Block
          isNotice
          value={t('biology.line.earlier', { text: reading.earlier.text })}
          sub={t('biology.line.correctedOn', { day: longDay(Date.parse(report.issuedAt), 'day', language, REGION_ZONE) })}
        />
      ) : null}
      {reading.conflict ? <Block isNotice value={t('biology.line.conflict')} sub={t('biology.line.conflictSub')} /> : null}
      {reading.suspectTime ? <Block isNotice value={t(`biology.head.${reading.suspectTime}`)} sub={t('biology.line.checkDate')} /> : null}
      {reading.derived ? null : <MadeBy reading={reading} />}
    </div>
  );
}

/** The target of this patient, apart from the interval of the laboratory; what is still to be done about the report. */
function NotedBlocks({ row, reading }: { row: Row; reading: Reading }) {
  const t = useText();
  const language = useLanguage();
  const { followUp } = useFollowUp();
  const target = targetOf(followUp, row);
  const place = target && placeAgainst(target, reading);
  const [task] = openTasks(followUp, reading.report.documentId);
  const sub = target ? t('biology.target.by', { who: target.byName }) : '';
  return (
    <>
      {target ? (
        <Block value={`${shownTarget(target, language, t)}${place ? ` · ${t(`biology.target.${place}`)}` : ''}`} sub={sub} />
      ) : null}
      {task ? <Block isNotice value={`${t('biology.follow.kind.task')} ${task.words ?? ''}`} sub={task.byName} /> : null}
    </>
  );
}

/** By which method, and who answers for it: a calculated value has neither. */
function MadeBy({ reading: { result, report } }: { reading: Reading }) {
  const t = useText();
  const language = useLanguage();
  return (
    <>
      <Block value={result.method || t('biology.line.noMethod')} sub={result.comment || result.label} />
      <Block
        value={report.validator ? t('biology.line.validatedBy', { who: report.validator }) : t('biology.line.noValidator')}
        sub={longDay(Date.parse(report.issuedAt), 'minute', language, REGION_ZONE)}
      />
    </>
  );
}

/** What was calculated from what, by which formula, and when to distrust it. */
function DerivedBlock({ row, derived: { inputs, cautions, isBesideReported } }: { row: Row; derived: NonNullable<Reading['derived']> }) {
  const t = useText();
  const language = useLanguage();
  const from = inputs.map((input) => `${input.result.label} ${printedValue(input, language)}`).join(' · ');
  const words = [
    isBesideReported ? t('biology.line.besideReported') : '',
    ...cautions.map((caution) => t(cautionKey(caution))),
    row.info?.derived ? `${t(formulaKey(row.info.derived.formula))}.` : '',
  ].filter(Boolean);
  return <Block isNotice isWide value={t('biology.line.derivedFrom', { from })} sub={words.join(' ')} />;
}

function Block({ value, sub, isNotice = false, isWide = false }: { value: string; sub: string; isNotice?: boolean; isWide?: boolean }) {
  return (
    <div className={`bio-line-block ${isNotice ? 'bio-line-notice' : ''} ${isWide ? 'bio-line-wide' : ''}`}>
      <span className="bio-line-main" title={value}>
        <bdi>{value}</bdi>
      </span>
      <span className="bio-line-sub" title={sub}>
        <bdi>{sub}</bdi>
      </span>
    </div>
  );
}

/** Change since the measured value before this one, the same rule as the head of the row. */
export function changeOf(row: Row, reading: Reading): Change | undefined {
  const before = row.readings.findLast((other) => other.at < reading.at && isMeasured(other));
  return before && changeBetween(before, reading, row.info);
}

/** The answer in one vocabulary for all laboratories, and the one before it when it was another. */
function AnswerBlock({ row, reading }: { row: Row; reading: Reading }) {
  const t = useText();
  const language = useLanguage();
  const said = answerOf(reading);
  if (!said) return null;
  const before = row.readings.findLast((other) => other.at < reading.at && counts(other) && answerOf(other) !== undefined);
  const was = before && answerOf(before);
  return (
    <Block
      isNotice={was !== undefined && was !== said}
      value={t('biology.line.answer', { answer: wordOf(said) })}
      sub={
        before && was
          ? t(was === said ? 'biology.line.answerSame' : 'biology.line.answerChanged', {
              before: wordOf(was),
              day: longDay(before.at, before.precision, language, REGION_ZONE),
            })
          : t('biology.line.answerFrom')
      }
    />
  );

  function wordOf(answer: string): string {
    return answer.startsWith('1/') || /^[<≤>≥]/.test(answer) ? answer : t(`biology.answer.${answer}`);
  }
}

function ChangeBlock({ row, reading }: { row: Row; reading: Reading }) {
  const t = useText();
  const language = useLanguage();
  const change = changeOf(row, reading);
  if (!change) return null;
  const { absolute, percent } = shownChange(change, language);
  const expected = change.expectedPercent === undefined ? undefined : Math.round(change.expectedPercent);
  const rate =
    change.rate && t(`biology.change.rate.${change.rate.per}`, { rate: showChange(change.rate.value, change.rate.decimals, language) });
  const against =
    expected === undefined
      ? t('biology.change.unknown')
      : t(change.beyondExpected ? 'biology.change.beyondBy' : 'biology.change.withinBy', { expected });
  return (
    <div className="bio-line-block bio-line-change">
      <span className="bio-line-main">
        {t('biology.change.in', { absolute, days: change.days })} {percent ? <strong>({percent})</strong> : null}
      </span>
      <span className="bio-line-sub">
        {against}
        {rate ? <span className="bio-line-rate"> · {rate}</span> : null}
      </span>
    </div>
  );
}
