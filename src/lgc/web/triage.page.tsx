import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Button, showBirthDate, showDate, showTime, Tag, TextField, useAnnounce, useLanguage, useText } from '#ui';
import { TRAITS, type TriageItem, type User } from '../contract.ts';
import { Refused } from './refused.tsx';
import { Scroll } from './scroll.tsx';
import { PatientChoice } from './patient-choice.tsx';
import { type LgcAct, patientsQuery, triageQuery, useLgcAct } from './use-lgc.ts';

/** What the connector could not file alone: the traits of each side by side with those whom it may be, and a person who decides. */
export function TriagePage({ me }: { me: User }) {
  const t = useText();
  const announce = useAnnounce();
  const { data, error, refetch } = useQuery(triageQuery);
  const { mutate, isPending } = useLgcAct();
  useEffect(() => {
    document.title = t('lgc.triage');
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const act = (asked: LgcAct) =>
    mutate(asked, { onSuccess: () => announce(t(asked.act === 'refuse' ? 'lgc.done.refused' : 'lgc.done.filed')) });
  return (
    <section className="lgc-page" aria-labelledby="triage-title">
      <header className="lgc-head">
        <h1 id="triage-title">{t('lgc.triage')}</h1>
        <p className="ui-caption">{t('lgc.triageCount', { waiting: data.items.length, alone: data.filedAlone })}</p>
      </header>
      {data.items.length === 0 ? <p className="ui-card lgc-empty">{t('lgc.triageEmpty')}</p> : null}
      {data.items.map((item) => (
        <Waiting key={item.documentId} item={item} me={me} isBusy={isPending} onAct={act} />
      ))}
    </section>
  );
}

interface WaitingProps {
  item: TriageItem;
  me: User;
  isBusy: boolean;
  onAct: (act: LgcAct) => void;
}

function Waiting({ item, me, isBusy, onAct }: WaitingProps) {
  const t = useText();
  const language = useLanguage();
  const { documentId, title, producer, receivedAt, why } = item;
  const [reason, setReason] = useState('');
  const [other, setOther] = useState('');
  const { data: patients = [] } = useQuery(patientsQuery);
  const isReady = reason.trim().length > 1 && !isBusy;
  const file = (number: string) => onAct({ act: 'file', documentId, number, reason: reason.trim() });
  return (
    <article className="ui-card lgc-waiting" aria-labelledby={`waiting-${documentId}`}>
      <header className="lgc-head">
        <h2 id={`waiting-${documentId}`}>{title}</h2>
        <p className="ui-caption">
          {producer} · {showDate(receivedAt, language)} {showTime(receivedAt)}
        </p>
        <Tag tone="notice">{t(`lgc.why.${why}`)}</Tag>
        {me.role === 'gp' ? (
          <a className="ui-button ui-button-plain" href={`/api/triage/${documentId}/pdf`} target="_blank" rel="noreferrer">
            {t('lgc.open')}
          </a>
        ) : null}
      </header>
      <Traits item={item} isReady={isReady} onFile={file} />
      <div className="lgc-decide">
        <TextField label={t('lgc.reason')} help={t('lgc.reasonHelp')} value={reason} onChange={setReason} isRequired />
        <PatientChoice label={t('lgc.attach')} none={t('lgc.choose')} patients={patients} value={other} onChange={setOther} />
        <div className="lgc-actions">
          <Button isDisabled={!isReady || other === ''} onPress={() => file(other)}>
            {t('lgc.attachDo')}
          </Button>
          <Button isDisabled={!isReady} onPress={() => onAct({ act: 'refuse', documentId, reason: reason.trim() })}>
            {t('lgc.refuse')}
          </Button>
        </div>
      </div>
      <ol className="lgc-trace">
        {item.steps.map((step) => (
          <li key={`${step.at} ${step.kind}`} className="ui-caption">
            {showDate(step.at, language)} {showTime(step.at)} ·{' '}
            {t(`lgc.step.${step.kind}`, { by: step.by === 'connector' ? t('lgc.connector') : step.by, patient: step.patient ?? '' })}
            {isOfPerson(step) ? ` · ${step.reason}` : ''}
          </li>
        ))}
      </ol>
    </article>
  );
}

/** Of what the connector does by itself, and of a reading, the reason is a word of programs. */
const isOfPerson = ({ by, kind }: TriageItem['steps'][number]) => by !== 'connector' && kind !== 'seen';

const shownTrait = (trait: string, value: string | undefined) =>
  value === undefined ? '—' : trait === 'birthDate' ? showBirthDate(value) : value;

/** What the document prints in the first column, then each patient whom it may be; a difference is said in words, not by a colour alone. */
function Traits({ item, isReady, onFile }: { item: TriageItem; isReady: boolean; onFile: (number: string) => void }) {
  const t = useText();
  const { printed, ins, candidates, documentId } = item;
  const shown = TRAITS.filter((trait) => printed[trait] !== undefined || candidates.some(({ traits }) => traits[trait] !== undefined));
  return (
    <Scroll labelledby={`waiting-${documentId}`}>
      <table className="ui-table lgc-traits">
        <thead>
          <tr>
            <th scope="col">{t('lgc.trait')}</th>
            <th scope="col">{t('lgc.printed')}</th>
            {candidates.map(({ number, name }) => (
              <th key={number} scope="col">
                {name} · {number}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((trait) => (
            <tr key={trait}>
              <th scope="row">{t(`lgc.trait.${trait}`)}</th>
              <td>{shownTrait(trait, printed[trait])}</td>
              {candidates.map(({ number, traits, likeness }) => (
                <td key={number} className={`lgc-is-${likeness[trait] ?? 'missing'}`}>
                  {shownTrait(trait, traits[trait])} <span className="ui-caption">{t(`lgc.likeness.${likeness[trait] ?? 'missing'}`)}</span>
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">INS</th>
            <td>{ins ?? t('lgc.noIns')}</td>
            {candidates.map(({ number, sameIns, isQualified }) => (
              <td key={number} className={sameIns ? 'lgc-is-same' : ''}>
                {t(sameIns ? 'lgc.sameIns' : 'lgc.otherIns')} · {t(isQualified ? 'lgc.qualified' : 'lgc.provisional')}
              </td>
            ))}
          </tr>
        </tbody>
        {candidates.length > 0 ? (
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                {t('lgc.whose')}
              </th>
              {candidates.map(({ number, name }) => (
                <td key={number}>
                  <Button
                    look="primary"
                    isDisabled={!isReady}
                    aria-label={t('lgc.fileFor', { name, number })}
                    onPress={() => onFile(number)}
                  >
                    {t('lgc.fileHere')}
                  </Button>
                </td>
              ))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </Scroll>
  );
}
