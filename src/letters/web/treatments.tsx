import { Button, useText } from '#ui';
import type { LetterContent, LetterTreatmentLine } from '../contract.ts';
import { emptyTreatment } from '../empty-content.ts';
import { ROUTES } from '../treatment-codes.ts';
import { Day, placeOf, Select, Tick, Words } from './parts.tsx';

const CHANGES = ['continued', 'started', 'changed', 'stopped'] as const;
/** UCUM, the units that a prescription is written in. */
const DOSES = ['mg', 'g', 'ug', 'mL', '[IU]', '{tablet}', '{capsule}', '[drp]', '{puff}', '{sachet}'] as const;
const RHYTHMS = ['h', 'd', 'wk', 'mo'] as const;

interface Props {
  content: LetterContent;
  set: (part: Partial<LetterContent>) => void;
}

/** Each treatment with what the stay did of it: kept, started, changed, stopped, and why. */
export function Treatments({ content: { treatments, hasNoTreatment }, set }: Props) {
  const t = useText();
  const add = (change: LetterTreatmentLine['change']) =>
    set({ treatments: [...treatments, emptyTreatment(change)], hasNoTreatment: false });
  const change = (at: number, line: LetterTreatmentLine) => set({ treatments: treatments.map((one, i) => (i === at ? line : one)) });
  const drop = (at: number) => set({ treatments: treatments.filter((_, i) => i !== at) });
  return (
    <div id={placeOf('treatments')} className="letter-lines">
      {treatments.map((line, at) => (
        // Lines are told apart by their place alone: two may bear the same words.
        // oxlint-disable-next-line react/no-array-index-key
        <Treatment key={at} at={at} line={line} onChange={(next) => change(at, next)} onDrop={() => drop(at)} />
      ))}
      <div className="letter-actions">
        {CHANGES.map((one) => (
          <Button key={one} onPress={() => add(one)}>
            {t(`letters.treatment.add.${one}`)}
          </Button>
        ))}
      </div>
      {treatments.length === 0 ? (
        <Tick label={t('letters.treatment.none')} isOn={hasNoTreatment} onChange={(isOn) => set({ hasNoTreatment: isOn })} />
      ) : null}
    </div>
  );
}

interface LineProps {
  at: number;
  line: LetterTreatmentLine;
  onChange: (line: LetterTreatmentLine) => void;
  onDrop: () => void;
}

function Treatment({ at, line, onChange, onDrop }: LineProps) {
  const t = useText();
  const { change, name, code, route, now, before, day, instructions, reason } = line;
  const part = (some: Partial<LetterTreatmentLine>) => onChange({ ...line, ...some });
  const title = t('letters.treatment.line', { n: at + 1 });
  return (
    <fieldset id={placeOf(`treatment-${at}`)} className={`letter-line letter-line-${change}`}>
      <legend className="ui-hidden">{title}</legend>
      <Select
        label={t('letters.treatment.change')}
        value={change}
        onChange={(next) => part({ change: next })}
        choices={CHANGES.map((value) => ({ value, label: t(`letters.treatment.${value}`) }))}
      />
      <Words label={t('letters.treatment.name')} value={name} onChange={(next) => part({ name: next })} />
      <Select
        label={t('letters.treatment.route')}
        value={route}
        onChange={(next) => part({ route: next })}
        choices={(['', ...ROUTES] as const).map((value) => ({ value, label: t(`letters.route.${value === '' ? 'unsaid' : value}`) }))}
      />
      <Words
        label={t('letters.treatment.code')}
        value={code}
        onChange={(next) => part({ code: next.replaceAll(/[^\dA-Za-z]/g, '').slice(0, 8) })}
      />
      {change === 'changed' ? (
        <Regimen label={t('letters.treatment.before')} value={before} onChange={(next) => part({ before: next })} />
      ) : null}
      <Regimen
        label={t(change === 'changed' ? 'letters.treatment.after' : 'letters.treatment.dose')}
        value={now}
        onChange={(next) => part({ now: next })}
      />
      {change === 'started' || change === 'stopped' ? (
        <Day label={t(`letters.treatment.day.${change}`)} value={day} onChange={(next) => part({ day: next })} />
      ) : null}
      {change === 'continued' ? null : (
        <Words label={t('letters.treatment.reason')} value={reason} onChange={(next) => part({ reason: next })} />
      )}
      {change === 'stopped' ? null : (
        <Words label={t('letters.treatment.instructions')} value={instructions} onChange={(next) => part({ instructions: next })} />
      )}
      <Button look="quiet" aria-label={t('letters.treatment.drop', { n: at + 1 })} onPress={onDrop}>
        {t('letters.drop')}
      </Button>
    </fieldset>
  );
}

type RegimenValue = LetterTreatmentLine['now'];

function Regimen({ label, value, onChange }: { label: string; value: RegimenValue; onChange: (value: RegimenValue) => void }) {
  const t = useText();
  const { dose, every } = value;
  return (
    <div className="letter-regimen">
      <Words label={label} value={dose.value} onChange={(next) => onChange({ ...value, dose: { ...dose, value: number(next) } })} />
      <Select
        label={t('letters.treatment.unit')}
        isBare
        value={dose.unit as (typeof DOSES)[number]}
        onChange={(unit) => onChange({ ...value, dose: { ...dose, unit } })}
        choices={DOSES.map((unit) => ({ value: unit, label: t(`letters.unit.${DOSES.indexOf(unit)}`) }))}
      />
      <Words
        label={t('letters.treatment.every')}
        value={every.value}
        onChange={(next) => onChange({ ...value, every: { ...every, value: number(next) } })}
      />
      <Select
        label={t('letters.treatment.rhythm')}
        isBare
        value={every.unit as (typeof RHYTHMS)[number]}
        onChange={(unit) => onChange({ ...value, every: { ...every, unit } })}
        choices={RHYTHMS.map((unit) => ({ value: unit, label: t(`letters.rhythm.${unit}`) }))}
      />
    </div>
  );
}

/** Only what a number is written with. */
const number = (text: string) => text.replaceAll(/[^\d.,]/g, '').slice(0, 12);
