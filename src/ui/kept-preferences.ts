import type { Language } from './format.ts';

export type Theme = 'light' | 'dark' | 'system';

/** What a reader sets for this machine. Nothing about a patient is ever kept here. */
export interface Preferences {
  language: Language;
  theme: Theme;
  /** Single letters as shortcuts; a reader who dictates or uses switches turns them off (WCAG 2.1.4). */
  letterKeys: boolean;
}

/** Key in the browser's own store. */
export const STORE = 'cigogne.preferences';
export const DEFAULTS: Preferences = { language: 'fr', theme: 'system', letterKeys: true };

export function readPreferences(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? '{}');
    const { language, theme, letterKeys } = (kept ?? {}) as Partial<Preferences>;
    return {
      language: language === 'en' ? 'en' : DEFAULTS.language,
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
      letterKeys: letterKeys !== false,
    };
  } catch {
    return DEFAULTS;
  }
}

/** Theme and language on the root element, where the style sheet and the screen reader look. */
export function applyPreferences({ theme, language }: Preferences): void {
  const root = document.documentElement;
  if (theme === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme);
  root.lang = language;
}
