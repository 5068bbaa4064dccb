import { useMemo } from 'react';
import { resistanceKey } from '#terminology/web';
import { LabCode, Notice, useLanguage, useText } from '#ui';
import { germsOf, type MicroSample, siteHistories, type SiteHistory } from '../microbiology.ts';
import { longDay } from './show.ts';
import { type Go, REGION_ZONE } from './view.ts';
import { sentSpecimen, useLaboratoryCode } from './words.ts';

/** By site, what grew each time: a germ that comes back, a resistance once carried, are seen without opening each report. */
export function MicroHistory({ samples, go }: { samples: readonly MicroSample[]; go: Go }) {
  const t = useText();
  const language = useLanguage();
  const sites = useMemo(() => siteHistories(samples), [samples]);
  const carried = sites.flatMap(({ resistances }) => resistances);
  return (
    <article className="ui-card bio-micro-sample">
      <header className="bio-micro-head">
        <h2>{t('biology.micro.history')}</h2>
      </header>
      {carried.length > 0 ? (
        <Notice title={t('biology.micro.carried')}>
          {carried.map(({ germ, resistance, at }) => (
            <p key={`${germ} ${resistance} ${at}`}>
              <i>{germ || t('biology.micro.unnamed')}</i> : {t(resistanceKey(resistance))}, {longDay(at, 'day', language, REGION_ZONE)}
            </p>
          ))}
        </Notice>
      ) : null}
      {sites.map((site) => (
        <Site key={site.specimen ?? ''} site={site} go={go} />
      ))}
    </article>
  );
}

function Site({ site: { specimen, samples }, go }: { site: SiteHistory; go: Go }) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const name = specimen ? sentSpecimen(specimen, language) : t('biology.micro.noSite');
  return (
    <div className="bio-table-box">
      <table className="ui-table" aria-label={t('biology.micro.historyOf', { site: name })}>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            {samples.map((sample) => (
              <th key={`${sample.documentId} ${sample.at}`} scope="col">
                <button
                  type="button"
                  className="bio-link"
                  onClick={() => go({ view: 'report', report: sample.documentId, result: undefined })}
                >
                  {longDay(sample.at, 'day', language, REGION_ZONE)}
                </button>{' '}
                <LabCode code={laboratoryCode(sample.laboratory.finess)} name={sample.laboratory.name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {namesIn(samples).map((germ) => (
            <tr key={germ}>
              <th scope="row">
                <i>{germ}</i>
              </th>
              {samples.map((sample) => (
                <td key={`${sample.documentId} ${sample.at}`}>
                  {germsOf(sample).includes(germ) ? <Found sample={sample} germ={germ} /> : '–'}
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{t('biology.micro.noGerm')}</th>
            {samples.map((sample) => (
              <td key={`${sample.documentId} ${sample.at}`}>{germsOf(sample).length === 0 ? t('biology.micro.nothing') : '–'}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** What it resisted, in few words. */
function Found({ sample, germ }: { sample: MicroSample; germ: string }) {
  const t = useText();
  const own = sample.germs.filter(({ name }) => name === germ);
  const resistant = own.flatMap(({ antibiotics }) => antibiotics.filter(({ category }) => category === 'R').map(({ label }) => label));
  return (
    <>
      <strong>{t('biology.micro.found')}</strong>
      {resistant.length > 0 ? <span className="bio-quiet"> R : {resistant.join(', ')}</span> : null}
    </>
  );
}

const namesIn = (samples: readonly MicroSample[]): string[] => [...new Set(samples.flatMap(germsOf))];
