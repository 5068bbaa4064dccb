import { useCallback } from 'react';
import { useLanguage, useText } from '#ui';
import type { Row } from '../grid.ts';
import type { Reading } from '../reading.ts';
import type { Point } from '../series.ts';
import { Value } from './cell-content.tsx';
import { cardPlace, type PlotFrame, xOf, yOf } from './plot-scale.ts';
import { changeOf } from './reading-line.tsx';
import { gradeKey, longDay, shownChange, shownInterval, shownValue, toneOf } from './show.ts';
import { REGION_ZONE } from './view.ts';
import { useRowTitle } from './words.ts';

const CARD = { width: 272, height: 141 };

interface DetailCardProps {
  row: Row;
  point: Point;
  frame: PlotFrame;
  others: readonly Point[];
  /** Their labels stand at the top: they are not hidden either. */
  cuts: readonly number[];
}

/** The exact value, date, laboratory and method of a point, where they hide none. Spoken elsewhere, so silent here. */
export function DetailCard({ row, point, frame, others, cuts }: DetailCardProps) {
  const t = useText();
  const language = useLanguage();
  const { reading } = point;
  const grade = gradeKey(reading.grade);
  const interval = shownInterval(reading, language);
  const change = changeOf(row, reading);
  const shown = change && shownChange(change, language);
  const places = others
    .filter(({ at }) => at >= frame.from && at <= frame.to)
    .map(({ at, value }) => ({ x: xOf(frame, at), y: yOf(frame, value) }));
  const labels = cuts.flatMap((cut) => [-70, 0, 70].map((aside) => ({ x: xOf(frame, cut) + aside, y: frame.top + 20 })));
  /* On a telephone there is no room beside the points: the card stands under the curve. */
  const isUnder = frame.width < 520;
  const place = cardPlace(frame, { x: xOf(frame, point.at), y: yOf(frame, point.value) }, [...places, ...labels], CARD);
  return (
    <div className={`bio-detail ${isUnder ? 'bio-detail-under' : ''}`} aria-hidden="true" {...(isUnder ? {} : { style: place })}>
      <p className="bio-detail-head">
        <span className={`bio-detail-number bio-tone-${toneOf(reading.grade)}`}>
          <Value reading={reading} />
        </span>
        <span>{row.unit}</span>
        <span>
          {interval === ''
            ? t('biology.line.noInterval')
            : grade && reading.grade !== 'within'
              ? t('biology.curve.outside', { grade: t(grade), interval })
              : reading.grade === 'within'
                ? t('biology.curve.within', { interval })
                : interval}
        </span>
      </p>
      <p>
        <strong>{longDay(reading.at, reading.precision, language, REGION_ZONE)}</strong>
      </p>
      <p className="bio-detail-by">
        <bdi>{reading.report.laboratory.name}</bdi> · {reading.result.method ?? t('biology.line.noMethod')}
      </p>
      <p>
        {change && shown
          ? `${t('biology.change.in', { absolute: shown.absolute, days: change.days })} ${shown.percent ? `(${shown.percent})` : ''} `
          : ''}
        {change?.expectedPercent === undefined ? '' : `· ${t('biology.change.withinBy', { expected: Math.round(change.expectedPercent) })}`}
      </p>
      <p className="bio-detail-keys">
        ↵ {t('biology.keys.source')}
        <span>← → {t('biology.curve.next')}</span>
      </p>
    </div>
  );
}

/** The same content in one sentence, for the live region. */
export function useSpokenPoint(row: Row): (reading: Reading) => string {
  const t = useText();
  const language = useLanguage();
  const title = useRowTitle();
  return useCallback(
    (reading) => {
      const grade = gradeKey(reading.grade);
      const change = changeOf(row, reading);
      const words = change ? shownChange(change, language) : undefined;
      return t('biology.curve.point', {
        value: `${title(row)}, ${shownValue(reading, language)}`,
        unit: row.unit ?? '',
        grade: grade ? `${t(grade)}, ` : '',
        day: longDay(reading.at, reading.precision, language, REGION_ZONE),
        laboratory: reading.report.laboratory.name,
        method: reading.result.method ? `, ${reading.result.method}` : '',
        change: change && words ? `, ${t('biology.change.in', { absolute: words.absolute, days: change.days })}` : '',
      });
    },
    [row, t, language, title],
  );
}
