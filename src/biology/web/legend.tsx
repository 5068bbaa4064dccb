import { FlagGlyph, useText } from '#ui';

/** The signs of the grid in words. */
export function Legend() {
  const t = useText();
  return (
    <div className="bio-legend" role="note" aria-label={t('biology.legend.name')}>
      <span>
        <FlagGlyph grade="H" /> {t('biology.grade.high')}
      </span>
      <span>
        <FlagGlyph grade="L" /> {t('biology.grade.low')}
      </span>
      <span>
        <FlagGlyph grade="HH" /> {t('biology.grade.very-high')}
      </span>
      <span>
        <FlagGlyph grade="A" /> {t('biology.grade.abnormal')}
      </span>
      <span>
        <FlagGlyph grade="H" isComputed /> {t('biology.legend.computed')}
      </span>
      <span>
        <span className="bio-legend-cut" /> {t('biology.legend.method')}
      </span>
      <span>⇄ {t('biology.legend.converted')}</span>
      <span>
        <s>12</s> {t('biology.legend.corrected')}
      </span>
    </div>
  );
}
