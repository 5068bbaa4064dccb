import { TextField, useText } from '#ui';
import { type IdentityFacts } from '../contract.ts';
import { Choose } from './choose.tsx';
import type { TraitsForm } from './typed-traits.ts';

/** Papers by which an identity is checked, the most usual first; '' for none. */
const PAPERS = ['CN', 'PA', 'CS', 'LE', 'AN', 'IE'] as const;
export type Papers = NonNullable<IdentityFacts['document']> | '';

interface TraitsFieldsProps {
  form: TraitsForm;
  onChange: (form: TraitsForm) => void;
}

export function TraitsFields({ form, onChange }: TraitsFieldsProps) {
  const t = useText();
  const field = (id: keyof TraitsForm) => ({ value: form[id], onChange: (value: string) => onChange({ ...form, [id]: value }) });
  return (
    <div className="identity-fields">
      <TextField label={t('identity.trait.birthFamily')} {...field('birthFamily')} isRequired takesFocus />
      <TextField label={t('identity.trait.birthGivens')} {...field('birthGivens')} help={t('identity.form.givens')} isRequired />
      <TextField label={t('identity.form.first')} {...field('first')} help={t('identity.form.first.help')} />
      <TextField label={t('identity.trait.birthDate')} {...field('birthDate')} help={t('identity.form.date')} isRequired />
      <Choose
        label={t('identity.trait.sex')}
        value={form.sex}
        choices={(['F', 'M', 'UN'] as const).map((value) => ({ value, label: t(`identity.sex.${value}`) }))}
        onChange={(sex) => onChange({ ...form, sex })}
      />
      <TextField label={t('identity.trait.birthPlace')} {...field('cog')} help={t('identity.form.cog')} />
      <TextField label={t('identity.trait.usedFamily')} {...field('usedFamily')} />
      <TextField label={t('identity.trait.usedGiven')} {...field('usedGiven')} />
    </div>
  );
}

export function PapersField({ value, onChange }: { value: Papers; onChange: (value: Papers) => void }) {
  const t = useText();
  const choices = ([...PAPERS, ''] as const).map((paper) => ({ value: paper as Papers, label: t(`identity.papers.${paper || 'none'}`) }));
  return <Choose label={t('identity.papers')} value={value} choices={choices} onChange={onChange} />;
}
