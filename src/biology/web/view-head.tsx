import type { ReactNode } from 'react';
import { Button, useText } from '#ui';

interface ViewHeadProps {
  title: ReactNode;
  onBack: () => void;
  /** Where the way back leads, in words; to the grid by default. */
  backTo?: string;
  /** Facts and tools, beside the title. */
  children?: ReactNode;
}

/** The head of a view that is not the grid: the way back, what it is, and its tools. */
export function ViewHead({ title, onBack, backTo, children }: ViewHeadProps) {
  const t = useText();
  return (
    <header className="bio-title">
      <Button look="quiet" hint="Échap" onPress={onBack}>
        ← {backTo ?? t('biology.curve.back')}
      </Button>
      <h1>{title}</h1>
      {children}
    </header>
  );
}
