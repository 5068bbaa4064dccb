import { useId } from 'react';
import { showBirthDate } from '#ui';
import type { PatientLine } from '../contract.ts';

interface PatientChoiceProps {
  label: string;
  /** What no choice means. */
  none: string;
  patients: readonly PatientLine[];
  /** Number of the patient; empty: nobody. */
  value: string;
  onChange: (number: string) => void;
}

/** A patient of the practice, by name, birth date and number: never by the name alone. */
export function PatientChoice({ label, none, patients, value, onChange }: PatientChoiceProps) {
  const id = useId();
  return (
    <div className="ui-field">
      <label className="ui-label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="ui-input" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{none}</option>
        {patients.map(({ number, name, birthDate, sex }) => (
          <option key={number} value={number}>
            {name} · {sex} · {showBirthDate(birthDate)} · {number}
          </option>
        ))}
      </select>
    </div>
  );
}
