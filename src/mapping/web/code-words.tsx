import { Tag, useText } from '#ui';

/** A local code as the laboratory knows it: `GLYC · Glycémie`, or its label alone. */
export function CodeName({ local, label }: { local: string | null; label: string }) {
  return (
    <>
      {local === null ? null : <code>{local}</code>} {label}
    </>
  );
}

/** The specimen and the unit that narrow a line, as printed. */
export function Narrowing({ specimen, unit }: { specimen: string | null; unit: string | null }) {
  const t = useText();
  return (
    <>
      {specimen ? <Tag>{specimen}</Tag> : null} {unit === null ? null : <Tag>{unit === '' ? t('mapping.noUnit') : unit}</Tag>}
    </>
  );
}

/** Names that would fill the screen, behind a word that opens them. */
export function Names({ summary, names }: { summary: string; names: readonly string[] }) {
  return (
    <details className="mapping-names">
      <summary>{summary}</summary>
      {names.join(', ')}
    </details>
  );
}

/** For which other sites a line speaks: a few by name, many by their number. */
export function AlsoFor({ sites }: { sites: readonly string[] }) {
  const t = useText();
  if (sites.length === 0) return null;
  if (sites.length <= FEW) return <span className="mapping-names">{t('mapping.alsoFor', { sites: sites.join(', ') })}</span>;
  return <Names summary={t('mapping.alsoForMany', { count: sites.length })} names={sites} />;
}

const FEW = 3;
