import { useQuery } from '@tanstack/react-query';
import { type ComponentType, type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from 'react';
import { api, SearchField, showPhone, useAnnounce, useShortcuts, useText } from '#ui';
import type { DirectoryAnswer, Found } from '../contract.ts';
import './directory.css';

const LEAST_LETTERS = 3;

/** Professionals and places, as one types: by name, speciality, town, RPPS, FINESS or secure-mail address. `/` brings to the field, arrows go through the answers. */
export function DirectoryPage({ Refused }: { Refused: ComponentType<{ error: Error; onRetry: () => void }> }) {
  const t = useText();
  const announce = useAnnounce();
  const page = useRef<HTMLElement>(null);
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words.trim());
  const isAsked = asked.replace(/\s/g, '').length >= LEAST_LETTERS;
  const { data, error, refetch } = useQuery({
    queryKey: ['directory', asked],
    queryFn: ({ signal }) => api<DirectoryAnswer>(`/api/directory/search?q=${encodeURIComponent(asked)}`, { signal }),
    enabled: isAsked,
    placeholderData: (before) => before,
  });
  const answer = isAsked ? data : undefined;
  const count = answer?.found.length;
  const input = () => page.current?.querySelector('input');
  useShortcuts({ '/': () => input()?.focus() });
  useEffect(() => {
    document.title = `${t('directory.title')} — Cigogne`;
    page.current?.querySelector('input')?.focus();
  }, [t]);
  useEffect(() => {
    if (count !== undefined) announce(t('directory.count', { count }));
  }, [count, announce, t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return (
    <section ref={page} className="app-page directory-page" aria-labelledby="directory-title">
      <header className="app-page-head">
        <h1 id="directory-title">{t('directory.title')}</h1>
        <p className="app-page-note">{t('directory.note')}</p>
      </header>
      {/* The arrows of a list of answers, as in the search of patients. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className="directory-search" onKeyDown={(event) => goThrough(event, page.current)}>
        <SearchField
          label={t('directory.search')}
          placeholder={t('directory.placeholder')}
          value={words}
          onChange={setWords}
          hint={['/']}
        />
        {answer ? <Answer answer={answer} /> : null}
      </div>
    </section>
  );
}

function goThrough(event: KeyboardEvent, page: Element | null): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const places = [...(page?.querySelectorAll<HTMLElement>('input, .directory-entry') ?? [])];
  const next = places.indexOf(document.activeElement as HTMLElement) + step;
  places[(next + places.length) % places.length]?.focus();
  event.preventDefault();
}

function Answer({ answer: { found, more, corrected } }: { answer: DirectoryAnswer }) {
  const t = useText();
  return (
    <>
      {corrected.map(({ typed, used }) => (
        <p key={typed} className="directory-told">
          {t('directory.corrected', { typed, used: used.slice(0, 3).join(', ') })}
        </p>
      ))}
      {found.length === 0 ? <p className="directory-told">{t('directory.nobody')}</p> : null}
      <ul className="ui-card directory-list" aria-label={t('directory.found')} hidden={found.length === 0}>
        {found.map((entry) => (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <li key={entry.kind === 'practitioner' ? entry.rpps : entry.siteId} className="directory-entry" tabIndex={0}>
            {entry.kind === 'practitioner' ? <PractitionerLine entry={entry} /> : <StructureLine entry={entry} />}
          </li>
        ))}
      </ul>
      {more ? <p className="directory-told">{t('directory.more')}</p> : null}
    </>
  );
}

type Of<Kind extends Found['kind']> = Extract<Found, { kind: Kind }>;

function PractitionerLine({ entry }: { entry: Of<'practitioner'> }) {
  const t = useText();
  const { title, given, family, profession, speciality, rpps, places, mailboxes } = entry;
  return (
    <>
      <span className="directory-name">{[title === 'DR' ? 'Dr' : title, given, family].filter(Boolean).join(' ')}</span>
      <span className="directory-what">{speciality ?? profession}</span>
      <span className="directory-where">{places.map(placeText).join(' · ')}</span>
      <span className="directory-mail">{mailboxes.join(', ') || t('directory.noMailbox')}</span>
      <span className="ui-caption ui-figures">RPPS {rpps.slice(1)}</span>
    </>
  );
}

function StructureLine({ entry }: { entry: Of<'structure'> }) {
  const t = useText();
  return (
    <>
      <span className="directory-name">{entry.name}</span>
      <span className="directory-what">{t('directory.place')}</span>
      <span className="directory-where">
        {[entry.street, placeText({ ...entry, name: '' }), entry.phone && showPhone(entry.phone)].filter(Boolean).join(' · ')}
      </span>
      <span className="directory-mail">{entry.mailboxes.join(', ') || t('directory.noMailbox')}</span>
      <span className="ui-caption ui-figures">{entry.finess ? `FINESS ${entry.finess}` : ''}</span>
    </>
  );
}

function placeText({
  name,
  postalCode,
  city,
}: {
  name: string;
  postalCode?: string | null | undefined;
  city?: string | null | undefined;
}): string {
  return [name, [postalCode, city].filter(Boolean).join(' ')].filter(Boolean).join(', ');
}
