import { showNumber, useLanguage, useText } from '#ui';
import { rangeBarPlaces } from '../own-results.ts';
import type { Reading } from '../reading.ts';
import { shownInterval } from './show.ts';

const percent = (place: number) => `${place}%`;

/** The usual zone and the value as a black dot: a place, not a verdict. The words under it say the same. */
export function RangeBar({ reading }: { reading: Reading }) {
  const t = useText();
  const language = useLanguage();
  const places = rangeBarPlaces(reading);
  if (!places) return null;
  const { from, to, value } = places;
  const limit = (bound: number | undefined) =>
    bound === undefined ? '' : showNumber(bound, decimalsOf(bound, reading.decimals), language);
  return (
    <figure className="bio-own-bar">
      <svg width="100%" height="40" aria-hidden="true" focusable="false">
        <rect className="bio-own-bar-track" width="100%" y="8" height="6" rx="3" />
        <rect className="bio-own-bar-zone" x={percent(from)} width={percent(to - from)} y="8" height="6" />
        {from > 0 ? <Limit at={from} words={limit(reading.low)} /> : null}
        {to < 100 ? <Limit at={to} words={limit(reading.high)} /> : null}
        <text x={percent((from + to) / 2)} y="34" textAnchor="middle">
          {t('biology.own.zone')}
        </text>
        <circle className="bio-own-bar-dot" cx={percent(value)} cy="11" r="7" />
      </svg>
      <figcaption className="ui-hidden">{t('biology.own.zoneIs', { interval: shownInterval(reading, language) })}</figcaption>
    </figure>
  );
}

function Limit({ at, words }: { at: number; words: string }) {
  return (
    <>
      <line className="bio-own-bar-limit" x1={percent(at)} x2={percent(at)} y1="3" y2="19" />
      <text x={percent(at)} y="34" textAnchor="middle">
        {words}
      </text>
    </>
  );
}

/** A limit keeps its own decimals: 15 is not written 15,0. */
const decimalsOf = (bound: number, most: number): number => Math.min(most, /\.(\d+)$/.exec(String(bound))?.[1]?.length ?? 0);
