import { useEffect, useRef } from 'react';
import { usePreferences } from './preferences.tsx';

/** Keys to what they do. `g`, `/`, `Escape`, `Enter`, `Ctrl+k`, `Shift+ `. Letters are matched whatever their case. */
export type Shortcuts = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** Name of a pressed key in the form of `Shortcuts`. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const held = (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + (event.altKey ? 'Alt+' : '');
  const shifted = event.shiftKey && (event.key.length > 1 || event.key === ' ') ? 'Shift+' : '';
  return held + shifted + key;
}

/** A place where letters are text: single keys never act there. */
export function isWritingPlace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable=true], [role=textbox]') !== null;
}

/**
 * Keyboard shortcuts of a screen. A single character acts only outside fields and when the reader has not switched them off;
 * a dialog that is open keeps the keyboard for itself. The handler's default action is prevented.
 */
export function useShortcuts(shortcuts: Shortcuts, { isActive = true }: { isActive?: boolean } = {}): void {
  const { letterKeys } = usePreferences();
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!isActive) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const name = keyName(event);
      const act = latest.current[name];
      if (!act) return;
      const plain = !name.startsWith('Ctrl+') && !name.startsWith('Alt+');
      if (plain && isWritingPlace(event.target)) return;
      if (event.key === ' ' && isPressedBySpace(event.target)) return;
      if (plain && event.key.length === 1 && !letterKeys) return;
      if (document.querySelector('[role=dialog][data-modal]')) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isActive, letterKeys]);
}

/** The space bar presses the button that has the focus, and nothing else; a line of a list that leaves it to the page says so. */
function isPressedBySpace(target: EventTarget | null): boolean {
  const control = target instanceof Element ? target.closest('button, a[href], summary, [role=button]') : null;
  return control !== null && !control.hasAttribute('data-leaves-space');
}
