import { Button, showDate, useLanguage, useText } from '#ui';
import type { Expected } from '../../inbox/contract.ts';

/** Prescribed, and never come back. */
export function ExpectedList({ expected, onEnd }: { expected: readonly Expected[]; onEnd: (expectedId: string) => void }) {
  const t = useText();
  const language = useLanguage();
  if (expected.length === 0) return null;
  return (
    <section aria-labelledby="inbox-expected">
      <header className="inbox-section">
        <h2 id="inbox-expected">
          {t('exchange.inbox.expected')} <span className="ui-caption">{expected.length}</span>
        </h2>
      </header>
      <ul>
        {expected.map(({ expectedId, patient, words, prescribedOn }) => (
          <li key={expectedId} className="inbox-line">
            <strong className="inbox-who">{patient.name}</strong>
            <span className="inbox-what">
              <strong>{words}</strong> {t('exchange.inbox.prescribed', { day: showDate(prescribedOn, language) })}
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
