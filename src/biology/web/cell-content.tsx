import type { ReactNode } from 'react';
import { FlagGlyph, type Language, type Text, useLanguage, useText } from '#ui';
import type { Cell } from '../grid.ts';
import type { Grade } from '../grade.ts';
import type { Reading } from '../reading.ts';
import { gradeKey, shownInterval, shownValue } from './show.ts';

/** The glyph of a grade: shape tells direction and degree, solid is the laboratory's word, hollow our computation. */
export function GradeGlyph({ reading, size = 9 }: { reading: Pick<Reading, 'grade' | 'flagBy'>; size?: number }) {
  const flag = GLYPHS[reading.grade];
  return flag ? <FlagGlyph grade={flag} isComputed={reading.flagBy !== 'laboratory'} size={size} /> : null;
}

const GLYPHS: Partial<Record<Grade, 'L' | 'H' | 'LL' | 'HH' | 'A' | 'AA'>> = {
  low: 'L',
  high: 'H',
  'very-low': 'LL',
  'very-high': 'HH',
  'critical-low': 'LL',
  'critical-high': 'HH',
  abnormal: 'A',
  critical: 'AA',
};

interface CellContentProps {
  cell: Cell;
  showInterval: boolean;
  isLate: boolean;
}

/** Everything a sampling says of an analyte: one value, or several at the same time that stay side by side. */
export function CellContent({ cell, showInterval, isLate }: CellContentProps) {
  const t = useText();
  const language = useLanguage();
  const [first, ...others] = cell.readings;
  if (!first) return null;
  if (others.length > 1) return <span className="bio-quiet">{t('biology.cell.several', { count: cell.readings.length })}</span>;
  return (
    <>
      {cell.readings.map((reading) => (
        <span key={reading.id} className={`bio-value ${others.length > 0 ? 'bio-value-half' : ''}`}>
          {isLate && reading.isNew ? <span className="bio-dot" title={t('biology.cell.new')} /> : null}
          {shownAsItStands(reading, t, language)}
          <span className="bio-slot">{GLYPHS[reading.grade] ? <GradeGlyph reading={reading} /> : null}</span>
        </span>
      ))}
      {showInterval ? <span className="bio-cell-interval">{shownInterval(first, language)}</span> : null}
    </>
  );
}

/** A value as it stands: struck when it no longer holds, with the one that it replaced, in words when there is none. */
export function Value({ reading }: { reading: Reading }) {
  return shownAsItStands(reading, useText(), useLanguage());
}

/** A part and not a component of its own: a grid draws hundreds of them at each turn of the wheel. */
function shownAsItStands(reading: Reading, t: Text, language: Language): ReactNode {
  const grade = gradeKey(reading.grade);
  if (reading.status === 'not-done') return <span className="bio-quiet">{t('biology.cell.notDone')}</span>;
  if (reading.status === 'cancelled' || reading.status === 'withdrawn') {
    return (
      <>
        <s className="bio-struck">{shownValue(reading, language)}</s>{' '}
        <span className="bio-quiet">{t(`biology.cell.${reading.status}`)}</span>
      </>
    );
  }
  if (reading.status === 'provisional' && reading.result.text.trim() === '') {
    return <span className="bio-quiet">{t('biology.cell.pending')}</span>;
  }
  return (
    <>
      {reading.earlier ? (
        <>
          <s className="bio-struck">
            <span className="ui-hidden">{t('biology.cell.before')} </span>
            {reading.earlier.text}
          </s>{' '}
        </>
      ) : null}
      {reading.isConverted ? (
        <span className="bio-converted" title={t('biology.cell.converted')} aria-hidden="true">
          ⇄
        </span>
      ) : null}
      <bdi className={reading.value === undefined ? 'bio-text' : ''}>{shownValue(reading, language)}</bdi>
      {grade && reading.grade !== 'within' ? <span className="ui-hidden">, {t(grade)}</span> : null}
      {reading.status === 'provisional' ? <span className="bio-quiet"> {t('biology.cell.provisional')}</span> : null}
    </>
  );
}
