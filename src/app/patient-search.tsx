import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { Kbd, SearchIcon, type Text, useAnnounce, useShortcuts, useText } from '#ui';
import { PatientLine } from './patient-line.tsx';
import { searchQuery } from './patient-query.ts';
import { searchKind } from './search-words.ts';
import './patient-search.css';

const PAUSE_MS = 350;

/**
 * Finds one person: a matricule, or a name with a birth date. Ctrl K brings here from anywhere; the arrows go through the people
 * found, each a link to their record. The list is part of the page and not a pop-up over it: nothing is hidden behind.
 */
export function PatientSearchBox() {
  const t = useText();
  const box = useRef<HTMLFormElement>(null);
  const search = usePatientSearch();
  const { words, isOpen, people, told } = search;
  const input = () => box.current?.querySelector('input');
  useShortcuts({ 'Ctrl+k': () => input()?.select() });
  const close = () => {
    search.reset();
    input()?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => goThrough(event, box.current, close);
  useLeave(box, search.fold);
  return (
    <search className="app-search">
      <form
        ref={box}
        onSubmit={(event) => {
          event.preventDefault();
          search.submit();
        }}
      >
        <div className="ui-search">
          <SearchIcon />
          <input
            className="ui-search-input"
            aria-label={t('app.search.label')}
            placeholder={t('app.search.placeholder')}
            autoComplete="off"
            spellCheck={false}
            value={words}
            onChange={({ target }) => search.type(target.value)}
            onFocus={search.unfold}
            onKeyDown={onKeyDown}
          />
          {words === '' ? (
            <>
              <Kbd>Ctrl</Kbd>
              <Kbd>K</Kbd>
            </>
          ) : null}
        </div>
        {isOpen ? (
          <div className="ui-popover app-search-results">
            <ul className="app-search-list" aria-label={t('app.search.found')}>
              {people.map((person) => (
                <li key={person.patientId}>
                  <Link
                    to="/patients/$patientId/biology"
                    params={{ patientId: person.patientId }}
                    className="app-search-item"
                    onClick={search.reset}
                    onKeyDown={onKeyDown}
                  >
                    <PatientLine person={person} />
                  </Link>
                </li>
              ))}
            </ul>
            {told ? <p className="app-search-told">{told}</p> : null}
          </div>
        ) : null}
      </form>
    </search>
  );
}

/** Arrows between the field and the people found; Escape leaves. */
function goThrough(event: KeyboardEvent, box: Element | null, close: () => void): void {
  const places = [...(box?.querySelectorAll<HTMLElement>('input, a') ?? [])];
  const here = places.indexOf(document.activeElement as HTMLElement);
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step !== 0) places[(here + step + places.length) % places.length]?.focus();
  else if (event.key === 'Escape') close();
  else return;
  event.preventDefault();
}

function usePatientSearch() {
  const t = useText();
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState('');
  const [isUnfolded, setUnfolded] = useState(false);
  const { data, isFetching, error } = useQuery(searchQuery(asked));
  useAskWhenComplete(words, setAsked);
  const fold = useCallback(() => setUnfolded(false), []);
  const isOpen = isUnfolded && words.trim() !== '';
  const isAnswered = asked !== '' && asked === words.trim() && !isFetching;
  const people = isAnswered ? (data?.patients ?? []) : [];
  const told = tell(t, { isFetching, isAnswered, hasFailed: error !== null, count: people.length, more: data?.more ?? false });
  useSaid(isOpen ? (people.length > 0 ? t('app.search.count', { count: people.length }) : told) : '');

  const reset = () => {
    setWords('');
    setAsked('');
  };
  const submit = () => {
    const [only, another] = people;
    if (!only || another) return setAsked(words.trim());
    reset();
    void navigate({ to: '/patients/$patientId/biology', params: { patientId: only.patientId } });
  };
  return { words, isOpen, people, told, type: setWords, reset, submit, fold, unfold: () => setUnfolded(true) };
}

/** Folds the list when the reader goes elsewhere, by keyboard or pointer. */
function useLeave(box: RefObject<Element | null>, fold: () => void): void {
  useEffect(() => {
    const leave = ({ target }: Event) => {
      if (target instanceof Node && !box.current?.contains(target)) fold();
    };
    document.addEventListener('focusin', leave);
    document.addEventListener('pointerdown', leave);
    return () => {
      document.removeEventListener('focusin', leave);
      document.removeEventListener('pointerdown', leave);
    };
  }, [box, fold]);
}

/** A complete query is sent after a short pause; an incomplete one only on Enter. */
function useAskWhenComplete(words: string, ask: (words: string) => void): void {
  useEffect(() => {
    if (searchKind(words) === 'incomplete') return;
    const timer = setTimeout(() => ask(words.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words, ask]);
}

/** What the list says when it changes, to those who cannot see it. */
function useSaid(words: string): void {
  const announce = useAnnounce();
  useEffect(() => {
    if (words) announce(words);
  }, [words, announce]);
}

function tell(t: Text, state: { isFetching: boolean; isAnswered: boolean; hasFailed: boolean; count: number; more: boolean }): string {
  if (state.isFetching) return t('app.search.searching');
  if (!state.isAnswered) return t('app.search.hint');
  if (state.hasFailed) return t('app.search.failed');
  if (state.count === 0) return t('app.search.none');
  return state.more ? t('app.search.more') : '';
}
