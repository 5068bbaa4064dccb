import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SearchField, showBirthDate, Tag, useText } from '#ui';
import { Refused } from './refused.tsx';
import { Scroll } from './scroll.tsx';
import { patientsQuery } from './use-lgc.ts';

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The patients of the practice. */
export function PatientsPage() {
  const t = useText();
  const [asked, setAsked] = useState('');
  const { data, error, refetch } = useQuery(patientsQuery);
  useEffect(() => {
    document.title = t('lgc.patients');
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const found = data.filter(({ name, number, birthDate }) => plain(`${name} ${number} ${showBirthDate(birthDate)}`).includes(plain(asked)));
  return (
    <section className="lgc-page" aria-labelledby="patients-title">
      <header className="lgc-head">
        <h1 id="patients-title">{t('lgc.patients')}</h1>
        <p className="ui-caption">{t('lgc.patientCount', { count: data.length })}</p>
        <SearchField label={t('lgc.search')} placeholder={t('lgc.search')} value={asked} onChange={setAsked} />
      </header>
      <Scroll className="ui-card" labelledby="patients-title">
        <table className="ui-table">
          <thead>
            <tr>
              <th scope="col">{t('lgc.name')}</th>
              <th scope="col">{t('lgc.birthDate')}</th>
              <th scope="col">{t('lgc.number')}</th>
              <th scope="col">{t('lgc.identity')}</th>
              <th scope="col" className="ui-number">
                {t('lgc.documents')}
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ patientId, name, birthDate, sex, number, isQualified, documents }) => (
              <tr key={patientId}>
                <th scope="row">
                  <a href={`#/patients/${patientId}`}>{name}</a>
                </th>
                <td>
                  {sex} · {showBirthDate(birthDate)}
                </td>
                <td>{number}</td>
                <td>{isQualified ? <Tag>{t('lgc.qualified')}</Tag> : <Tag tone="notice">{t('lgc.provisional')}</Tag>}</td>
                <td className="ui-number">{documents}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
