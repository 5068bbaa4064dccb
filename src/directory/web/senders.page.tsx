import { useQuery } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { api, Button, showDate, Tag, useLanguage, useText } from '#ui';
import type { Directory, ShownSender } from '../contract.ts';
import { SenderDialog } from './sender-dialog.tsx';
import './directory.css';

interface SendersPageProps {
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
  /** Where the tables of local codes of these laboratories are. */
  mappings: ReactNode;
}

/** The systems that send: for which structures, with which software and formats, being tried or in production. */
export function SendersPage({ Refused, mappings }: SendersPageProps) {
  const t = useText();
  const [changed, setChanged] = useState<ShownSender | 'new'>();
  const { data, error, refetch } = useQuery({
    queryKey: ['directory', 'senders'],
    queryFn: ({ signal }) => api<Directory>('/api/directory/structures', { signal }),
  });
  useEffect(() => {
    document.title = `${t('directory.senders.title')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const silent = data.structures.filter(({ kind, senders }) => kind === 'laboratory' && senders.length === 0);
  return (
    <section className="app-page" aria-labelledby="senders-title">
      <header className="app-page-head">
        <h1 id="senders-title">{t('directory.senders.title')}</h1>
        <p className="app-page-note">
          {t('directory.senders.note', { count: silent.length })} {mappings}
        </p>
        <Button look="primary" onPress={() => setChanged('new')}>
          {t('directory.senders.add')}
        </Button>
      </header>
      <Senders directory={data} onChange={setChanged} />
      {changed ? (
        <SenderDialog sender={changed === 'new' ? undefined : changed} structures={data.structures} onClose={() => setChanged(undefined)} />
      ) : null}
    </section>
  );
}

function Senders({ directory: { senders, structures }, onChange }: { directory: Directory; onChange: (sender: ShownSender) => void }) {
  const t = useText();
  const language = useLanguage();
  const nameOf = new Map(structures.map(({ finess, name }) => [finess, name]));
  return (
    <div className="ui-card directory-table">
      <table className="ui-table ui-table-cards">
        <caption className="directory-caption">{t('directory.senders.list')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('directory.senders.system')}</th>
            <th scope="col">{t('directory.senders.structures')}</th>
            <th scope="col">{t('directory.senders.software')}</th>
            <th scope="col">{t('directory.senders.formats')}</th>
            <th scope="col">{t('directory.senders.state')}</th>
            <th scope="col">{t('directory.senders.since')}</th>
            <th scope="col">
              <span className="ui-hidden">{t('directory.senders.change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {senders.map((sender) => (
            <tr key={sender.clientId}>
              <th scope="row">
                {sender.name}
                <span className="ui-caption directory-line">{sender.clientId}</span>
                {sender.contact ? <span className="ui-caption directory-line">{sender.contact}</span> : null}
              </th>
              <td data-head={t('directory.senders.structures')}>
                {structuresText(sender.structures, nameOf, (count) => t('directory.senders.others', { count }))}
              </td>
              <td data-head={t('directory.senders.software')}>{[sender.software, sender.softwareVersion].filter(Boolean).join(' ')}</td>
              <td data-head={t('directory.senders.formats')}>
                {sender.formats.map((format) => t(`directory.format.${format}`)).join(', ')}
              </td>
              <td>
                <Tag tone={sender.state === 'production' ? 'accent' : 'notice'}>{t(`directory.state.${sender.state}`)}</Tag>
                <span className="ui-caption directory-line">{t('directory.senders.keyCount', { count: sender.keys })}</span>
              </td>
              <td data-head={t('directory.senders.since')}>{showDate(sender.connectedSince, language)}</td>
              <td>
                <Button look="quiet" aria-label={t('directory.senders.changeOne', { name: sender.name })} onPress={() => onChange(sender)}>
                  {t('directory.senders.change')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SHOWN_STRUCTURES = 2;

function structuresText(finess: readonly string[], nameOf: ReadonlyMap<string, string>, others: (count: number) => string): string {
  const names = finess.slice(0, SHOWN_STRUCTURES).map((one) => nameOf.get(one) ?? one);
  return [...names, ...(finess.length > SHOWN_STRUCTURES ? [others(finess.length - SHOWN_STRUCTURES)] : [])].join(', ');
}
