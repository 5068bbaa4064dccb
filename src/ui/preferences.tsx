import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Language } from './format.ts';

export type Theme = 'light' | 'dark' | 'system';

/** What a reader sets for this machine. Nothing about a patient is ever kept here. */
export interface Preferences {
  language: Language;
  theme: Theme;
  /** Single letters as shortcuts; a reader who dictates or uses switches turns them off (WCAG 2.1.4). */
  letterKeys: boolean;
}

const STORE = 'cigogne.preferences';
const DEFAULTS: Preferences = { language: 'fr', theme: 'system', letterKeys: true };

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

interface PreferencesContext extends Preferences {
  set: (change: Partial<Preferences>) => void;
}

const Context = createContext<PreferencesContext>({ ...DEFAULTS, set: () => {} });

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(readPreferences);
  useEffect(() => {
    applyPreferences(preferences);
    try {
      localStorage.setItem(STORE, JSON.stringify(preferences));
    } catch {
      /* Storage closed by the browser: the choice lasts as long as the page. */
    }
  }, [preferences]);
  const value = useMemo(
    () => ({ ...preferences, set: (change: Partial<Preferences>) => setPreferences((now) => ({ ...now, ...change })) }),
    [preferences],
  );
  return <Context value={value}>{children}</Context>;
}

export const usePreferences = () => useContext(Context);

/** Theme and language on the root element, where the style sheet and the screen reader look. */
export function applyPreferences({ theme, language }: Preferences): void {
  const root = document.documentElement;
  if (theme === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme);
  root.lang = language;
}
