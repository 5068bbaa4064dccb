import { useState } from 'react';
import { Button, Notice, showBirthDate, TextField, useAnnounce, useText, useToday } from '#ui';
import { useInboxAct } from './use-inbox.ts';
import './inbox.css';

interface ExpectFormProps {
  /** Of whom it is; one of them is chosen when there are several. */
  patients: readonly { patientId: string; name: string; birthDate: string }[];
}

/** Days that a result is given to come back, unless the prescriber says otherwise. */
const USUAL_DAYS = 7;

/** What was prescribed and must come back: awaited until a day, then it never came back, until a report bears its words or its prescriber gives it up. */
export function ExpectForm({ patients }: ExpectFormProps) {
  const t = useText();
  const announce = useAnnounce();
  const today = useToday();
  const [only, ...others] = patients;
  const [chosen, setChosen] = useState('');
  const [words, setWords] = useState('');
  const [prescribedOn, setPrescribedOn] = useState(today);
  const [due, setDue] = useState<string>();
  const { mutateAsync, isPending, isError } = useInboxAct();
  const patientId = others.length === 0 ? (only?.patientId ?? '') : chosen;
  const dueOn = due ?? daysAfter(prescribedOn, USUAL_DAYS);
  const isReady = patientId !== '' && words.trim().length > 1 && prescribedOn !== '' && prescribedOn <= today && dueOn >= prescribedOn;
  const keep = async () => {
    await mutateAsync({ act: 'expect', patientId, words: words.trim(), prescribedOn, dueOn });
    announce(t('exchange.expect.kept'));
    setWords('');
  };
  return (
    <details className="ui-card inbox-absences">
      <summary>{t('exchange.expect.title')}</summary>
      <p className="ui-caption">{t('exchange.expect.help')}</p>
      {others.length > 0 ? (
        <label className="ui-field">
          <span className="ui-label">{t('exchange.expect.patient')}</span>
          <select className="ui-input" value={chosen} onChange={({ target }) => setChosen(target.value)}>
            <option value="">{t('exchange.inbox.choose')}</option>
            {patients.map(({ patientId: id, name, birthDate }) => (
              <option key={id} value={id}>
                {`${name} · ${showBirthDate(birthDate)}`}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <TextField label={t('exchange.expect.words')} help={t('exchange.expect.wordsHelp')} value={words} onChange={setWords} />
      <div className="inbox-days">
        <TextField label={t('exchange.expect.prescribedOn')} type="date" value={prescribedOn} onChange={setPrescribedOn} />
        <TextField label={t('exchange.expect.dueOn')} type="date" value={dueOn} onChange={setDue} />
      </div>
      {isError ? <Notice isAlert>{t('exchange.inbox.failed')}</Notice> : null}
      <Button isDisabled={!isReady || isPending} onPress={() => void keep().catch(() => {})}>
        {t('exchange.expect.keep')}
      </Button>
    </details>
  );
}

/** `YYYY-MM-DD`, so many days later; empty of a day that is not typed whole. */
function daysAfter(day: string, days: number): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? '' : new Date(at + days * 86_400_000).toISOString().slice(0, 10);
}
