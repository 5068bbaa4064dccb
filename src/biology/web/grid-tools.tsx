import { lazy, Suspense, useState } from 'react';
import { Menu, useShortcuts, useText } from '#ui';
import { PERIODS, type Period } from '../filter.ts';
import { GROUPINGS, type Grouping } from '../regroup.ts';
import type { BiologyView, Go } from './view.ts';

/** Asked for by few: it waits out of the first page. */
const DatesDialog = lazy(() => import('./dates-dialog.tsx').then((part) => ({ default: part.DatesDialog })));

interface GridToolsProps {
  asked: BiologyView;
  showIntervals: boolean;
  onIntervals: () => void;
  onCsv: () => void;
  fhir: string;
  go: Go;
}

/** How the grid is arranged, and what can be taken from it: behind two buttons, so that the strip keeps what serves every day. */
export function GridTools({ asked, showIntervals, onIntervals, onCsv, fhir, go }: GridToolsProps) {
  const t = useText();
  const [isDating, setIsDating] = useState(false);
  const { since, until } = asked;
  const hasDates = since !== undefined || until !== undefined;
  useShortcuts({ d: () => go({ view: 'order' }) });
  const arrange = (id: string) => {
    if (id === 'intervals') onIntervals();
    else if (id === 'order') go({ order: asked.isOldestFirst ? undefined : 'oldest' });
    else if (id === 'dates') setIsDating(true);
    else if (GROUPINGS.includes(id as Grouping)) go({ group: id === 'chapter' ? undefined : id });
    else go({ period: id, since: undefined, until: undefined });
  };
  const take = (id: string) => {
    if (id === 'csv') onCsv();
    else if (id === 'fhir') window.open(fhir, '_blank', 'noopener');
    else go({ view: 'order' });
  };
  const more = PERIODS.filter((period): period is Period => !['1y', '2y', 'all'].includes(period));
  return (
    <>
      <Menu
        trigger={t('biology.arrange.menu')}
        label={t('biology.arrange.menu')}
        choices={[
          ...GROUPINGS.map((id) => ({ id, label: t(`biology.arrange.${id}`), isChosen: asked.grouping === id })),
          { id: 'order', label: t('biology.arrange.order'), isChosen: asked.isOldestFirst },
          { id: 'intervals', label: t('biology.intervals'), isChosen: showIntervals, isDisabled: asked.view !== 'grid' },
          ...more.map((id) => ({ id, label: t(`biology.sheet.period.${id}`), isChosen: !hasDates && asked.period === id })),
          { id: 'dates', label: t('biology.arrange.dates'), isChosen: hasDates },
        ]}
        onChoose={arrange}
      />
      <Menu
        trigger={t('biology.take.menu')}
        label={t('biology.take.menu')}
        choices={(['before', 'csv', 'fhir'] as const).map((id) => ({ id, label: t(`biology.take.${id}`) }))}
        onChoose={take}
      />
      {isDating ? (
        <Suspense>
          <DatesDialog
            since={since}
            until={until}
            onClose={() => setIsDating(false)}
            onChoose={(dates) => {
              setIsDating(false);
              go(dates);
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
