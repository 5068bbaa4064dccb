/** Which part of the grid is drawn: what is in sight, and around it as much as a turn of the wheel may show. */
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { windowOf } from './grid-columns.ts';
import { useAfterPaint } from './use-after-paint.ts';

/** The drawn part changes by so much at a time: scrolling one line draws nothing new, and a column costs a cell in every row. */
const STEP_DOWN_PX = 120;
const STEP_ACROSS_PX = 246;
/** Drawn beyond what is in sight, so that a flick of the wheel shows no blank. */
const MARGIN_DOWN_PX = 144;
const MARGIN_ACROSS_PX = 164;
/** Bar, banner and lines around the table: what of the window it cannot have, before it is measured. */
const AROUND_PX = 250;
const LEAST_PX = 300;

export interface Sight {
  top: number;
  left: number;
  width: number;
  height: number;
  /** Only what is in sight is drawn at first, so that it is there sooner; what is around follows at once. */
  isFirst: boolean;
}

/** What of the table is in sight, measured on scroll and on resize. */
export function useSight() {
  const box = useRef<HTMLDivElement>(null);
  const isPainted = useAfterPaint();
  const [sight, setSight] = useState<Omit<Sight, 'isFirst'>>(() => ({
    top: 0,
    left: 0,
    width: window.innerWidth,
    height: Math.max(LEAST_PX, window.innerHeight - AROUND_PX),
  }));
  const look = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const { scrollTop, scrollLeft, clientWidth: width, clientHeight: height } = element;
    const { top, left } = stepOf({ top: scrollTop, left: scrollLeft });
    setSight((now) => {
      const isSame = now.top === top && now.left === left && now.width === width && now.height === height;
      return isSame ? now : { top, left, width, height };
    });
  }, []);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [look]);
  return { box, sight: { ...sight, isFirst: !isPainted && sight.top === 0 && sight.left === 0 }, look };
}

/** Widths, in px: of the names, which never move; of the columns beside them, which scroll away before the samplings do. */
export interface Frozen {
  names: number;
  moving: number;
}

/**
 * First and last of the drawn rows and columns.
 * @param offsets in px: the starts of the rows and of the columns, and the end of the last
 */
export function drawnPart(offsets: { tops: readonly number[]; lefts: readonly number[] }, sight: Sight, { names, moving }: Frozen) {
  const { tops, lefts } = offsets;
  const { top, left, height, isFirst } = sight;
  const from = left - moving;
  const width = Math.max(0, sight.width - names);
  if (isFirst) return { down: windowOf(tops, top, height, 0), across: windowOf(lefts, from, width, 0) };
  return {
    down: windowOf(tops, top, height + STEP_DOWN_PX, MARGIN_DOWN_PX),
    across: windowOf(lefts, from, width + STEP_ACROSS_PX, MARGIN_ACROSS_PX),
  };
}

/** Where a scrolled place is counted from: what is drawn changes only when this does. */
export const stepOf = ({ top, left }: { top: number; left: number }) => ({
  top: Math.floor(top / STEP_DOWN_PX) * STEP_DOWN_PX,
  left: Math.floor(left / STEP_ACROSS_PX) * STEP_ACROSS_PX,
});
