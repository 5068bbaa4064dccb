import type { ReactNode } from 'react';
import { ageOn, dayOf, showDate, showTime, Tag, useLanguage, useText, useToday } from '#ui';
import type { InboxLine } from '../../inbox/contract.ts';
import { LineValues } from './line-values.tsx';
import type { Section } from './sections.ts';

interface LinesProps {
  section: Section;
  lines: readonly InboxLine[];
  chosen: InboxLine | undefined;
  onChoose: (lineId: string) => void;
  /** Beside the name of the section: until when its lines are answered. */
  note?: string | undefined;
  children?: ReactNode;
}

/** One section of the list: each line is a button that shows it beside the list. The one that has the focus is the one decided on. */
export function Lines({ section, lines, chosen, onChoose, note, children }: LinesProps) {
  const t = useText();
  return (
    <section aria-labelledby={`inbox-${section}`}>
      <header className="inbox-section">
        <h2 id={`inbox-${section}`}>
          {t(`exchange.inbox.section.${section}`)} <span className="ui-caption">{lines.length}</span>
          {note === undefined ? null : <span className="inbox-note">{note}</span>}
        </h2>
        {children}
      </header>
      <ul>
        {lines.map((line) => (
          <li key={line.lineId}>
            <button
              type="button"
              className={`inbox-line inbox-is-${line.severity}`}
              aria-pressed={line.lineId === chosen?.lineId}
              data-new={line.state === 'new' || undefined}
              data-leaves-space=""
              onFocus={() => onChoose(line.lineId)}
              onClick={() => onChoose(line.lineId)}
            >
              <Line line={line} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Line({ line }: { line: InboxLine }) {
  const t = useText();
  const language = useLanguage();
  const today = useToday();
  const { patient, laboratory, cameAt, state, through, holderName, delegateName } = line;
  const isToday = dayOf(cameAt) === today;
  return (
    <>
      <span className="inbox-who">
        <strong>{patient.name}</strong>
        <span className="ui-caption">{t('exchange.inbox.age', { years: ageOn(patient.birthDate, today)?.years ?? 0 })}</span>
      </span>
      <span className="inbox-what">
        <LineValues line={line} most={3} />
      </span>
      <span className="inbox-from">{laboratory}</span>
      <time dateTime={cameAt}>{isToday ? showTime(cameAt) : showDate(cameAt, language)}</time>
      <span className="inbox-state">
        {line.awaited ? <Tag tone="stay">{t('exchange.inbox.awaited')}</Tag> : null}
        {state === 'call-back' ? <Tag>{t('exchange.inbox.state.call-back')}</Tag> : null}
        {state === 'delegated' ? <Tag>{t('exchange.inbox.state.delegated', { name: delegateName ?? '' })}</Tag> : null}
        {through === 'own' ? null : (
          <Tag tone="notice">{t(`exchange.inbox.through.${through}`, { name: holderName, severity: line.severity })}</Tag>
        )}
      </span>
    </>
  );
}
