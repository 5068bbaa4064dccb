import { useText } from '#ui';
import type { LetterContent, LetterDesk } from '../contract.ts';
import { Pending, Plan } from './lines.tsx';
import { Card, Day, Select, Words } from './parts.tsx';
import { Recipients } from './recipients.tsx';
import { Treatments } from './treatments.tsx';

const ADMISSIONS = ['', 'emergency', 'planned', 'transfer', 'other'] as const;
const DISCHARGES = ['', 'home', 'rehabilitation', 'hospital-at-home', 'other-hospital', 'nursing-home', 'other'] as const;
const GERMS = ['', 'not-searched', 'none', 'found'] as const;
const PLACES = ['SA01', 'SA03', 'SA04', 'SA02', 'SA36', 'SA12', 'SA21'] as const;
const YES_NO = ['', 'no', 'yes'] as const;

interface FormProps {
  content: LetterContent;
  desk: LetterDesk;
  set: (part: Partial<LetterContent>) => void;
}

/** Every heading of the letter, in the order in which the stay is told. */
export function LetterForm({ content, desk, set }: FormProps) {
  const t = useText();
  const labelled = <Value extends string>(values: readonly Value[], labelOf: (value: Value) => string) =>
    values.map((value) => ({ value, label: value === '' ? t('letters.choose') : labelOf(value) }));
  return (
    <div className="letter-form">
      <Card title={t('letters.stay')}>
        <div className="letter-row">
          <Day at="entry" label={t('letters.entry')} value={content.entry} onChange={(entry) => set({ entry })} />
          <Day at="exit" label={t('letters.exit')} value={content.exit} onChange={(exit) => set({ exit })} />
          <Words label={t('letters.unit')} value={content.unit} onChange={(unit) => set({ unit })} />
          <Select
            label={t('letters.place')}
            value={content.place}
            onChange={(place) => set({ place })}
            choices={PLACES.map((value) => ({ value, label: t(`letters.place.${value}`) }))}
          />
          <Select
            at="admission"
            label={t('letters.admission')}
            value={content.admission}
            onChange={(admission) => set({ admission })}
            choices={labelled(ADMISSIONS, (value) => t(`letters.admission.${value}`))}
          />
          <Select
            at="discharge"
            label={t('letters.discharge')}
            value={content.discharge}
            onChange={(discharge) => set({ discharge })}
            choices={labelled(DISCHARGES, (value) => t(`letters.discharge.${value}`))}
          />
        </div>
        <Words at="reason" rows={2} label={t('letters.reason')} value={content.reason} onChange={(reason) => set({ reason })} />
        <Words
          at="synthesis"
          rows={6}
          label={t('letters.synthesis')}
          value={content.synthesis}
          onChange={(synthesis) => set({ synthesis })}
        />
      </Card>
      <Card title={t('letters.safety')}>
        <Words
          at="adverseEvents"
          rows={2}
          label={t('letters.adverseEvents')}
          help={t('letters.adverseEventsHelp')}
          value={content.adverseEvents}
          onChange={(adverseEvents) => set({ adverseEvents })}
        />
        <div className="letter-row">
          <Select
            at="germs"
            label={t('letters.germs')}
            value={content.germs}
            onChange={(germs) => set({ germs })}
            choices={labelled(GERMS, (value) => t(`letters.germs.${value}`))}
          />
          <Select
            at="transfusion"
            label={t('letters.transfusion')}
            value={content.transfusion}
            onChange={(transfusion) => set({ transfusion })}
            choices={labelled(YES_NO, (value) => t(`letters.yesNo.${value}`))}
          />
          <Select
            at="derivatives"
            label={t('letters.derivatives')}
            value={content.derivatives}
            onChange={(derivatives) => set({ derivatives })}
            choices={labelled(YES_NO, (value) => t(`letters.yesNo.${value}`))}
          />
        </div>
        {content.germs === 'found' ? (
          <Words label={t('letters.germsFound')} value={content.germsFound} onChange={(germsFound) => set({ germsFound })} />
        ) : null}
        {content.transfusion === 'yes' ? (
          <Words
            label={t('letters.transfusionEvents')}
            value={content.transfusionEvents}
            onChange={(transfusionEvents) => set({ transfusionEvents })}
          />
        ) : null}
        {content.derivatives === 'yes' ? (
          <Words
            label={t('letters.derivativesEvents')}
            value={content.derivativesEvents}
            onChange={(derivativesEvents) => set({ derivativesEvents })}
          />
        ) : null}
      </Card>
      <Card title={t('letters.treatments')}>
        <Treatments content={content} set={set} />
      </Card>
      <Card title={t('letters.results')}>
        <Words rows={3} label={t('letters.resultsSaid')} value={content.results} onChange={(results) => set({ results })} />
        <h3>{t('letters.pending')}</h3>
        <Pending content={content} toCome={desk.toCome} set={set} />
      </Card>
      <Card title={t('letters.plan')}>
        <Plan content={content} set={set} />
      </Card>
      <Card title={t('letters.recipients')}>
        <Recipients content={content} desk={desk} set={set} />
      </Card>
    </div>
  );
}
