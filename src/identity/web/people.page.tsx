import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, KeyHints, SearchField, showBirthDate, Tag, useAnnounce, useShortcuts, useText } from '#ui';
import type { Found } from '../contract.ts';
import { CreateDialog } from './create-dialog.tsx';
import { DuplicateList } from './duplicates.tsx';
import { Fault } from './fault.tsx';
import { peopleQuery } from './use-identities.ts';
import './identities.css';

interface PeoplePageProps {
  onOpen: (patientId: string) => void;
  /** Opens two records side by side. */
  onCompare: (patientId: string, other: string) => void;
  /** The other places of the identity cell. */
  places: ReactNode;
}

/** Every identity of the region, by name, birth date or matricule; and a record for who is not there. */
export function PeoplePage({ onOpen, onCompare, places }: PeoplePageProps) {
  const t = useText();
  const announce = useAnnounce();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  // never in the address: it would be kept by the browser
  const [words, setWords] = useState('');
  const [isCreating, setCreating] = useState(false);
  const { data, error, isFetching } = useQuery(peopleQuery(words));
  useEffect(() => {
    document.title = `${t('identity.people')} — Cigogne`;
    field.current?.focus();
  }, [t]);
  useEffect(() => {
    if (data) announce(t('identity.people.found', { count: data.patients.length }));
  }, [data, announce, t]);
  useShortcuts({ '/': () => field.current?.select(), n: () => setCreating(true) });
  return (
    <section className="identity-people" aria-labelledby="identity-people-title">
      {places}
      <header className="identity-people-head">
        <h1 id="identity-people-title">{t('identity.people')}</h1>
        <Button hint="N" onPress={() => setCreating(true)}>
          {t('identity.new')}
        </Button>
      </header>
      <SearchField
        label={t('identity.people.search')}
        placeholder={t('identity.people.placeholder')}
        value={typed}
        onChange={setTyped}
        onSubmit={setWords}
        hint={['/']}
        inputRef={field}
      />
      {error ? <Fault error={error} /> : null}
      {data && !isFetching ? (
        <p className="ui-caption">
          {t('identity.people.found', { count: data.patients.length })} {data.more ? t('identity.search.more') : null}
        </p>
      ) : null}
      <ul className="identity-people-list">
        {data?.patients.map((person) => (
          <li key={person.patientId}>
            <Person person={person} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      <DuplicateList onCompare={onCompare} />
      <KeyHints
        label={t('identity.keys')}
        hints={[
          { keys: ['/'], does: t('identity.keys.search') },
          { keys: ['N'], does: t('identity.new') },
        ]}
      />
      {isCreating ? <CreateDialog onClose={() => setCreating(false)} onCreated={onOpen} /> : null}
    </section>
  );
}

function Person({ person, onOpen }: { person: Found['patients'][number]; onOpen: (patientId: string) => void }) {
  const t = useText();
  const { traits, status, attributes, patientId } = person;
  return (
    <button type="button" className="identity-person" onClick={() => onOpen(patientId)}>
      <strong>
        <bdi>
          {traits.birthFamily} {traits.birthGivens}
        </bdi>
      </strong>
      <span className="ui-caption ui-figures">
        {showBirthDate(traits.birthDate)} · {t(`identity.sex.letter.${traits.sex}`)}
        {traits.birthPlace?.cog ? ` · ${traits.birthPlace.cog}` : null}
      </span>
      <span className="ui-caption">{t(`identity.status.${status}`)}</span>
      {attributes
        .filter((mark) => ['HOMA', 'TWIN', 'DOUT', 'FICT'].includes(mark))
        .map((mark) => (
          <Tag key={mark} tone="notice">
            {t(`identity.mark.${mark}`)}
          </Tag>
        ))}
    </button>
  );
}
