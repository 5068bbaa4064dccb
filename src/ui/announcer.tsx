import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';

const Announce = createContext<(words: string) => void>(() => {});

const SPOKEN_MS = 4_000;

/** One polite live region for the whole page: two would talk over each other. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ words: '', turn: 0 });
  const announce = useCallback((words: string) => setSaid((last) => ({ words, turn: last.turn + 1 })), []);
  useEffect(() => {
    if (said.words === '') return;
    /* Once spoken it goes: a reader who walks through the page must not find an old sentence at its end. */
    const timer = setTimeout(() => setSaid({ ...said, words: '' }), SPOKEN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Announce value={announce}>
      {children}
      <output className="ui-hidden" aria-live="polite">
        {/* The same words twice are two changes only if the text differs: an invisible mark alternates. */}
        {said.words}
        {said.turn % 2 ? '\u00a0' : ''}
      </output>
    </Announce>
  );
}

/** `const announce = useAnnounce(); announce('3 résultats')`: spoken by a screen reader, shown to nobody. */
export const useAnnounce = () => useContext(Announce);
