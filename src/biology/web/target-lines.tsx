import { useLanguage, useText } from '#ui';
import type { Target } from '../contract.ts';
import type { TargetShare } from '../follow-up.ts';
import { type PlotFrame, yOf } from './plot-scale.ts';
import { shownTarget } from './show.ts';

/** The limits of the target, as long dashes: another sign than the band, which is the laboratory's. */
export function TargetLines({ target, frame }: { target: Target; frame: PlotFrame }) {
  const t = useText();
  const language = useLanguage();
  const seen = [target.high, target.low].filter((limit) => limit !== undefined && limit >= frame.low && limit <= frame.high);
  return seen.map((limit, index) => (
    <div
      key={limit}
      className="bio-target-line"
      style={{ left: frame.left, right: frame.right, top: yOf(frame, limit!) }}
      {...(index === 0 ? { 'data-words': shownTarget(target, language, t) } : {})}
    />
  ));
}

/** How often this patient is where one wants them to be. */
export function TargetShareLine({ target, share }: { target: Target; share: TargetShare }) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="bio-how">
      <h3>{shownTarget(target, language, t)}</h3>
      <p>
        {t('biology.target.share', { within: share.within, results: share.results })}
        {share.time === undefined ? '' : ` · ${t('biology.target.time', { percent: Math.round(share.time * 100) })}`}
      </p>
      <p className="bio-quiet">{t('biology.target.by', { who: target.byName })}</p>
    </div>
  );
}
