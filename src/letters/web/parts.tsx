import { type ReactNode, useId } from 'react';

/** Fields of the form of a letter. `at`: the heading, where « what lacks » leads. */

interface FieldProps {
  label: string;
  at?: string;
  help?: string | undefined;
  /** Its label is spoken only: the head of the table shows it. */
  isBare?: boolean;
  children: (id: string) => ReactNode;
}

export function Field({ label, at, help, isBare = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className="ui-field" {...(at !== undefined && { id: placeOf(at) })}>
      <label className={isBare ? 'ui-hidden' : 'ui-label'} htmlFor={id}>
        {label}
      </label>
      {children(id)}
      {help === undefined ? null : <p className="ui-caption">{help}</p>}
    </div>
  );
}

/** Where a heading is in the page. */
export const placeOf = (at: string) => `letter-${at}`;

interface InputProps extends Omit<FieldProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
}

export function Words({ value, onChange, rows, ...field }: InputProps & { rows?: number }) {
  return (
    <Field {...field}>
      {(id) =>
        rows === undefined ? (
          <input id={id} className="ui-input" value={value} onChange={({ target }) => onChange(target.value)} autoComplete="off" />
        ) : (
          <textarea id={id} className="ui-input letter-words" rows={rows} value={value} onChange={({ target }) => onChange(target.value)} />
        )
      }
    </Field>
  );
}

export function Day({ value, onChange, ...field }: InputProps) {
  return (
    <Field {...field}>
      {(id) => <input id={id} type="date" className="ui-input" value={value} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

interface SelectProps<Value extends string> extends Omit<FieldProps, 'children'> {
  value: Value;
  choices: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

export function Select<Value extends string>({ value, choices, onChange, ...field }: SelectProps<Value>) {
  return (
    <Field {...field}>
      {(id) => (
        <select
          id={id}
          className="ui-input"
          value={value}
          onChange={({ target }) => {
            const chosen = choices.find((choice) => choice.value === target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface TickProps {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  at?: string;
}

/** Something said outright, rather than left empty. */
export function Tick({ label, isOn, onChange, at }: TickProps) {
  return (
    <label className="letter-tick" {...(at !== undefined && { id: placeOf(at) })}>
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}

export function Card({ title, at, children }: { title: string; at?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="ui-card letter-card" aria-labelledby={id}>
      <h2 id={id} {...(at !== undefined && { tabIndex: -1 })}>
        {title}
      </h2>
      {children}
    </section>
  );
}
