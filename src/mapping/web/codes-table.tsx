import { useDeferredValue, useState } from 'react';
import { Button, Notice, SearchField, showNumber, Tag, useLanguage, useText } from '#ui';
import type { ObservedCode } from '../contract.ts';
import { CodeName } from './code-words.tsx';

interface CodesTableProps {
  codes: readonly ObservedCode[];
  onMap?: ((code: ObservedCode) => void) | undefined;
}

/** The codes that the laboratory sends without LOINC, those to map first, the most frequent first. Without `onMap` they are only read. */
export function CodesTable({ codes, onMap }: CodesTableProps) {
  const t = useText();
  const [words, setWords] = useState('');
  const asked = plain(useDeferredValue(words));
  if (codes.length === 0) return <Notice tone="quiet">{t('mapping.codes.none')}</Notice>;
  const found = codes
    .filter(({ local, labels }) => [local ?? '', ...labels].some((name) => plain(name).includes(asked)))
    .toSorted((a, b) => Number(a.state !== 'to-map') - Number(b.state !== 'to-map'));
  return (
    <>
      {codes.length > FEW ? (
        <SearchField label={t('mapping.codes.search')} placeholder={t('mapping.codes.search')} value={words} onChange={setWords} />
      ) : null}
      <Codes codes={found.slice(0, MOST)} onMap={onMap} />
      {found.length > MOST ? <Notice tone="quiet">{t('mapping.codes.more', { count: found.length - MOST })}</Notice> : null}
    </>
  );
}

/** From so many on, a list is searched rather than read; and so many at most are drawn. */
const FEW = 10;
const MOST = 100;

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

function Codes({ codes, onMap }: CodesTableProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="ui-card mapping-table">
      <table className="ui-table">
        <caption className="mapping-caption">{t('mapping.codes.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('mapping.code')}</th>
            <th scope="col">{t('mapping.units')}</th>
            <th scope="col" className="ui-number">
              {t('mapping.results')}
            </th>
            <th scope="col">{t('mapping.becomes')}</th>
            <th scope="col">
              <span className="ui-hidden">{t('mapping.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {codes.map((code) => (
            <tr key={code.codeId}>
              <th scope="row">
                <CodeName local={code.local} label={code.labels[0] ?? ''} /> {code.specimen ? <Tag>{code.specimen}</Tag> : null}
                {code.labels.length > 1 ? (
                  <span className="mapping-warning">{t('mapping.codes.otherLabels', { labels: code.labels.slice(1).join(' · ') })}</span>
                ) : null}
              </th>
              <td>
                {code.units.map(({ unit, results }) => `${unit ?? t('mapping.noUnit')} (${showNumber(results, 0, language)})`).join(', ')}
                {code.units.filter(({ unit }) => unit !== null).length > 1 ? (
                  <span className="mapping-warning">{t('mapping.codes.twoUnits')}</span>
                ) : null}
              </td>
              <td className="ui-number">{showNumber(code.results, 0, language)}</td>
              <td>{code.state === 'mapped' ? (code.rowLabel ?? code.row) : <StateTag state={code.state} />}</td>
              <td>
                {code.state === 'waiting' || !onMap ? null : (
                  <Button onPress={() => onMap(code)}>
                    {t(code.state === 'mapped' ? 'mapping.change' : 'mapping.map')}
                    <span className="ui-hidden"> {code.labels[0]}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StateTag({ state }: { state: ObservedCode['state'] }) {
  const t = useText();
  return <Tag tone={state === 'waiting' ? 'accent' : 'notice'}>{t(`mapping.state.${state}`)}</Tag>;
}
