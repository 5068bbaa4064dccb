import { Button, showDate, useLanguage, useText } from '#ui';
import type { IdentityView } from '../contract.ts';
import type { Wanted } from './change-dialog.tsx';

/** As many lines as a person looks through; the number of the others is said. */
const MOST_SHOWN = 30;

/** Documents of each record of the person: from whom, when; never what they say. One that is not theirs is recalled from here. */
export function FiledDocuments({ view, onWant }: { view: IdentityView; onWant: (wanted: Wanted) => void }) {
  const t = useText();
  const language = useLanguage();
  return view.records.map(({ patientId, traits, filed }, i) => (
    <section key={patientId} aria-labelledby={`identity-filed-${patientId}`}>
      <header className="identity-filed-head">
        <h2 id={`identity-filed-${patientId}`}>
          {i === 0 ? t('identity.filed') : t('identity.filed.merged', { name: `${traits.birthFamily} ${traits.firstBirthGiven}` })}
        </h2>
        <p className="ui-caption">{t('identity.documents', { count: filed.length })}</p>
        {i === 0 ? null : <Button onPress={() => onWant({ kind: 'split', home: patientId })}>{t('identity.change.split')}</Button>}
      </header>
      <ul className="identity-filed">
        {filed.slice(0, MOST_SHOWN).map(({ depositId, sender, receivedAt }) => (
          <li key={depositId}>
            <span className="ui-figures">{showDate(receivedAt, language)}</span>
            <span>{sender}</span>
            <span className="ui-caption">{t('identity.filed.number', { number: depositId.slice(-6).toUpperCase() })}</span>
            <Button look="quiet" onPress={() => onWant({ kind: 'recall', depositId, home: patientId })}>
              {t('identity.change.recall')}
            </Button>
          </li>
        ))}
      </ul>
      {filed.length > MOST_SHOWN ? <p className="ui-caption">{t('identity.filed.more', { count: filed.length - MOST_SHOWN })}</p> : null}
    </section>
  ));
}
