import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { applyPreferences, DEFAULTS, type Preferences, readPreferences, STORE } from './kept-preferences.ts';

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
