import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { api, Button, SearchField, Tag, useAnnounce, useText } from '#ui';
import type { DirectoryAnswer } from '#directory/contract';
import type { LetterContent, LetterDesk, LetterRecipient } from '../contract.ts';
import { placeOf, Select, Tick } from './parts.tsx';

interface Props {
  content: LetterContent;
  desk: LetterDesk;
  set: (part: Partial<LetterContent>) => void;
}

const AS = ['treating-doctor', 'referring', 'other'] as const;
const LEAST_LETTERS = 3;

/** Whom the letter goes to, and whom it does not: what the patient decided comes first. */
export function Recipients({ content, desk, set }: Props) {
  const t = useText();
  const { recipients, hasNoRecipient, isSendingRefused } = content;
  const change = (at: number, part: Partial<LetterRecipient>) =>
    set({ recipients: recipients.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <div id={placeOf('recipients')} className="letter-lines">
      <ul className="letter-recipients">
        {recipients.map((one, at) => (
          <li key={one.id} className="letter-recipient">
            <span className="letter-recipient-name">
              {one.name} {desk.shutOut.includes(one.id) ? <Tag tone="notice">{t('letters.to.shutOut')}</Tag> : null}
            </span>
            <Select
              label={t('letters.to.as', { name: one.name })}
              isBare
              value={one.as}
              onChange={(as) => change(at, { as })}
              choices={AS.map((value) => ({ value, label: t(`letters.to.${value}`) }))}
            />
            <Button
              look="quiet"
              aria-label={t('letters.to.drop', { name: one.name })}
              onPress={() => set({ recipients: recipients.filter((_, i) => i !== at) })}
            >
              {t('letters.drop')}
            </Button>
          </li>
        ))}
      </ul>
      <AddRecipient
        taken={recipients.map(({ id }) => id)}
        onAdd={(one) => set({ recipients: [...recipients, one], hasNoRecipient: false })}
      />
      {recipients.length === 0 ? (
        <Tick label={t('letters.to.nobody')} isOn={hasNoRecipient} onChange={(isOn) => set({ hasNoRecipient: isOn })} />
      ) : null}
      <Tick label={t('letters.to.refused')} isOn={isSendingRefused} onChange={(isOn) => set({ isSendingRefused: isOn })} />
      <p className="ui-caption">{t(isSendingRefused ? 'letters.to.refusedHelp' : 'letters.to.patientToo')}</p>
    </div>
  );
}

function AddRecipient({ taken, onAdd }: { taken: readonly string[]; onAdd: (one: LetterRecipient) => void }) {
  const t = useText();
  const announce = useAnnounce();
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words.trim());
  const { data } = useQuery({
    queryKey: ['directory', asked],
    queryFn: ({ signal }) => api<DirectoryAnswer>(`/api/directory/search?q=${encodeURIComponent(asked)}`, { signal }),
    enabled: asked.length >= LEAST_LETTERS,
    placeholderData: (before) => before,
  });
  const found = (asked.length < LEAST_LETTERS ? [] : (data?.found ?? []))
    .flatMap((entry) => (entry.kind === 'practitioner' ? [entry] : []))
    .filter(({ rpps }) => !taken.includes(`rpps:${rpps}`))
    .slice(0, 5);
  const add = (one: (typeof found)[number]) => {
    const name = [one.title === 'DR' ? 'Dr' : one.title, one.given, one.family].filter(Boolean).join(' ');
    onAdd({ id: `rpps:${one.rpps}`, name, as: taken.length === 0 ? 'treating-doctor' : 'referring' });
    setWords('');
    announce(t('letters.to.added', { name }));
  };
  return (
    <div className="letter-add">
      <SearchField label={t('letters.to.search')} placeholder={t('letters.to.search')} value={words} onChange={setWords} />
      {found.length === 0 ? null : (
        <ul className="letter-found" aria-label={t('letters.to.found')}>
          {found.map((one) => (
            <li key={one.rpps}>
              <Button look="quiet" onPress={() => add(one)}>
                {`${one.given} ${one.family} · ${[one.speciality ?? one.profession, one.places[0]?.city].filter(Boolean).join(', ')}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
