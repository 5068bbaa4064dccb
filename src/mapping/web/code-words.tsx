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
