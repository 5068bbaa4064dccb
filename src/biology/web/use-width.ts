import { type RefObject, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Width of a box in px, kept true while the page changes, and on paper; 0 before it is known. */
export function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    /* A sheet of paper is another width, and the browser draws it at once. */
    const paper = window.matchMedia('print');
    const print = () => flushSync(measure);
    paper.addEventListener('change', print);
    return () => {
      observer.disconnect();
      paper.removeEventListener('change', print);
    };
  }, [box]);
  return width;
}
