import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useId, useState } from 'react';
import { Button, Dialog, Notice, SearchField, showNumber, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { ObservedCode, ProposalView, Workbench } from '../contract.ts';
import { Names } from './code-words.tsx';
import { ChangePreview } from './change-preview.tsx';
import { proposalsQuery, usePropose } from './use-mapping.ts';

/** One code to map: what it may be, what that would change, why; then another biologist decides. */
export function MapDialog({ code, sites, onClose }: { code: ObservedCode; sites: Workbench['sites']; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const propose = usePropose();
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<string | null>();
  const [unit, setUnit] = useState<string | null>(null);
  const [allSites, setAllSites] = useState(false);
  const [reason, setReason] = useState('');
  const isReady = chosen !== undefined && reason.trim().length >= 3 && !propose.isPending;
  const send = () => {
    if (!isReady || chosen === undefined) return;
    propose.mutate(
      { codeId: code.codeId, loinc: chosen, unit, allSites, reason: reason.trim() },
      {
        onSuccess: () => {
          announce(t('mapping.proposed'));
          onClose();
        },
      },
    );
  };
  const title = [code.local, code.labels[0]].filter(Boolean).join(' · ');
  return (
    <Dialog
      title={t('mapping.ask', { code: title })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('mapping.cancel')}</Button>
          <Button look="primary" onPress={send} isDisabled={!isReady}>
            {t('mapping.propose')}
          </Button>
        </>
      }
    >
      {propose.isError ? <Notice isAlert>{t('mapping.failed')}</Notice> : null}
      {/* Outside the form: with two fields in it, Enter would send nothing. */}
      <SearchField label={t('mapping.search')} placeholder={t('mapping.search')} value={words} onChange={setWords} />
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <ProposalList code={code} words={useDeferredValue(words.trim())} chosen={chosen} onChoose={setChosen} />
        <UnitChoice code={code} unit={unit} onChange={setUnit} />
        {sites.length === 0 ? null : (
          <div className="mapping-sites">
            <label>
              <input type="checkbox" checked={allSites} onChange={(event) => setAllSites(event.target.checked)} />
              <span>{t('mapping.allSites', { count: sites.length })}</span>
            </label>
            <Names summary={t('mapping.allSites.which')} names={sites.map(({ name }) => name)} />
          </div>
        )}
        {chosen === undefined ? null : <ChangePreview wish={{ codeId: code.codeId, loinc: chosen, unit, allSites }} />}
        <TextField label={t('mapping.why')} value={reason} onChange={setReason} isRequired />
      </form>
    </Dialog>
  );
}

interface ProposalListProps {
  code: ObservedCode;
  words: string;
  chosen: string | null | undefined;
  onChoose: (loinc: string | null) => void;
}

function ProposalList({ code, words, chosen, onChoose }: ProposalListProps) {
  const t = useText();
  const name = useId();
  const { data, isPending, isError } = useQuery(proposalsQuery(code.codeId, words));
  if (isError) return <Notice isAlert>{t('mapping.failed')}</Notice>;
  return (
    <fieldset className="mapping-proposals">
      <legend>{t('mapping.proposals')}</legend>
      {isPending ? <p>{t('mapping.loading')}</p> : null}
      {data?.proposals.length === 0 ? <p>{t('mapping.noProposal')}</p> : null}
      {data?.proposals.map((proposal) => (
        <label key={proposal.row}>
          <input type="radio" name={name} checked={chosen === proposal.loinc} onChange={() => onChoose(proposal.loinc)} />
          <ProposalWords proposal={proposal} />
        </label>
      ))}
      {code.state === 'mapped' ? (
        <label>
          <input type="radio" name={name} checked={chosen === null} onChange={() => onChoose(null)} />
          <span>{t('mapping.withdraw')}</span>
        </label>
      ) : null}
    </fieldset>
  );
}

function ProposalWords({ proposal: { label, specimen, unit, loinc, name, score, reasons } }: { proposal: ProposalView }) {
  const t = useText();
  const language = useLanguage();
  return (
    <span>
      <strong>{label}</strong> · {specimen}
      {unit === '' ? '' : ` · ${unit}`}
      <span className="app-page-note mapping-small">
        <code>{loinc}</code> {name}
      </span>
      <span className="app-page-note mapping-small">
        {[`${showNumber(score * 100, 0, language)} %`, ...reasons.map((reason) => t(`mapping.reason.${reason}`))].join(' · ')}
      </span>
    </span>
  );
}

/** All units, or one of those that the laboratory prints under this code. */
function UnitChoice({ code, unit, onChange }: { code: ObservedCode; unit: string | null; onChange: (unit: string | null) => void }) {
  const t = useText();
  const name = useId();
  // Words carry no unit: they belong with the numbers of their code.
  const units = code.units.flatMap((one) => one.unit ?? []);
  if (units.length < 2) return null;
  const choices = [null, ...units];
  return (
    <fieldset className="mapping-units">
      <legend>{t('mapping.forUnit')}</legend>
      {choices.map((one) => (
        <label key={one ?? 'all'}>
          <input type="radio" name={name} checked={unit === one} onChange={() => onChange(one)} />
          <span>{one ?? t('mapping.allUnits')}</span>
        </label>
      ))}
    </fieldset>
  );
}
