import { ageText, showBirthDate, Tag, useText, useToday } from '#ui';
import type { FoundPatient } from './patient-query.ts';
import './patient-line.css';

/** The traits that tell two people apart in a list, and no more. */
export function PatientLine({ person, tellsLink = true }: { person: FoundPatient; tellsLink?: boolean }) {
  const t = useText();
  const today = useToday();
  const { traits } = person;
  return (
    <span className="app-person">
      <span className="app-person-name">
        <bdi className="app-person-family">{traits.birthFamily}</bdi> <bdi>{traits.usedGiven ?? traits.firstBirthGiven}</bdi>
        {traits.usedFamily && traits.usedFamily !== traits.birthFamily ? (
          <span className="app-person-used">
            {' '}
            {t('ui.banner.uses')} <bdi>{traits.usedFamily}</bdi>
          </span>
        ) : null}
      </span>
      <span className="app-person-facts ui-figures">
        {t('ui.banner.sexShort', { sex: traits.sex })} · {showBirthDate(traits.birthDate)} · {ageText(traits.birthDate, today, t)} ·{' '}
        {t('ui.banner.status', { status: person.status })}
      </span>
      {tellsLink && person.linked ? <Tag tone="accent">{t('app.search.linked')}</Tag> : null}
    </span>
  );
}
