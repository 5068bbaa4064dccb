import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import type { ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import './button.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** `primary`: the one action expected here; `quiet`: no frame until hovered. */
  look?: 'plain' | 'primary' | 'quiet';
  /** The key that does the same, shown after the words. */
  hint?: string;
  size?: 'normal' | 'large';
  children: ReactNode;
}

/** A button whose words say its effect. */
export function Button({ look = 'plain', hint, size = 'normal', children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={`ui-button ui-button-${look} ui-button-${size}`}>
      {children}
      {hint ? <Kbd>{hint}</Kbd> : null}
    </AriaButton>
  );
}
