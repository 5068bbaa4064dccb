import './flag-glyph.css';

/** The grades of an abnormal result: letters of HL7 v2 table 0078. */
export type Grade = 'N' | 'L' | 'H' | 'LL' | 'HH' | 'A' | 'AA';

interface FlagGlyphProps {
  grade: Grade | undefined;
  /** Hollow when Cigogne computed the flag; solid when the laboratory said it. */
  isComputed?: boolean;
  size?: number;
}

/** A triangle, two, or a diamond. Its meaning is also in the weight and the words of the cell, so it is hidden from readers. */
export function FlagGlyph({ grade, isComputed = false, size = 9 }: FlagGlyphProps) {
  if (!grade || grade === 'N') return null;
  return (
    <svg
      className={`ui-glyph ui-glyph-${tone(grade)}`}
      width={size}
      height={size}
      viewBox="0 0 10 10"
      aria-hidden="true"
      focusable="false"
      data-grade={grade}
    >
      <g className={isComputed ? 'ui-glyph-hollow' : 'ui-glyph-solid'}>{shape(grade)}</g>
    </svg>
  );
}

const tone = (grade: Grade) => (grade === 'L' || grade === 'LL' ? 'low' : 'high');

function shape(grade: Grade) {
  if (grade === 'H') return <path d="M5 1.4 9.3 9H.7Z" />;
  if (grade === 'L') return <path d="M5 8.6.7 1h8.6Z" />;
  if (grade === 'HH') return <path d="M5 0 8.3 4.6H1.7ZM5 5.1  8.3  9.7 H1.7 Z" />;
  if (grade === 'LL') return <path d="M5 4.6  1.7  0h6.6 ZM5 9.7  1.7  5.1 h6.6 Z" />;
  return <path d="M5 .6 9.4  5 5 9.4 .6 5Z" />;
}
