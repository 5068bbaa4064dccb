import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { PatientsToChoose } from '#access/web';
import { SearchField, useText } from '#ui';
import { PatientLine } from './patient-line.tsx';
import { type FoundPatient, myPatientsQuery, searchQuery } from './patient-query.ts';
import { searchKind } from './search-words.ts';
import './patient-choice.css';

/** Of one's own patients, at most so many at once: the others by typing. */
const MOST_SHOWN = 12;

/** One patient: among those one follows, whom typing narrows; another by an INS, or a name and a birth date, searched on Enter. */
export const PatientChoice: PatientsToChoose = ({ legend, chosen, onChoose }) => {
  const t = useText();
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState('');
  const typed = useDeferredValue(words);
  const { data: mine } = useQuery(myPatientsQuery);
  const { data: found, isFetching } = useQuery(searchQuery(asked));
  const isSearch = asked !== '' && asked === words.trim();
  const own = (mine?.patients ?? []).filter((person) => isNamed(person, typed));
  const people = isSearch ? (found?.patients ?? []) : own.slice(0, MOST_SHOWN);
  const told = isSearch
    ? isFetching
      ? t('app.search.searching')
      : people.length === 0
        ? t('app.search.none')
        : ''
    : searchKind(words) === 'incomplete' && (own.length > MOST_SHOWN || people.length === 0)
      ? t('app.search.hint')
      : '';
  return (
    <fieldset className="ui-card app-choice">
      <legend>
        <h2>{legend}</h2>
      </legend>
      <SearchField
        label={t('app.search.label')}
        placeholder={t('app.search.placeholder')}
        value={words}
        onChange={setWords}
        onSubmit={() => setAsked(words.trim())}
      />
      <div role="radiogroup" aria-label={legend}>
        {people.map((person) => (
          <label key={person.patientId} className="app-choice-line">
            <input
              type="radio"
              name="patient"
              value={person.patientId}
              checked={chosen === person.patientId}
              onChange={() => onChoose({ patientId: person.patientId, name: nameOf(person) })}
            />
            <PatientLine person={person} tellsLink={isSearch} />
          </label>
        ))}
      </div>
      {told === '' ? null : <output className="ui-caption">{told}</output>}
    </fieldset>
  );
};

const nameOf = ({ traits }: FoundPatient) => `${traits.birthFamily} ${traits.usedGiven ?? traits.firstBirthGiven}`;

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Each word typed begins one of the names. */
function isNamed({ traits }: FoundPatient, words: string): boolean {
  const names = plain([traits.birthFamily, traits.usedFamily, traits.firstBirthGiven, traits.usedGiven].filter(Boolean).join(' ')).split(
    /[\s-]+/,
  );
  return plain(words)
    .split(/[\s-]+/)
    .filter((word) => word !== '')
    .every((word) => names.some((name) => name.startsWith(word)));
}
