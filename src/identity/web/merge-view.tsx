import { useState } from 'react';
import { Button, Notice, useShortcuts, useText } from '#ui';
import type { IdentityView } from '../contract.ts';
import { scoreCandidate } from '../score.ts';
import type { Wanted } from './change-dialog.tsx';
import { ComparisonTable } from './comparison-table.tsx';
import { agreement, ofCandidate } from './traits.ts';

interface MergeViewProps {
  first: IdentityView;
  second: IdentityView;
  onDecide: (wanted: Extract<Wanted, { kind: 'merge' | 'two-people' }>) => void;
  onClose: () => void;
}

/** Two records side by side: what differs, which is kept, what moves, and that it can be undone. */
export function MergeView({ first, second, onDecide, onClose }: MergeViewProps) {
  const t = useText();
  const [isSwapped, setSwapped] = useState(false);
  const [kept, merged] = isSwapped ? [second, first] : [first, second];
  const printed = ofCandidate(kept.patient);
  const candidate = scoreCandidate(printed, kept.patient.ins, merged.patient);
  const merge = () => onDecide({ kind: 'merge', merged: merged.patient.patientId, into: kept.patient.patientId });
  const tellApart = () => onDecide({ kind: 'two-people', other: second.patient.patientId });
  const documents = (view: IdentityView) => view.records.reduce((sum, { filed }) => sum + filed.length, 0);
  useShortcuts({ s: () => setSwapped(!isSwapped), f: merge, x: tellApart, Escape: onClose });
  const { same, of } = agreement(candidate);
  const hasTwoIns = kept.patient.ins && merged.patient.ins;
  return (
    <section className="identity-merge" aria-labelledby="identity-merge-title">
      <h2 id="identity-merge-title">{t('identity.merge')}</h2>
      {same < of ? <Notice title={t('identity.merge.differs')}>{t('identity.merge.differs.what', { same, of })}</Notice> : null}
      <ComparisonTable
        printed={printed}
        candidates={[candidate]}
        heads={{
          received: t('identity.merge.kept'),
          from: t('identity.documents', { count: documents(kept) }),
          candidate: () => t('identity.merge.gone'),
          about: () => t('identity.documents', { count: documents(merged) }),
        }}
      />
      <div className="identity-actions">
        <Button look="primary" hint="F" onPress={merge}>
          {t('identity.merge.do')}
        </Button>
        <Button hint="S" onPress={() => setSwapped(!isSwapped)}>
          {t('identity.merge.swap')}
        </Button>
        <Button hint="X" onPress={tellApart}>
          {t('identity.change.two-people')}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t('identity.later')}
        </Button>
      </div>
      <Notice tone="quiet" title={t('identity.merge.moves')}>
        {t('identity.merge.moves.what', { count: documents(merged) })} {hasTwoIns ? t('identity.merge.ins') : null}{' '}
        {t('identity.merge.back')}
      </Notice>
    </section>
  );
}
