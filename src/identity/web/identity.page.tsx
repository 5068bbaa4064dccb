import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import {
  Button,
  KeyHints,
  Notice,
  SearchField,
  showBirthDate,
  showDate,
  showIns,
  Tag,
  useAnnounce,
  useLanguage,
  useShortcuts,
  useText,
} from '#ui';
import type { IdentityView } from '../contract.ts';
import { ChangeDialog, type Wanted } from './change-dialog.tsx';
import { Fault } from './fault.tsx';
import { FiledDocuments } from './filed-documents.tsx';
import { IdentityHistory } from './identity-history.tsx';
import { MergeView } from './merge-view.tsx';
import { identityQuery, peopleQuery } from './use-identities.ts';
import './identities.css';

interface IdentityPageProps {
  patientId: string;
  /** The record put beside this one, to be merged. */
  other: string | undefined;
  onCompare: (patientId: string | undefined) => void;
  places: ReactNode;
}

/** One identity: who it is, by what proof, what was done to it, and everything that the cell may do. */
export function IdentityPage({ patientId, other, onCompare, places }: IdentityPageProps) {
  const t = useText();
  const announce = useAnnounce();
  const { data: view, error } = useQuery(identityQuery(patientId));
  const second = useQuery({ ...identityQuery(other ?? ''), enabled: other !== undefined });
  const [wanted, setWanted] = useState<Wanted>();
  const [done, setDone] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (view) document.title = `${view.patient.traits.birthFamily} ${view.patient.traits.firstBirthGiven} — Cigogne`;
  }, [view]);
  const want = (next: Wanted) => {
    setDone(undefined);
    setWanted(next);
  };
  const isDoubtful = view?.patient.attributes.includes('DOUT') ?? false;
  useShortcuts({
    t: () => want({ kind: 'correct-traits' }),
    p: () => want({ kind: 'check-document' }),
    d: () => want({ kind: 'set-doubt', doubt: 'DOUT', isOn: !isDoubtful }),
    m: () => field.current?.focus(),
  });
  if (error) return <Fault error={error} />;
  if (!view) return null;
  return (
    <div className="identity-one">
      {places}
      <IdentityHead view={view} />
      {done ? <Notice tone="quiet">{done}</Notice> : null}
      {second.data && second.data.patient.patientId !== view.patient.patientId ? (
        <MergeView first={view} second={second.data} onDecide={want} onClose={() => onCompare(undefined)} />
      ) : (
        <>
          <Changes view={view} isDoubtful={isDoubtful} onWant={want} />
          <OtherRecord view={view} inputRef={field} onPick={onCompare} />
          <FiledDocuments view={view} onWant={want} />
          <IdentityHistory view={view} onUndo={(eventId) => want({ kind: 'undo', eventId })} />
          <KeyHints
            label={t('identity.keys')}
            hints={[
              { keys: ['T'], does: t('identity.change.correct-traits') },
              { keys: ['P'], does: t('identity.change.check-document') },
              { keys: ['D'], does: t(`identity.change.${isDoubtful ? 'lift' : 'set'}-DOUT`) },
              { keys: ['M'], does: t('identity.merge.search') },
            ]}
          />
        </>
      )}
      {wanted ? (
        <ChangeDialog
          view={view}
          wanted={wanted}
          onClose={() => setWanted(undefined)}
          onDone={({ kind }, filed) => {
            const words = t('identity.changed', { filed });
            setWanted(undefined);
            setDone(words);
            announce(words);
            if (kind === 'merge' || kind === 'two-people') onCompare(undefined);
          }}
        />
      ) : null}
    </div>
  );
}

function IdentityHead({ view }: { view: IdentityView }) {
  const t = useText();
  const language = useLanguage();
  const { patient, service, permits } = view;
  const { traits, ins } = patient;
  const shown = ins && showIns(ins.value);
  return (
    <header className="identity-head ui-card">
      <h1>
        <bdi>
          {traits.birthFamily} {traits.birthGivens}
        </bdi>
      </h1>
      <p className="ui-figures">
        {showBirthDate(traits.birthDate)} · {t(`identity.sex.${traits.sex}`)}
        {traits.birthPlace?.cog ? ` · ${traits.birthPlace.cog} ${traits.birthPlace.label ?? ''}` : null}
        {shown ? ` · INS ${shown.number} ${shown.key}` : null}
      </p>
      <dl className="identity-facts">
        <dt>{t('identity.statusOf')}</dt>
        <dd>
          <strong>{t(`identity.status.${patient.status}`)}</strong>
          {view.receivedFrom ? ` · ${t('identity.receivedFrom', { finess: view.receivedFrom })}` : null}
        </dd>
        <dt>{t('identity.papers')}</dt>
        <dd>{t(`identity.papers.${view.document ?? 'none'}`)}</dd>
        <dt>{t('identity.service')}</dt>
        <dd>
          {t(`identity.service.${service.state}`)}
          {service.at ? `, ${showDate(service.at, language)}` : null}
        </dd>
        <OtherNames aliases={view.aliases} />
        <dt>{t('identity.permits')}</dt>
        <dd>{permits.length === 0 ? t('identity.permits.nothing') : permits.map((use) => t(`identity.use.${use}`)).join(', ')}</dd>
      </dl>
      {patient.deceasedOn === undefined ? null : (
        <Tag tone="notice">
          {t('identity.died', { date: patient.deceasedOn.startsWith('0000') ? '?' : showBirthDate(patient.deceasedOn) })}
        </Tag>
      )}{' '}
      {patient.attributes.map((mark) => (
        <Tag key={mark} tone="notice">
          {t(`identity.mark.${mark}`)}
        </Tag>
      ))}
    </header>
  );
}

/** Names known before, or elsewhere, each with where it comes from. */
function OtherNames({ aliases }: { aliases: IdentityView['aliases'] }) {
  const t = useText();
  const language = useLanguage();
  if (aliases.length === 0) return null;
  return (
    <>
      <dt>{t('identity.aliases')}</dt>
      {aliases.map(({ family, givens, origin, sender, knownAt }) => (
        <dd key={`${family}|${givens}`}>
          <bdi>
            <strong>
              {family} {givens}
            </strong>
          </bdi>{' '}
          <span className="ui-caption ui-figures">
            {t(`identity.alias.${origin}`)}
            {sender === null ? null : ` · FINESS ${sender}`} · {showDate(knownAt, language)}
          </span>
        </dd>
      ))}
    </>
  );
}

interface ChangesProps {
  view: IdentityView;
  isDoubtful: boolean;
  onWant: (wanted: Wanted) => void;
}

function Changes({ view, isDoubtful, onWant }: ChangesProps) {
  const t = useText();
  const isFictitious = view.patient.attributes.includes('FICT');
  const insKind = view.patient.ins ? 'withdraw-ins' : 'attach-ins';
  const deathKind = view.patient.deceasedOn === undefined ? 'note-death' : 'withdraw-death';
  return (
    <fieldset className="identity-actions">
      <legend className="ui-hidden">{t('identity.changes')}</legend>
      <Button hint="T" onPress={() => onWant({ kind: 'correct-traits' })}>
        {t('identity.change.correct-traits')}
      </Button>
      <Button hint="P" onPress={() => onWant({ kind: 'check-document' })}>
        {t('identity.change.check-document')}
      </Button>
      {view.document ? (
        <Button onPress={() => onWant({ kind: 'withdraw-document' })}>{t('identity.change.withdraw-document')}</Button>
      ) : null}
      <Button onPress={() => onWant({ kind: insKind })}>{t(`identity.change.${insKind}`)}</Button>
      <Button hint="D" onPress={() => onWant({ kind: 'set-doubt', doubt: 'DOUT', isOn: !isDoubtful })}>
        {t(`identity.change.${isDoubtful ? 'lift' : 'set'}-DOUT`)}
      </Button>
      <Button onPress={() => onWant({ kind: 'set-doubt', doubt: 'FICT', isOn: !isFictitious })}>
        {t(`identity.change.${isFictitious ? 'lift' : 'set'}-FICT`)}
      </Button>
      <Button onPress={() => onWant({ kind: deathKind })}>{t(`identity.change.${deathKind}`)}</Button>
    </fieldset>
  );
}

interface OtherRecordProps {
  view: IdentityView;
  inputRef: Ref<HTMLInputElement>;
  onPick: (patientId: string) => void;
}

/** Looks for the record of the same person, to be put beside this one. */
function OtherRecord({ view, inputRef, onPick }: OtherRecordProps) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  const { data } = useQuery(peopleQuery(asked));
  const found = data?.patients.filter(({ patientId }) => patientId !== view.patient.patientId);
  return (
    <div className="identity-search">
      <SearchField
        label={t('identity.merge.search')}
        placeholder={t('identity.merge.placeholder')}
        value={typed}
        onChange={setTyped}
        onSubmit={setAsked}
        hint={['M']}
        inputRef={inputRef}
      />
      {found ? <p className="ui-caption">{t('identity.search.found', { count: found.length })}</p> : null}
      <ul className="identity-found">
        {found?.map(({ patientId, traits }) => (
          <li key={patientId}>
            <Button look="quiet" onPress={() => onPick(patientId)}>
              <bdi>
                {traits.birthFamily} {traits.firstBirthGiven}
              </bdi>
              <span className="ui-caption ui-figures">
                {showBirthDate(traits.birthDate)} · {t(`identity.sex.letter.${traits.sex}`)}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
