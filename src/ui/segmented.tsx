import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { ReactNode } from 'react';
import './segmented.css';

export interface Choice<Value extends string> {
  value: Value;
  label: ReactNode;
  /** Said instead of the label when the label is too short to stand alone. */
  name?: string;
  isDisabled?: boolean;
}

interface SegmentedProps<Value extends string> {
  /** Name of the choice, for screen readers. */
  label: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few, all visible: `1 an | 2 ans | Tout`. Always exactly one is chosen. */
export function Segmented<Value extends string>({ label, choices, value, onChange }: SegmentedProps<Value>) {
  return (
    <ToggleButtonGroup
      className="ui-segmented"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = choices.find((choice) => keys.has(choice.value));
        if (chosen) onChange(chosen.value);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton
          key={choice.value}
          id={choice.value}
          className="ui-segment"
          isDisabled={choice.isDisabled ?? false}
          {...(choice.name ? { 'aria-label': choice.name } : {})}
        >
          {choice.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

interface ToggleProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  children: ReactNode;
  isDisabled?: boolean;
  name?: string;
}

/** A filter that is on or off: `Hors intervalle 10`. */
export function Toggle({ isOn, onChange, children, isDisabled = false, name }: ToggleProps) {
  return (
    <ToggleButton
      className="ui-button ui-button-plain ui-toggle"
      isSelected={isOn}
      onChange={onChange}
      isDisabled={isDisabled}
      {...(name ? { 'aria-label': name } : {})}
    >
      {children}
    </ToggleButton>
  );
}
