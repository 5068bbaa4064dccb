import { expect, test } from 'vitest';
import { keyName } from './shortcuts.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test('a key has one name, whatever its case, and Command counts as Control', () => {
  expect(press('g')).toBe('g');
  expect(press('G', { shiftKey: true })).toBe('g');
  expect(press('k', { ctrlKey: true })).toBe('Ctrl+k');
  expect(press('K', { metaKey: true })).toBe('Ctrl+k');
  expect(press('Escape')).toBe('Escape');
  expect(press(' ', { shiftKey: true })).toBe('Shift+ ');
  expect(press('?', { shiftKey: true })).toBe('?');
});
