import { useState } from 'react';
import { Button, Notice, showLongDate, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { LineView } from '../contract.ts';
import { ChangePreview } from './change-preview.tsx';
import { AlsoFor, CodeName, Narrowing } from './code-words.tsx';
import { type Bench, useVerdict } from './use-mapping.ts';

/** Lines that a biologist proposed: another one sees what each would change, and decides. */
export function WaitingLines({ lines, ...around }: { lines: readonly LineView[]; bench: Bench; validators: readonly string[] }) {
  const t = useText();
  if (lines.length === 0) return <Notice tone="quiet">{t('mapping.waiting.none')}</Notice>;
  return (
    <>
      {lines.map((line) => (
        <WaitingLine key={line.lineId} line={line} {...around} />
      ))}
    </>
  );
}

function WaitingLine({ line, bench, validators }: { line: LineView; bench: Bench; validators: readonly string[] }) {
  const t = useText();
  const language = useLanguage();
  const announce = useAnnounce();
  const verdict = useVerdict(bench);
  const [reason, setReason] = useState('');
  const decide = (validated: boolean) =>
    verdict.mutate(
      { lineId: line.lineId, validated, reason: reason.trim() },
      { onSuccess: () => announce(t(validated ? 'mapping.validated' : 'mapping.refused')) },
    );
  return (
    <article className="ui-card mapping-line">
      <h2>
        <CodeName local={line.local} label={line.label ?? ''} /> <Narrowing specimen={line.specimen} unit={line.unit} />
      </h2>
      <p>
        {line.loinc === null ? (
          t('mapping.withdraw')
        ) : (
          <>
            → <strong>{line.rowLabel ?? line.row}</strong> <code>{line.loinc}</code>
          </>
        )}
      </p>
      <AlsoFor sites={line.sites} />
      <p className="app-page-note">
        {t('mapping.proposedBy', { by: line.proposedBy, at: showLongDate(line.proposedAt, language), reason: line.reason })}
      </p>
      <ChangePreview wish={{ codeId: line.codeId, loinc: line.loinc, unit: line.unit, allSites: line.sites.length > 0 }} bench={bench} />
      {verdict.isError ? <Notice isAlert>{t('mapping.failed')}</Notice> : null}
      {line.isMine ? (
        <Notice tone="quiet">
          {t('mapping.mine')}{' '}
          {validators.length === 0 ? t('mapping.mine.alone') : t('mapping.mine.designated', { names: validators.join(', ') })}
        </Notice>
      ) : null}
      <div className="mapping-verdict">
        <TextField label={t('mapping.verdictWhy')} value={reason} onChange={setReason} />
        <Button onPress={() => decide(false)} isDisabled={verdict.isPending}>
          {t(line.isMine ? 'mapping.takeBack' : 'mapping.refuse')}
        </Button>
        {line.isMine ? null : (
          <Button look="primary" onPress={() => decide(true)} isDisabled={verdict.isPending}>
            {t('mapping.validate')}
          </Button>
        )}
      </div>
    </article>
  );
}
