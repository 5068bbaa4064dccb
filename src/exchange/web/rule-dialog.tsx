import { useState } from 'react';
import { Button, Dialog, Segmented, TextField, Toggle, useText } from '#ui';
import type { Condition, Effect, RoutingRule } from '../contract.ts';

const ROLES = ['prescriber', 'copy', 'patient', 'shared', 'software'] as const;
const IDENTITY = ['provisional', 'retrieved', 'validated', 'qualified'] as const;
const MASKS = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;
const SIGNS = ['isSensitive', 'isOpposed', 'isShutOut', 'isFollowing', 'isAwaiting'] as const;
const EFFECTS = ['send', 'keep', 'hold'] as const;

interface RuleDialogProps {
  rule: RoutingRule;
  /** Numbers of the other rules. */
  taken: readonly string[];
  onKeep: (rule: RoutingRule) => void;
  onClose: () => void;
}

/** One rule of the draft: what it says, when it applies, what it does. */
export function RuleDialog({ rule, taken, onKeep, onClose }: RuleDialogProps) {
  const t = useText();
  const [draft, setDraft] = useState(rule);
  const [lists, setLists] = useState(() => ({
    senders: rule.when.senders?.join(' ') ?? '',
    types: rule.when.types?.join(' ') ?? '',
    recipients: rule.when.recipients?.join(' ') ?? '',
  }));
  const set = (part: Partial<RoutingRule>) => setDraft((before) => ({ ...before, ...part }));
  const setWhen = (part: Condition) => setDraft((before) => ({ ...before, when: { ...before.when, ...part } }));
  const isNumber = /^R-\d{2,3}$/.test(draft.id) && !taken.includes(draft.id);
  const isReady = isNumber && draft.words.trim().length >= 3;
  const keep = () => {
    const of = (text: string) => (text.trim() === '' ? undefined : text.trim().split(/[\s,;]+/));
    const when = { ...draft.when, senders: of(lists.senders), types: of(lists.types), recipients: of(lists.recipients) };
    onKeep({ ...draft, words: draft.words.trim(), when: onlyGiven(when) });
  };
  return (
    <Dialog
      title={t('exchange.rules.edit', { id: draft.id })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('exchange.rules.cancel')}</Button>
          <Button look="primary" isDisabled={!isReady} onPress={keep}>
            {t('exchange.rules.keep')}
          </Button>
        </>
      }
    >
      <div className="exchange-form">
        <TextField
          label={t('exchange.rules.number')}
          help={t('exchange.rules.numberHelp')}
          value={draft.id}
          onChange={(id) => set({ id })}
          error={isNumber ? undefined : t('exchange.rules.numberWrong')}
        />
        <TextField label={t('exchange.rules.words')} value={draft.words} onChange={(words) => set({ words })} isRequired />
        <p className="ui-label">{t('exchange.rules.effect')}</p>
        <Segmented<Effect>
          label={t('exchange.rules.effect')}
          value={draft.effect}
          onChange={(effect) => set({ effect })}
          choices={EFFECTS.map((value) => ({ value, label: t(`exchange.rules.effect.${value}`) }))}
        />
        <p>{t('exchange.rules.whenHelp')}</p>
        {(['senders', 'types', 'recipients'] as const).map((part) => (
          <TextField
            key={part}
            label={t(`exchange.rules.${part}`)}
            help={t(`exchange.rules.${part}Help`)}
            value={lists[part]}
            onChange={(text) => setLists((before) => ({ ...before, [part]: text }))}
          />
        ))}
        <Among part="roles" values={ROLES} draft={draft} onChange={setWhen} />
        <Among part="identity" values={IDENTITY} draft={draft} onChange={setWhen} />
        <Among part="masks" values={MASKS} draft={draft} onChange={setWhen} />
        {SIGNS.map((part) => (
          <div key={part} className="exchange-sign">
            <span>{t(`exchange.rules.${part}`)}</span>
            <Segmented<'any' | 'yes' | 'no'>
              label={t(`exchange.rules.${part}`)}
              value={draft.when[part] === undefined ? 'any' : draft.when[part] ? 'yes' : 'no'}
              onChange={(value) => setWhen({ [part]: value === 'any' ? undefined : value === 'yes' })}
              choices={(['any', 'yes', 'no'] as const).map((value) => ({ value, label: t(`exchange.rules.${value}`) }))}
            />
          </div>
        ))}
        <TextField
          label={t('exchange.rules.olderThan')}
          value={draft.when.olderThanDays?.toString() ?? ''}
          onChange={(text) => setWhen({ olderThanDays: /^\d{1,5}$/.test(text) ? Number(text) : undefined })}
        />
        <TextField
          label={t('exchange.rules.address')}
          help={t('exchange.rules.addressHelp')}
          type="email"
          value={draft.address ?? ''}
          onChange={(address) => set({ address: address || undefined })}
        />
      </div>
    </Dialog>
  );
}

interface AmongProps<Value extends string> {
  part: 'roles' | 'identity' | 'masks';
  values: readonly Value[];
  draft: RoutingRule;
  onChange: (part: Condition) => void;
}

/** Any of a few; none chosen: all. */
function Among<Value extends string>({ part, values, draft, onChange }: AmongProps<Value>) {
  const t = useText();
  const chosen: readonly string[] = draft.when[part] ?? [];
  const change = (value: Value, isOn: boolean) => {
    const next = values.filter((one) => (one === value ? isOn : chosen.includes(one)));
    onChange({ [part]: next.length === 0 ? undefined : next });
  };
  return (
    <fieldset className="exchange-among">
      <legend className="ui-label">{t(`exchange.rules.${part}`)}</legend>
      {values.map((value) => (
        <Toggle key={value} isOn={chosen.includes(value)} onChange={(isOn) => change(value, isOn)}>
          {t(`exchange.rules.${part}.${value}`)}
        </Toggle>
      ))}
    </fieldset>
  );
}

const onlyGiven = (when: Condition): Condition => Object.fromEntries(Object.entries(when).filter(([, value]) => value !== undefined));
