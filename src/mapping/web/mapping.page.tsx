import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { Button, Notice, Segmented, useText } from '#ui';
import type { ObservedCode, Workbench } from '../contract.ts';
import { CatalogueDialog } from './catalogue-dialog.tsx';
import { CodesTable } from './codes-table.tsx';
import { Jobs } from './jobs.tsx';
import { LinesTable } from './lines-table.tsx';
import { MapDialog } from './map-dialog.tsx';
import { QualityView } from './quality-view.tsx';
import { type Bench, workbenchQuery } from './use-mapping.ts';
import { WaitingLines } from './waiting-lines.tsx';
import './mapping.css';

const VIEWS = ['to-map', 'waiting', 'table', 'quality'] as const;
type View = (typeof VIEWS)[number];
const OWN = 'own';

interface MappingPageProps {
  /** What is shown when the bench may not be read. */
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
  /** The laboratory's code, or the words that it prints, that one comes from: opened at once when it is still to be mapped. */
  wanted?: string | undefined;
}

/** What the codes of a laboratory mean: a biologist proposes, another validates, and what it changes is seen before. */
export function MappingPage({ Refused, wanted }: MappingPageProps) {
  const t = useText();
  const [bench, setBench] = useState<string>();
  const { data, error, refetch } = useQuery(workbenchQuery(bench));
  const [view, setView] = useState<View>('to-map');
  const [chosen, setAsked] = useState<ObservedCode | 'none'>();
  const [isTaking, setIsTaking] = useState(false);
  const come =
    data?.isOwn && wanted !== undefined ? data.codes.find(({ local, labels }) => local === wanted || labels.includes(wanted)) : undefined;
  const asked = chosen === 'none' ? undefined : (chosen ?? come);
  useEffect(() => {
    document.title = `${t('mapping.title')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const counts = { 'to-map': data.codes.filter(({ state }) => state === 'to-map').length, waiting: waitingOf(data).length };
  const label = (one: View) => {
    const words = t(`mapping.view.${one}`);
    return one in counts ? `${words} (${counts[one as keyof typeof counts]})` : words;
  };
  return (
    <section className="app-page mapping-page" aria-labelledby="mapping-title">
      <header className="app-page-head">
        <h1 id="mapping-title">{t('mapping.title')}</h1>
        <p className="app-page-note">{data.laboratory.name}</p>
        {data.isOwn ? <Button onPress={() => setIsTaking(true)}>{t('mapping.catalogue.open')}</Button> : null}
      </header>
      <BenchChoice workbench={data} bench={bench} onChange={setBench} />
      <Segmented
        label={t('mapping.views')}
        choices={VIEWS.map((value) => ({ value, label: label(value) }))}
        value={view}
        onChange={setView}
      />
      <Jobs jobs={data.jobs} />
      {view === 'to-map' ? <CodesTable codes={data.codes} onMap={data.isOwn ? setAsked : undefined} /> : null}
      {view === 'waiting' ? <WaitingLines lines={waitingOf(data)} bench={bench} validators={data.validators} /> : null}
      {view === 'table' ? <LinesTable lines={data.lines.filter(({ state }) => state !== 'waiting')} version={data.version} /> : null}
      {view === 'quality' ? data.quality ? <QualityView quality={data.quality} /> : <Notice>{t('mapping.quality.none')}</Notice> : null}
      {isTaking ? <CatalogueDialog onClose={() => setIsTaking(false)} /> : null}
      {asked ? <MapDialog code={asked} sites={data.sites} onClose={() => setAsked('none')} /> : null}
    </section>
  );
}

/** Shown to those whom the region designated: their own bench, and those where they only decide. */
function BenchChoice({ workbench, bench, onChange }: { workbench: Workbench; bench: Bench; onChange: (bench: Bench) => void }) {
  const t = useText();
  if (workbench.designatedFor.length === 0) return null;
  const others = workbench.designatedFor.map(({ finess, name }) => ({ value: finess, label: name }));
  return (
    <>
      <Segmented
        label={t('mapping.bench')}
        choices={[{ value: OWN, label: t('mapping.bench.own') }, ...others]}
        value={bench ?? OWN}
        onChange={(value) => onChange(value === OWN ? undefined : value)}
      />
      {workbench.isOwn ? null : <Notice tone="quiet">{t('mapping.bench.designated')}</Notice>}
    </>
  );
}

const waitingOf = ({ lines }: Workbench) => lines.filter(({ state }) => state === 'waiting');
