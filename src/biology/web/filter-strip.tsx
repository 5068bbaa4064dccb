import type { ReactNode } from 'react';
import { Button, Kbd, LabCode, Menu, Segmented, showTime, Toggle, useLanguage, useText } from '#ui';
import type { Completeness } from '#record/contract';
import type { Catalogue } from '../contract.ts';
import type { Waiting } from './use-biology.ts';
import type { FilterCounts, Period, RowFilter } from '../filter.ts';
import { REGION_ZONE, type Go, type View } from './view.ts';
import { useLaboratoryCode } from './words.ts';

const KEYS: Record<RowFilter, string | undefined> = { new: 'N', abnormal: 'A', changed: 'V', corrected: undefined };

interface FilterStripProps {
  counts: FilterCounts;
  filters: readonly RowFilter[];
  onFilter: (filter: RowFilter) => void;
  catalogue: Catalogue;
  /** Presets that have at least one row of this patient. */
  presets: readonly string[];
  preset: string | undefined;
  onKeepView: () => void;
  period: Period;
  view: View;
  hasMicrobiology: boolean;
  /** Menus of the grid, at the end. */
  tools: ReactNode;
  go: Go;
}

/** What one looks at: kinds of rows with their counts, views of a speciality, the period, the layout. */
export function FilterStrip(props: FilterStripProps) {
  const { counts, filters, onFilter, period, view, go } = props;
  const t = useText();
  return (
    <div className="bio-strip" role="toolbar" aria-label={t('biology.strip.name')}>
      {(['new', 'abnormal', 'changed', 'corrected'] as const).map((filter) => (
        <Toggle
          key={filter}
          isOn={filters.includes(filter)}
          onChange={() => onFilter(filter)}
          isDisabled={counts[filter] === 0 && !filters.includes(filter)}
        >
          {t(`biology.filter.${filter}`, { count: counts[filter] })} <strong>{counts[filter]}</strong>
          {KEYS[filter] ? <Kbd>{KEYS[filter]}</Kbd> : null}
        </Toggle>
      ))}
      <span className="bio-strip-rule" />
      <Presets {...props} />
      <span className="bio-strip-space" />
      <Segmented
        label={t('biology.period.name')}
        value={period === '1y' || period === 'all' ? period : '2y'}
        choices={(['1y', '2y', 'all'] as const).map((value) => ({ value, label: t(`biology.period.${value}`) }))}
        onChange={(value) => go({ period: value === '2y' ? undefined : value, since: undefined, until: undefined })}
      />
      <Segmented
        label={t('biology.layout.name')}
        value={view === 'heat' || view === 'micro' ? view : 'grid'}
        choices={(props.hasMicrobiology ? (['grid', 'heat', 'micro'] as const) : (['grid', 'heat'] as const)).map((value) => ({
          value,
          label: t(`biology.layout.${value}`),
        }))}
        onChange={(value) => go({ view: value === 'grid' ? undefined : value })}
      />
      <Menu
        trigger={t('biology.layout.more')}
        label={t('biology.layout.name')}
        choices={(['summary', 'panels', 'timeline'] as const).map((id) => ({ id, label: t(`biology.layout.${id}`) }))}
        onChoose={(id) => go({ view: id })}
      />
      {props.tools}
      <Button hint="P" onPress={() => go({ view: 'print' })}>
        {t('biology.print')}
      </Button>
    </div>
  );
}

/** Room for two presets beside « Tout »; the others are in a menu, which says how many. */
const SHOWN_PRESETS = 2;

function Presets({ catalogue, presets, preset, onKeepView, go }: FilterStripProps) {
  const t = useText();
  const language = useLanguage();
  const known = catalogue.presets.filter(({ id }) => presets.includes(id));
  const label = (id: string) => {
    const found = known.find((one) => one.id === id);
    return (language === 'en' ? found?.labelEn : found?.label) ?? id;
  };
  const first = known.slice(0, SHOWN_PRESETS).map(({ id }) => id);
  const shown = preset === undefined || first.includes(preset) ? first : [...first.slice(0, SHOWN_PRESETS - 1), preset];
  const others = known.filter(({ id }) => !shown.includes(id));
  if (known.length === 0) return null;
  return (
    <>
      <span className="bio-presets">
        <Segmented
          label={t('biology.preset.name')}
          value={preset ?? ''}
          choices={[{ value: '', label: t('biology.preset.all') }, ...shown.map((value) => ({ value, label: label(value) }))]}
          onChange={(value) => go({ preset: value === '' ? undefined : value })}
        />
      </span>
      <Menu
        trigger={t('biology.preset.more', { count: others.length })}
        name={t('biology.preset.moreName', { count: others.length })}
        label={t('biology.preset.name')}
        choices={[...others.map(({ id }) => ({ id, label: label(id) })), { id: 'keep', label: t('biology.views.open') }]}
        onChoose={(id) => (id === 'keep' ? onKeepView() : go({ preset: id }))}
      />
    </>
  );
}

interface CompletenessLineProps {
  completeness: Completeness;
  hidden: number;
  period: Period | 'dates';
  unclassified: number;
  waiting: Waiting | undefined;
  onShow: () => void;
  onAll: () => void;
  onUnclassified: () => void;
  bloodReports: readonly string[];
  onBlood: (documentId: string) => void;
}

/** What is here, and what may be missing: an incomplete record that looks complete is dangerous. */
export function CompletenessLine(props: CompletenessLineProps) {
  const t = useText();
  const laboratoryCode = useLaboratoryCode();
  const { laboratories, notConnected, asOf } = props.completeness;
  return (
    <div className="bio-completeness" role="note">
      {props.waiting ? (
        <span className="bio-waiting">
          {t('biology.waiting', { ...props.waiting })}{' '}
          <button type="button" className="bio-link" onClick={props.onShow}>
            {t('biology.show')} <Kbd>R</Kbd>
          </button>
        </span>
      ) : null}
      <span>
        <strong>{t('biology.complete.laboratories', { count: laboratories.length })}</strong>
        {laboratories.slice(0, 6).map(({ finess, name }) => (
          <span key={finess} className="bio-laboratory">
            <LabCode code={laboratoryCode(finess)} name={name} /> <bdi className="bio-laboratory-name">{name}</bdi>
          </span>
        ))}
      </span>
      {notConnected.length > 0 ? (
        <span title={notConnected.join(', ')}>
          <strong>{t('biology.complete.notConnected', { count: notConnected.length })}</strong> {notConnected.slice(0, 2).join(', ')}
        </span>
      ) : null}
      <span>{t('biology.complete.masked')}</span>
      {props.hidden > 0 ? (
        <span>
          {t('biology.complete.older', { count: props.hidden, period: props.period })}{' '}
          <button type="button" className="bio-link" onClick={props.onAll}>
            {t('biology.show')}
          </button>
        </span>
      ) : null}
      {props.unclassified > 0 ? (
        <span>
          {t('biology.complete.unclassified', { count: props.unclassified })}{' '}
          <button type="button" className="bio-link" onClick={props.onUnclassified}>
            {t('biology.see')}
          </button>
        </span>
      ) : null}
      {props.bloodReports[0] ? (
        <span>
          {t('biology.blood')}{' '}
          <button type="button" className="bio-link" onClick={() => props.onBlood(props.bloodReports[0]!)}>
            {t('biology.bloodReport')}
          </button>
        </span>
      ) : null}
      <span className="bio-as-of">{t('biology.complete.asOf', { time: showTime(asOf, REGION_ZONE) })}</span>
    </div>
  );
}
