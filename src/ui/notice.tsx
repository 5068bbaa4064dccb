import type { ReactNode } from 'react';
import './notice.css';

interface NoticeProps {
  /** `notice`: ochre, worth knowing; `quiet`: accent tint, an explanation. There is no red: alarm is not ours to give. */
  tone?: 'notice' | 'quiet';
  title?: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Spoken when it appears. */
  isAlert?: boolean;
}

export function Notice({ tone = 'notice', title, children, actions, isAlert = false }: NoticeProps) {
  return (
    <div className={`ui-notice ui-notice-${tone}`} {...(isAlert ? { role: 'alert' } : {})}>
      <div className="ui-notice-words">
        {title ? <strong>{title} </strong> : null}
        {children}
      </div>
      {actions ? <div className="ui-notice-actions">{actions}</div> : null}
    </div>
  );
}

interface TagProps {
  tone?: 'plain' | 'notice' | 'accent' | 'stay' | 'black';
  children: ReactNode;
}

export function Tag({ tone = 'plain', children }: TagProps) {
  return <span className={`ui-tag ui-tag-${tone}`}>{children}</span>;
}

/** Two letters that stand for a laboratory wherever there is no room for its name. */
export function LabCode({ code, name }: { code: string; name: string }) {
  return (
    <abbr className="ui-lab-code" title={name}>
      {code}
    </abbr>
  );
}
