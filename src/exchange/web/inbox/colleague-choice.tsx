import { useText } from '#ui';
import type { Inbox } from '../../inbox/contract.ts';

interface ColleagueChoiceProps {
  id: string;
  label: string;
  colleagues: Inbox['colleagues'];
  /** Identifier of the one chosen; empty for nobody yet. */
  value: string;
  onChange: (id: string) => void;
}

/** One of one's colleagues, by name. */
export function ColleagueChoice({ id, label, colleagues, value, onChange }: ColleagueChoiceProps) {
  const t = useText();
  return (
    <>
      <label className="ui-label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="ui-input" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('exchange.inbox.choose')}</option>
        {colleagues.map((colleague) => (
          <option key={colleague.id} value={colleague.id}>
            {colleague.name}
          </option>
        ))}
      </select>
    </>
  );
}
