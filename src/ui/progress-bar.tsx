import { Label } from 'react-aria-components/Label';
import { ProgressBar as AriaProgressBar } from 'react-aria-components/ProgressBar';
import './progress-bar.css';

interface ProgressBarProps {
  label: string;
  /** Between 0 and 1. */
  part: number;
  /** The same in words: `2 184 comptes rendus sur 3 000`. */
  words: string;
}

export function ProgressBar({ label, part, words }: ProgressBarProps) {
  return (
    <AriaProgressBar className="ui-progress" value={part * 100} valueLabel={words}>
      <div className="ui-progress-words">
        <Label className="ui-label">{label}</Label>
        <span className="ui-figures">{words}</span>
      </div>
      <svg className="ui-progress-track" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect width={Math.min(100, Math.max(0, part * 100))} height="6" />
      </svg>
    </AriaProgressBar>
  );
}
