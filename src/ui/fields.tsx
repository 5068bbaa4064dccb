import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField';
import { Text } from 'react-aria-components/Text';
import { TextField as AriaTextField } from 'react-aria-components/TextField';
import type { ReactNode, Ref } from 'react';
import { SearchIcon } from './icons.tsx';
import { Kbd } from './kbd.tsx';
import './fields.css';

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** How to fill it, under the field. */
  help?: string;
  /** What is wrong and how to mend it; marks the field invalid. */
  error?: string | undefined;
  type?: 'text' | 'email' | 'tel' | 'date' | 'time';
  isRequired?: boolean;
  /** Takes the focus when it appears: the one thing a dialog asks for. */
  takesFocus?: boolean;
}

export function TextField({ label, value, onChange, help, error, type = 'text', isRequired = false, takesFocus = false }: TextFieldProps) {
  return (
    <AriaTextField
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus={takesFocus}
      className="ui-field"
      value={value}
      onChange={onChange}
      type={type}
      isRequired={isRequired}
      isInvalid={error !== undefined}
      validationBehavior="aria"
    >
      <Label className="ui-label">{label}</Label>
      <Input className="ui-input" />
      {help ? (
        <Text slot="description" className="ui-caption">
          {help}
        </Text>
      ) : null}
      <FieldError className="ui-field-error">{error}</FieldError>
    </AriaTextField>
  );
}

interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: (value: string) => void;
  /** The keys that bring here, shown while the field is empty: `['Ctrl', 'K']`. */
  hint?: readonly string[];
  inputRef?: Ref<HTMLInputElement>;
  children?: ReactNode;
}

/** A search with its label hidden (the magnifier says it) but spoken. */
export function SearchField({ label, placeholder, value, onChange, onSubmit, hint, inputRef, children }: SearchFieldProps) {
  return (
    <AriaSearchField className="ui-search" aria-label={label} value={value} onChange={onChange} {...(onSubmit ? { onSubmit } : {})}>
      <SearchIcon />
      <Input
        className="ui-search-input"
        placeholder={placeholder}
        {...(inputRef ? { ref: inputRef } : {})}
        autoComplete="off"
        spellCheck={false}
      />
      {value === '' ? hint?.map((key) => <Kbd key={key}>{key}</Kbd>) : null}
      {children}
    </AriaSearchField>
  );
}
