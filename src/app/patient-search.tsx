import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Kbd, SearchIcon, useShortcuts, useText } from '#ui';
import { type FoundPatient, searchQuery } from './patient-query.ts';
import { PatientLine } from './patient-line.tsx';
import { searchKind } from './search-words.ts';
import './patient-search.css';

const PAUSE_MS = 350;

/** Finds one person: a matricule, or a name with a birth date. Ctrl K brings here from anywhere. */
export function PatientSearchBox() {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState('');
  const { data, isFetching, error } = useQuery(searchQuery(asked));
  useShortcuts({ 'Ctrl+k': () => input.current?.focus() });
  useAskWhenComplete(words, setAsked);

  const open = (patientId: string) => {
    setWords('');
    setAsked('');
    void navigate({ to: '/patients/$patientId/biology', params: { patientId } });
  };
  const people = asked === '' ? [] : (data?.patients ?? []);
  const isAnswered = asked !== '' && !isFetching && asked === words.trim();
  return (
    <ComboBox
      className="app-search"
      aria-label={t('app.search.label')}
      items={people}
      inputValue={words}
      onInputChange={setWords}
      value={null}
      onChange={(key) => {
        if (key !== null) open(String(key));
      }}
      allowsCustomValue
      allowsEmptyCollection
      menuTrigger="input"
      defaultFilter={() => true}
    >
      <div className="ui-search">
        <SearchIcon />
        <Input
          ref={input}
          className="ui-search-input"
          placeholder={t('app.search.placeholder')}
          autoComplete="off"
          spellCheck={false}
          onKeyDown={(event) => {
            if (event.key === 'Enter') setAsked(words.trim());
          }}
        />
        {words === '' ? (
          <>
            <Kbd>Ctrl</Kbd>
            <Kbd>K</Kbd>
          </>
        ) : null}
      </div>
      <Popover className="ui-popover app-search-results">
        <ListBox<FoundPatient>
          className="app-search-list"
          renderEmptyState={() => <p className="app-search-empty">{emptyWords(t, { isFetching, isAnswered, isFailed: error !== null })}</p>}
        >
          {(person) => (
            <ListBoxItem
              id={person.patientId}
              textValue={`${person.traits.birthFamily} ${person.traits.firstBirthGiven}`}
              className="app-search-item"
            >
              <PatientLine person={person} />
            </ListBoxItem>
          )}
        </ListBox>
        {data?.more && isAnswered ? <p className="app-search-empty">{t('app.search.more')}</p> : null}
      </Popover>
    </ComboBox>
  );
}

/** A complete query is sent after a short pause; an incomplete one only on Enter. */
function useAskWhenComplete(words: string, ask: (words: string) => void): void {
  useEffect(() => {
    if (searchKind(words) === 'incomplete') return;
    const timer = setTimeout(() => ask(words.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words, ask]);
}

function emptyWords(t: ReturnType<typeof useText>, state: { isFetching: boolean; isAnswered: boolean; isFailed: boolean }): string {
  if (state.isFetching) return t('app.search.searching');
  if (state.isFailed) return t('app.search.failed');
  return state.isAnswered ? t('app.search.none') : t('app.search.hint');
}
