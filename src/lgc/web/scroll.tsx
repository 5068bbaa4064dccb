import type { ReactNode } from 'react';

/** What is wider than a telephone slides by itself, the page does not; the keyboard reaches it. @param labelledby id of its title */
export function Scroll({ labelledby, className = '', children }: { labelledby: string; className?: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={`lgc-scroll ${className}`} aria-labelledby={labelledby} tabIndex={0}>
      {children}
    </section>
  );
}
