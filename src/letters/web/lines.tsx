import { Button, showDate, useLanguage, useText } from '#ui';
import type { LetterContent, LetterDesk } from '../contract.ts';
import { Day, placeOf, Select, Tick, Words } from './parts.tsx';

interface Props {
  content: LetterContent;
  set: (part: Partial<LetterContent>) => void;
}

const KINDS = ['visit', 'examination', 'procedure'] as const;

/** Care to come: who sees the patient again, what has to be done, when. */
export function Plan({ content: { plan, hasNoPlan }, set }: Props) {
  const t = useText();
  const change = (at: number, part: Partial<(typeof plan)[number]>) =>
    set({ plan: plan.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <div id={placeOf('plan')} className="letter-lines">
      {plan.map(({ kind, words, day }, at) => (
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={at} id={placeOf(`plan-${at}`)} className="letter-line letter-line-plan">
          <legend className="ui-hidden">{t('letters.plan.line', { n: at + 1 })}</legend>
          <Select
            label={t('letters.plan.kind')}
            value={kind}
            onChange={(next) => change(at, { kind: next })}
            choices={KINDS.map((value) => ({ value, label: t(`letters.plan.${value}`) }))}
          />
          <Words label={t('letters.plan.words')} value={words} onChange={(next) => change(at, { words: next })} />
          <Day label={t('letters.plan.day')} value={day} onChange={(next) => change(at, { day: next })} />
          <Button
            look="quiet"
            aria-label={t('letters.plan.drop', { n: at + 1 })}
            onPress={() => set({ plan: plan.filter((_, i) => i !== at) })}
          >
            {t('letters.drop')}
          </Button>
        </fieldset>
      ))}
      <div className="letter-actions">
        <Button onPress={() => set({ plan: [...plan, { kind: 'visit', words: '', day: '' }], hasNoPlan: false })}>
          {t('letters.plan.add')}
        </Button>
      </div>
      {plan.length === 0 ? <Tick label={t('letters.plan.none')} isOn={hasNoPlan} onChange={(isOn) => set({ hasNoPlan: isOn })} /> : null}
    </div>
  );
}

/** Results still awaited: those whom the letter is for are told when each arrives. */
export function Pending({ content: { pending, hasNoPending }, toCome, set }: Props & Pick<LetterDesk, 'toCome'>) {
  const t = useText();
  const language = useLanguage();
  const offered = toCome.filter(({ words, day }) => !pending.some((one) => one.words === words && one.day === day));
  const change = (at: number, part: Partial<(typeof pending)[number]>) =>
    set({ pending: pending.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <div id={placeOf('pending')} className="letter-lines">
      {pending.map(({ words, day }, at) => (
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={at} id={placeOf(`pending-${at}`)} className="letter-line letter-line-pending">
          <legend className="ui-hidden">{t('letters.pending.line', { n: at + 1 })}</legend>
          <Words
            label={t('letters.pending.words')}
            help={t('letters.pending.help')}
            value={words}
            onChange={(next) => change(at, { words: next })}
          />
          <Day label={t('letters.pending.day')} value={day} onChange={(next) => change(at, { day: next })} />
          <Button
            look="quiet"
            aria-label={t('letters.pending.drop', { n: at + 1 })}
            onPress={() => set({ pending: pending.filter((_, i) => i !== at) })}
          >
            {t('letters.drop')}
          </Button>
        </fieldset>
      ))}
      <div className="letter-actions">
        {offered.map(({ words, day }) => (
          <Button key={`${words} ${day}`} onPress={() => set({ pending: [...pending, { words, day }], hasNoPending: false })}>
            {t('letters.pending.take', { words, day: showDate(day, language) })}
          </Button>
        ))}
        <Button onPress={() => set({ pending: [...pending, { words: '', day: '' }], hasNoPending: false })}>
          {t('letters.pending.add')}
        </Button>
      </div>
      {pending.length === 0 ? (
        <Tick label={t('letters.pending.none')} isOn={hasNoPending} onChange={(isOn) => set({ hasNoPending: isOn })} />
      ) : null}
    </div>
  );
}
