import type { ReactNode } from 'react';
import './kbd.css';

/** The key that does it, shown because keys nobody sees are keys nobody uses. Silent for screen readers: names stay short. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="ui-kbd" aria-hidden="true">
      {children}
    </kbd>
  );
}

/** The bar of the ten keys that matter on this screen. */
export function KeyHints({
  hints,
  label,
  children,
}: {
  hints: readonly { keys: readonly string[]; does: string }[];
  label: string;
  /** A rule to know, at the other end. */
  children?: ReactNode;
}) {
  return (
    <div className="ui-key-hints" role="note" aria-label={label}>
      {hints.map(({ keys, does }) => (
        <span key={does} className="ui-key-hint">
          {keys.map((key) => (
            <kbd key={key} className="ui-kbd">
              {key}
            </kbd>
          ))}
          {does}
        </span>
      ))}
      {children === undefined ? null : <span className="ui-key-rule">{children}</span>}
    </div>
  );
}
