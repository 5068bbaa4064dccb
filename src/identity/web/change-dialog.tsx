import { useState } from 'react';
import { Button, Dialog, perform, TextField, useText } from '#ui';
import type { ChangeBody, IdentityView } from '../contract.ts';
import { Fault } from './fault.tsx';
import { type Papers, PapersField, TraitsFields } from './traits-fields.tsx';
import { formOf, isoOf, traitsIn } from './typed-traits.ts';
import { useChange } from './use-identities.ts';

/** A change about to be made; what is still to be said is asked for. */
export type Wanted =
  | { kind: 'correct-traits' | 'check-document' | 'withdraw-document' | 'attach-ins' | 'withdraw-ins' }
  | { kind: 'set-doubt'; doubt: 'DOUT' | 'FICT'; isOn: boolean }
  | { kind: 'note-death' | 'withdraw-death' }
  | { kind: 'undo'; eventId: string }
  | { kind: 'recall'; depositId: string; home: string }
  | { kind: 'merge'; merged: string; into: string }
  | { kind: 'split'; home: string }
  | { kind: 'two-people'; other: string };

interface ChangeDialogProps {
  view: IdentityView;
  wanted: Wanted;
  onClose: () => void;
  onDone: (wanted: Wanted, filed: number) => void;
}

/** Says what will happen, asks why in the person's own words, and only then changes anything. */
export function ChangeDialog({ view, wanted, onClose, onDone }: ChangeDialogProps) {
  const t = useText();
  const [form, setForm] = useState(() => formOf(view.patient.traits));
  const [papers, setPapers] = useState<Papers>(wanted.kind === 'check-document' ? 'CN' : '');
  const [ins, setIns] = useState('');
  const [died, setDied] = useState('');
  const [reason, setReason] = useState('');
  const change = useChange();
  const traits = traitsIn(form);
  const deceasedOn = isoOf(died);
  const isSaid = isEnough(wanted.kind, { traits, ins, deceasedOn });
  const isReady = isSaid && reason.trim() !== '' && !change.isPending;
  const send = () => {
    if (!isReady) return;
    const body = bodyOf(wanted, { traits, papers, ins: ins.trim(), deceasedOn, reason: reason.trim() });
    perform(change, { patientId: recordOf(wanted, view), body }, ({ filed }) => onDone(wanted, filed));
  };
  const verb = wanted.kind === 'set-doubt' ? `${wanted.isOn ? 'set' : 'lift'}-${wanted.doubt}` : wanted.kind;
  return (
    <Dialog
      title={t(`identity.change.${verb}`)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('identity.later')}</Button>
          <Button look="primary" onPress={send} isDisabled={!isReady}>
            {t('identity.change.do')}
          </Button>
        </>
      }
    >
      <p>{t(`identity.effect.${verb}`)}</p>
      {change.error ? <Fault error={change.error} /> : null}
      <form
        className="identity-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {wanted.kind === 'correct-traits' ? <TraitsFields form={form} onChange={setForm} /> : null}
        {wanted.kind === 'correct-traits' || wanted.kind === 'check-document' ? <PapersField value={papers} onChange={setPapers} /> : null}
        {wanted.kind === 'attach-ins' ? (
          <TextField label={t('identity.trait.ins')} value={ins} onChange={setIns} help={t('identity.form.ins')} isRequired takesFocus />
        ) : null}
        {wanted.kind === 'note-death' ? (
          <TextField label={t('identity.death')} value={died} onChange={setDied} help={t('identity.form.date')} isRequired takesFocus />
        ) : null}
        <TextField
          label={t('identity.why')}
          value={reason}
          onChange={setReason}
          help={t('identity.why.help')}
          isRequired
          takesFocus={!['correct-traits', 'attach-ins', 'note-death'].includes(wanted.kind)}
        />
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </form>
    </Dialog>
  );
}

/** Is everything said that this change needs? */
function isEnough(kind: Wanted['kind'], { traits, ins, deceasedOn }: Pick<Said, 'traits' | 'ins' | 'deceasedOn'>): boolean {
  if (kind === 'correct-traits') return traits !== undefined;
  if (kind === 'attach-ins') return ins.trim() !== '';
  return kind === 'note-death' ? deceasedOn !== undefined : true;
}

/** The record that is changed: the one read, or the one of several that the change is about. */
function recordOf(wanted: Wanted, { patient }: IdentityView): string {
  if (wanted.kind === 'merge') return wanted.merged;
  return wanted.kind === 'recall' || wanted.kind === 'split' ? wanted.home : patient.patientId;
}

interface Said {
  traits: ReturnType<typeof traitsIn>;
  papers: Papers;
  ins: string;
  deceasedOn: string | undefined;
  reason: string;
}

function bodyOf(wanted: Wanted, { traits, papers, ins, deceasedOn, reason }: Said): ChangeBody {
  switch (wanted.kind) {
    case 'correct-traits':
      return { kind: 'correct-traits', reason, traits: traits!, ...(papers && { document: papers }) };
    case 'check-document':
      return { kind: 'check-document', reason, ...(papers && { document: papers }) };
    case 'withdraw-document':
      return { kind: 'check-document', reason };
    case 'attach-ins':
      return { kind: 'attach-ins', reason, ins };
    case 'set-doubt':
      return { kind: 'set-doubt', reason, doubt: wanted.doubt, isOn: wanted.isOn };
    case 'note-death':
      return { kind: 'note-death', reason, ...(deceasedOn !== undefined && { deceasedOn }) };
    case 'withdraw-death':
      return { kind: 'note-death', reason };
    case 'undo':
      return { kind: 'undo', reason, eventId: wanted.eventId };
    case 'recall':
      return { kind: 'recall', reason, depositId: wanted.depositId };
    case 'merge':
      return { kind: 'merge', reason, into: wanted.into };
    case 'two-people':
      return { kind: 'two-people', reason, other: wanted.other };
    case 'split':
    case 'withdraw-ins':
      return { kind: wanted.kind, reason };
  }
}
