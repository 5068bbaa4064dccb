import { Button, Dialog, showDate, useAnnounce, useLanguage, useText } from '#ui';
import { explain, type Explanation } from '../explain.ts';
import type { Row } from '../grid.ts';
import type { Reading } from '../reading.ts';
import { cellText, rowText } from './copy-text.ts';
import { printedValue, shownChange, shownInterval, shownValue } from './show.ts';
import { tellExport } from './tell-export.ts';
import { REGION_ZONE } from './view.ts';
import { useRowTitle } from './words.ts';

interface ExplainDialogProps {
  patientId: string;
  row: Row;
  reading: Reading;
  /** Where the biologist of this laboratory says what its own code means; absent for the others and for what is classified. */
  mapping?: string | undefined;
  onClose: () => void;
}

/** Why this value is shown so, rule by rule with its source; and the value as text, for a letter. */
export function ExplainDialog({ patientId, row, reading, mapping, onClose }: ExplainDialogProps) {
  const t = useText();
  const language = useLanguage();
  const announce = useAnnounce();
  const name = useRowTitle()(row);
  const copy = (text: string) => {
    tellExport(patientId);
    navigator.clipboard.writeText(text).then(
      () => announce(t('biology.copy.done')),
      () => announce(t('biology.copy.failed')),
    );
  };
  return (
    <Dialog
      title={`${name} ${shownValue(reading, language)} ${row.unit ?? ''}`.trim()}
      isOpen
      onClose={onClose}
      actions={
        <>
          {mapping ? (
            <a className="ui-button ui-button-plain" href={mapping}>
              {t('biology.explain.map')}
            </a>
          ) : null}
          <Button onPress={() => copy(rowText(name, row, language))}>{t('biology.copy.row')}</Button>
          <Button onPress={() => copy(cellText(name, row, reading, language))}>{t('biology.copy.cell')}</Button>
          <Button look="primary" onPress={onClose}>
            {t('biology.find.close')}
          </Button>
        </>
      }
    >
      <dl className="bio-explain">
        {explain(reading, row.readings, row.info).map((one) => (
          <div key={one.key}>
            <dt>
              <Sentence explanation={one} row={row} />
            </dt>
            <dd className="bio-quiet">{t(`biology.explain.source.${one.source}`)}</dd>
          </div>
        ))}
      </dl>
      {row.info ? null : <p className="bio-quiet">{t('biology.explain.unclassified')}</p>}
    </Dialog>
  );
}

function Sentence({ explanation: { key, reading, change, info }, row }: { explanation: Explanation; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const shown = change && shownChange(change, language);
  return t(`biology.explain.${key}`, {
    value: shownValue(reading, language),
    unit: row.unit ?? '',
    laboratory: reading.report.laboratory.name,
    interval: shownInterval(reading, language),
    whom: reading.result.interval?.isFor ?? 'none',
    grade: reading.grade,
    printed: printedValue(reading, language),
    earlier: reading.earlier?.text ?? '',
    inputs: reading.derived?.inputs.map((input) => input.result.label).join(', ') ?? '',
    absolute: shown?.absolute ?? '',
    percent: shown?.percent || (shown?.absolute ?? ''),
    from: change ? showDate(change.from.at, language, REGION_ZONE) : '',
    expected: change?.expectedPercent === undefined ? '' : `${Math.round(change.expectedPercent)}\u00a0%`,
    within: info?.variation ? String(info.variation.within).replace('.', language === 'fr' ? ',' : '.') : '',
  });
}
