import { Button, showDate, useLanguage, useText } from '#ui';
import type { Expected } from '../../inbox/contract.ts';

interface ExpectedProps {
  expected: readonly Expected[];
  onEnd: (expectedId: string) => void;
}

/** Prescribed: what never came back, then what is still awaited. */
export function ExpectedList({ expected, onEnd }: ExpectedProps) {
  return (
    <>
      <Prescribed section="late" expected={expected.filter(({ isLate }) => isLate)} onEnd={onEnd} />
      <Prescribed section="awaited" expected={expected.filter(({ isLate }) => !isLate)} onEnd={onEnd} />
    </>
  );
}

function Prescribed({ section, expected, onEnd }: ExpectedProps & { section: 'late' | 'awaited' }) {
  const t = useText();
  const language = useLanguage();
  if (expected.length === 0) return null;
  return (
    <section aria-labelledby={`inbox-prescribed-${section}`}>
      <header className="inbox-section">
        <h2 id={`inbox-prescribed-${section}`}>
          {t(`exchange.inbox.expected.${section}`)} <span className="ui-caption">{expected.length}</span>
        </h2>
      </header>
      <ul>
        {expected.map(({ expectedId, patient, words, prescribedOn, dueOn }) => (
          <li key={expectedId} className="inbox-line">
            <strong className="inbox-who">{patient.name}</strong>
            <span className="inbox-what">
              <strong>{words}</strong>{' '}
              {t(`exchange.inbox.prescribed.${section}`, { day: showDate(prescribedOn, language), due: showDate(dueOn, language) })}
            </span>
            <Button look="quiet" aria-label={t('exchange.inbox.endExpected', { words })} onPress={() => onEnd(expectedId)}>
              {t('exchange.inbox.noLonger')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
