import { useRef } from 'react';
import { useLanguage, useText } from '#ui';
import { timeTicks, xOf } from './plot-scale.ts';
import { useWidth } from './use-width.ts';
import { REGION_ZONE } from './view.ts';
import './plot.css';

interface LaneAxisProps {
  /** Of the lanes above, in ms since 1970. */
  from: number;
  to: number;
  /** Room left and right of the lanes, in px. */
  left: number;
  right: number;
}

/** The scale of lanes that stand above no curve: true time, newest at the right. */
export function LaneAxis({ from, to, left, right }: LaneAxisProps) {
  const t = useText();
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const frame = { from, to, left, right, width };
  return (
    <div ref={box} className="bio-lane-axis">
      <span className="ui-hidden">{t('biology.context.axis')}</span>
      <span aria-hidden="true">
        {width > 0
          ? timeTicks(frame, language, REGION_ZONE).map(({ at, label, year }) => (
              <span key={at} className="bio-tick" style={{ left: xOf(frame, at) }}>
                {label}
                {year ? <strong>{year}</strong> : null}
              </span>
            ))
          : null}
      </span>
    </div>
  );
}
