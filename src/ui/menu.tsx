import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import './menu.css';

export interface MenuChoice {
  id: string;
  label: string;
  isDisabled?: boolean;
  isChosen?: boolean;
}

interface MenuProps {
  /** What the button shows. */
  trigger: ReactNode;
  /** Said after what the button shows, when that is not words enough: `+ 8`, « autres vues ». */
  name?: string;
  label: string;
  choices: readonly MenuChoice[];
  onChoose: (id: string) => void;
  look?: 'plain' | 'quiet';
}

/** A short list of actions behind a button. */
export function Menu({ trigger, name, label, choices, onChoose, look = 'plain' }: MenuProps) {
  return (
    <MenuTrigger>
      <AriaButton className={`ui-button ui-button-${look}`}>
        {trigger}
        {name ? <span className="ui-hidden"> {name}</span> : null}
      </AriaButton>
      <Popover className="ui-popover" placement="bottom end">
        <AriaMenu className="ui-menu" aria-label={label} onAction={(key) => onChoose(String(key))}>
          {choices.map((choice) => (
            <MenuItem key={choice.id} id={choice.id} className="ui-menu-item" isDisabled={choice.isDisabled ?? false}>
              {choice.isChosen === undefined ? null : (
                <span className="ui-menu-check" aria-hidden="true">
                  {choice.isChosen ? '✓' : ''}
                </span>
              )}
              {choice.label}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
