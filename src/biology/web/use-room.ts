import { useSyncExternalStore } from 'react';

const paper = () => window.matchMedia('print');

function onResize(changed: () => void): () => void {
  const list = paper();
  window.addEventListener('resize', changed);
  list.addEventListener('change', changed);
  return () => {
    window.removeEventListener('resize', changed);
    list.removeEventListener('change', changed);
  };
}

/** Height in px that is left in the window once `taken` is, never under `least` nor over `most`; on paper, `least`. */
export const useRoom = (taken: number, least: number, most: number): number =>
  useSyncExternalStore(onResize, () => (paper().matches ? least : Math.min(Math.max(window.innerHeight - taken, least), most)));
