/** Left in the address of the page by a launch that asks for no chrome, and kept for the life of the window: no patient is named. */
export const LAUNCHED_EMBEDDED = '#launched-embedded';
const KEPT = 'cigogne.embedded';

/**
 * Shown inside a practice software, in a frame of it or in a window that it opened for us: its own bar and search stand around, ours would be a
 * second one, by which another patient could be opened than the one in hand.
 */
export function isEmbedded(): boolean {
  if (window.self !== window.top) return true;
  if (window.location.hash === LAUNCHED_EMBEDDED) window.sessionStorage.setItem(KEPT, '1');
  return window.sessionStorage.getItem(KEPT) !== null;
}
