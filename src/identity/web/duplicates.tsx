import { useQuery } from '@tanstack/react-query';
import { Button, showBirthDate, useText } from '#ui';
import type { Patient } from '../contract.ts';
import { duplicatesQuery } from './use-identities.ts';

/** Records that a sender, or the national service, says are one person: put side by side by a person, who merges or tells apart. */
export function DuplicateList({ onCompare }: { onCompare: (patientId: string, other: string) => void }) {
  const t = useText();
  const { data } = useQuery(duplicatesQuery);
  if (!data || data.duplicates.length === 0) return null;
  return (
    <section aria-labelledby="identity-duplicates-title">
      <h2 id="identity-duplicates-title">{t('identity.duplicates', { count: data.duplicates.length })}</h2>
      <ul className="identity-filed">
        {data.duplicates.map(({ one, another, toldBy, sender }) => (
          <li key={`${one.patientId}${another.patientId}`}>
            <Name patient={one} />
            <Name patient={another} />
            <span className="ui-caption">{t(`identity.duplicates.${toldBy}`, { sender: sender ?? '' })}</span>
            <Button onPress={() => onCompare(one.patientId, another.patientId)}>{t('identity.duplicates.look')}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Name({ patient: { traits } }: { patient: Patient }) {
  return (
    <span>
      <bdi>
        {traits.birthFamily} {traits.firstBirthGiven}
      </bdi>{' '}
      <span className="ui-caption ui-figures">{showBirthDate(traits.birthDate)}</span>
    </span>
  );
}
