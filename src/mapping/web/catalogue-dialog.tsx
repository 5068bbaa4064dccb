import { useId, useState } from 'react';
import { ApiError, Button, Dialog, Notice, useAnnounce, useText } from '#ui';
import type { CatalogueTaken } from '../contract.ts';
import { useCatalogue } from './use-mapping.ts';

const MOST_BYTES = 4_000_000;

/** The catalogue of one's laboratory, before its first results: what taking it would do is shown first. */
export function CatalogueDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const id = useId();
  const announce = useAnnounce();
  const trial = useCatalogue();
  const taking = useCatalogue();
  const [file, setFile] = useState<{ text: string; reason: string }>();
  const [isTooLarge, setIsTooLarge] = useState(false);
  const choose = async (chosen: File | undefined) => {
    setFile(undefined);
    trial.reset();
    setIsTooLarge(chosen !== undefined && chosen.size > MOST_BYTES);
    if (!chosen || chosen.size > MOST_BYTES) return;
    const given = { text: textOf(await chosen.arrayBuffer()), reason: t('mapping.catalogue.reason', { file: chosen.name.slice(0, 200) }) };
    setFile(given);
    trial.mutate({ ...given, isTrial: true });
  };
  const take = async () => {
    if (!file) return;
    const taken = await taking.mutateAsync({ ...file, isTrial: false }).catch(() => undefined);
    if (!taken) return;
    announce(t('mapping.catalogue.taken', { announced: taken.announced, proposed: taken.proposed }));
    onClose();
  };
  const found = trial.data;
  const error = trial.error ?? taking.error;
  return (
    <Dialog
      title={t('mapping.catalogue.title')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('mapping.cancel')}</Button>
          <Button
            look="primary"
            onPress={() => void take()}
            isDisabled={!found || found.announced + found.proposed === 0 || taking.isPending}
          >
            {t('mapping.catalogue.take')}
          </Button>
        </>
      }
    >
      <p className="ui-caption">{t('mapping.catalogue.help')}</p>
      <div className="ui-field">
        <label className="ui-label" htmlFor={id}>
          {t('mapping.catalogue.file')}
        </label>
        <input
          id={id}
          type="file"
          className="ui-input"
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          onChange={({ target }) => void choose(target.files?.[0])}
        />
        {isTooLarge ? <p className="ui-field-error">{t('mapping.catalogue.tooLarge')}</p> : null}
      </div>
      {error ? <Notice isAlert>{t('mapping.catalogue.refused', { at: placeOf(error) })}</Notice> : null}
      {found ? <Found found={found} /> : null}
    </Dialog>
  );
}

function Found({ found }: { found: CatalogueTaken }) {
  const t = useText();
  const { codes, announced, proposed, outside, refused, refusedInAll, ignored } = found;
  return (
    <output className="mapping-catalogue">
      <p>{t('mapping.catalogue.found', { codes, announced, proposed })}</p>
      {outside > 0 ? <p>{t('mapping.catalogue.outside', { count: outside })}</p> : null}
      {ignored.length > 0 ? <p>{t('mapping.catalogue.ignored', { columns: ignored.join(', '), count: ignored.length })}</p> : null}
      {refusedInAll > 0 ? <p>{t('mapping.catalogue.notTaken', { count: refusedInAll })}</p> : null}
      <ul>
        {refused.map(({ line, fault }) => (
          <li key={`${line} ${fault}`}>{t(`mapping.catalogue.fault.${fault}`, { line })}</li>
        ))}
      </ul>
    </output>
  );
}

/** The line that the server names (`line 12`). */
const placeOf = (error: Error): string => (error instanceof ApiError ? (/\d+/.exec(error.body?.at ?? '')?.[0] ?? 'none') : 'none');

/** Files of French software are in UTF-8, or in Windows-1252 when they are not. */
function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
