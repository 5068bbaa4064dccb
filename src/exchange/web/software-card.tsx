import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Notice, showDate, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { SoftwareDestination, SoftwareInForce, SoftwareLink } from '../contract.ts';
import { SoftwareDialog } from './software-dialog.tsx';
import { softwareQuery, usePutSoftware } from './use-software.ts';

/** The software of hospitals and practices to which rules send: a draft, put in force whole with why. */
export function SoftwareCard() {
  const { data } = useQuery(softwareQuery);
  return data ? <Draft key={data.version} inForce={data} /> : null;
}

const NEW: SoftwareDestination = {
  id: '',
  name: '',
  serves: [],
  link: { kind: 'hl7', host: '', port: 6661, isTls: true, results: 'oru' },
};

function Draft({ inForce }: { inForce: SoftwareInForce }) {
  const t = useText();
  const language = useLanguage();
  const announce = useAnnounce();
  const [list, setList] = useState(inForce.destinations);
  const [edited, setEdited] = useState<SoftwareDestination>();
  const [why, setWhy] = useState('');
  const put = usePutSoftware();
  const isChanged = JSON.stringify(list) !== JSON.stringify(inForce.destinations);
  const keep = (one: SoftwareDestination) => {
    setList(edited && list.includes(edited) ? list.map((each) => (each === edited ? one : each)) : [...list, one]);
    setEdited(undefined);
  };
  return (
    <section className="ui-card exchange-card" aria-labelledby="software-title">
      <h2 id="software-title">{t('exchange.software.title')}</h2>
      <p className="ui-caption">{t('exchange.software.note')}</p>
      {list.length === 0 ? <p>{t('exchange.software.none')}</p> : null}
      {list.length > 0 ? (
        <div className="exchange-table">
          <table className="ui-table ui-table-cards" aria-labelledby="software-title">
            <thead>
              <tr>
                <th scope="col">{t('exchange.software.name')}</th>
                <th scope="col">{t('exchange.software.serves')}</th>
                <th scope="col">{t('exchange.software.how')}</th>
                <th scope="col">
                  <span className="ui-hidden">{t('exchange.software.acts')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    {one.name}
                    <span className="ui-caption exchange-line">{`software:${one.id}`}</span>
                  </th>
                  <td className="ui-figures" data-head={t('exchange.software.serves')}>
                    {one.serves.join(' ')}
                  </td>
                  <td data-head={t('exchange.software.how')}>
                    {t(`exchange.software.kind.${one.link.kind}`)}
                    <span className="ui-caption exchange-line">{placeOf(one.link)}</span>
                  </td>
                  <td className="exchange-acts">
                    <Button look="quiet" aria-label={t('exchange.software.changeOne', { name: one.name })} onPress={() => setEdited(one)}>
                      {t('exchange.rules.change')}
                    </Button>
                    <Button
                      look="quiet"
                      aria-label={t('exchange.software.removeOne', { name: one.name })}
                      onPress={() => setList(list.filter((each) => each !== one))}
                    >
                      {t('exchange.rules.remove')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <p className="app-plain-actions">
        <Button onPress={() => setEdited(NEW)}>{t('exchange.software.add')}</Button>
        {isChanged ? (
          <Button look="quiet" onPress={() => setList(inForce.destinations)}>
            {t('exchange.rules.undo')}
          </Button>
        ) : null}
      </p>
      {isChanged ? (
        <>
          <TextField label={t('exchange.rules.why')} value={why} onChange={setWhy} isRequired />
          {put.error ? <Notice isAlert>{t('exchange.software.putRefused')}</Notice> : null}
          <p>
            <Button
              look="primary"
              isDisabled={why.trim().length < 3 || put.isPending}
              onPress={() =>
                void put.mutateAsync({ from: inForce.version, words: why.trim(), destinations: list }).then(
                  () => announce(t('exchange.software.putDone')),
                  () => {},
                )
              }
            >
              {t('exchange.software.putNow', { version: inForce.version + 1 })}
            </Button>
          </p>
        </>
      ) : null}
      {inForce.history[0] ? (
        <p className="ui-caption">
          {t('exchange.rules.version', { version: inForce.version })} · {showDate(inForce.history[0].at, language)} ·{' '}
          {inForce.history[0].byName} · {inForce.history[0].words}
        </p>
      ) : null}
      {edited ? (
        <SoftwareDialog
          software={edited}
          taken={list.filter((one) => one !== edited).map(({ id }) => id)}
          onKeep={keep}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </section>
  );
}

function placeOf(link: SoftwareLink): string {
  switch (link.kind) {
    case 'fhir':
      return `${link.base}${link.results === 'resources' ? ' · DiagnosticReport' : ' · MHD'}`;
    case 'hl7':
      return `${link.host}:${link.port} · ${link.results.toUpperCase()}${link.isTls ? ' · TLS' : ''}`;
    case 'folder':
      return link.format.toUpperCase();
  }
}
