import { useMemo, useState } from 'react';
import { LabCode, Menu, SearchField, useLanguage, useShortcuts, useText } from '#ui';
import { alreadyDone, type Wanted } from '../already-done.ts';
import { gridOf } from '../grid.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { longDay } from './show.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { readView, REGION_ZONE } from './view.ts';
import { useLaboratoryCode } from './words.ts';

/** Before a prescription: what was already done, when and where. An analysis done last week is perhaps not to be done again. */
export function OrderView({ data, search, go }: ViewProps) {
  const t = useText();
  const language = useLanguage();
  const [words, setWords] = useState('');
  const now = Date.parse(data.answer.completeness.asOf);
  const { preset: presetId } = readView(search);
  const { presets } = data.catalogue;
  const preset = presets.find(({ id }) => id === presetId);
  const rows = useMemo(() => gridOf(data.gathered.readings, data.gathered.index).groups.flatMap((group) => group.rows), [data]);
  const wanted = useMemo(
    () => alreadyDone(data.catalogue, rows, words, preset?.rows ?? [], now),
    [data.catalogue, rows, words, preset, now],
  );
  const back = () => go({ view: undefined });
  useShortcuts({ Escape: back });
  const nameOf = (one: { label: string; labelEn: string }) => (language === 'en' ? one.labelEn : one.label);
  return (
    <div className="bio-page bio-order">
      <ViewHead title={t('biology.order.title')} onBack={back}>
        <div className="bio-title-tools">
          <Menu
            trigger={preset ? nameOf(preset) : t('biology.order.preset')}
            label={t('biology.preset.name')}
            choices={presets.map((one) => ({ id: one.id, label: nameOf(one), isChosen: one.id === presetId }))}
            onChoose={(id) => go({ preset: id }, { replace: true })}
          />
        </div>
      </ViewHead>
      <div className="bio-find-bar">
        <SearchField
          label={t('biology.order.find')}
          placeholder={t('biology.find.example')}
          value={words}
          onChange={setWords}
          inputRef={(input) => (words === '' ? input?.focus() : undefined)}
        />
      </div>
      <div className="bio-order-body">
        {wanted.length === 0 ? (
          <p className="bio-quiet">{t(words === '' ? 'biology.order.ask' : 'biology.order.none')}</p>
        ) : (
          <Done wanted={wanted} go={go} />
        )}
        <p className="bio-quiet">{t('biology.order.scope')}</p>
      </div>
    </div>
  );
}

function Done({ wanted, go }: { wanted: readonly Wanted[]; go: ViewProps['go'] }) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  return (
    <table className="ui-table">
      <caption className="ui-hidden">{t('biology.order.title')}</caption>
      <thead>
        <tr>
          {(['analysis', 'last', 'value', 'laboratory', 'count'] as const).map((head) => (
            <th key={head} scope="col">
              {t(`biology.order.${head}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {wanted.map(({ info, last, row, daysAgo, inAYear }) => (
          <tr key={info.row}>
            <th scope="row">
              {row ? (
                <button type="button" className="bio-link" onClick={() => go({ view: 'curve', rows: [row.id] })}>
                  {language === 'en' ? info.labelEn : info.label}
                </button>
              ) : language === 'en' ? (
                info.labelEn
              ) : (
                info.label
              )}{' '}
              <span className="bio-quiet">{language === 'en' ? info.specimenEn : info.specimen}</span>
            </th>
            {last && daysAgo !== undefined ? (
              <>
                <td>
                  <strong>{t('biology.order.ago', { days: daysAgo })}</strong> {longDay(last.at, last.precision, language, REGION_ZONE)}
                </td>
                <td>
                  <Value reading={last} /> {last.unit} <GradeGlyph reading={last} />
                </td>
                <td>
                  <LabCode code={laboratoryCode(last.report.laboratory.finess)} name={last.report.laboratory.name} />{' '}
                  <bdi>{last.report.laboratory.name}</bdi>
                </td>
                <td>{inAYear}</td>
              </>
            ) : (
              <td colSpan={4} className="bio-quiet">
                {t('biology.order.never')}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
