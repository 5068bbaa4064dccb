import { Fragment, useMemo } from 'react';
import { resistanceKey } from '#terminology/web';
import { Button, LabCode, Notice, Tag, useLanguage, useText } from '#ui';
import { microSamples, type Antibiotic, type MicroSample } from '../microbiology.ts';
import type { Reading } from '../reading.ts';
import { MicroHistory } from './micro-history.tsx';
import { longDay, shownValue } from './show.ts';
import { type Go, REGION_ZONE } from './view.ts';
import { sentSpecimen, useLaboratoryCode } from './words.ts';
import './micro-view.css';

/** Microbiology apart: each sample with what grew in it, and the antibiotics against the germs. */
export function MicroView({ readings, go }: { readings: readonly Reading[]; go: Go }) {
  const t = useText();
  const samples = useMemo(() => microSamples(readings), [readings]);
  return (
    // It scrolls: the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="bio-grid bio-micro" tabIndex={0} aria-label={t('biology.layout.micro')}>
      {samples.length === 0 ? <Notice tone="quiet">{t('biology.micro.none')}</Notice> : null}
      {samples.length > 1 ? <MicroHistory samples={samples} go={go} /> : null}
      {samples.map((sample) => (
        <Sample key={`${sample.documentId} ${sample.at} ${sample.specimen ?? ''}`} sample={sample} go={go} />
      ))}
    </section>
  );
}

function Sample({ sample, go }: { sample: MicroSample; go: Go }) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const { laboratory, germs } = sample;
  return (
    <article className="ui-card bio-micro-sample">
      <header className="bio-micro-head">
        <h2>
          {longDay(sample.at, sample.precision, language, REGION_ZONE)}
          {sample.specimen ? ` · ${sentSpecimen(sample.specimen, language)}` : ''}
        </h2>
        <LabCode code={laboratoryCode(laboratory.finess)} name={laboratory.name} /> <bdi>{laboratory.name}</bdi>
        <span className="bio-strip-space" />
        <Button onPress={() => go({ view: 'report', report: sample.documentId, result: undefined })}>{t('biology.line.source')}</Button>
      </header>
      <Resistances sample={sample} />
      <Antibiogram sample={sample} names={germs.map(({ name }) => name || t('biology.micro.unnamed'))} />
    </article>
  );
}

/** Said above the table, by name: a ward must not have to find it in a grid. */
function Resistances({ sample: { germs } }: { sample: MicroSample }) {
  const t = useText();
  const told = germs.filter(({ resistances }) => resistances.length > 0);
  if (told.length === 0) return null;
  return (
    <Notice title={t('biology.micro.alert')}>
      {told.map(({ name, resistances }) => (
        <p key={name}>
          <i>{name || t('biology.micro.unnamed')}</i> : {resistances.map((resistance) => t(resistanceKey(resistance))).join(' ; ')}
        </p>
      ))}
    </Notice>
  );
}

/** Antibiotics in rows, germs in columns: a resistance to one is seen beside the others. */
function Antibiogram({ sample: { germs }, names }: { sample: MicroSample; names: readonly string[] }) {
  const t = useText();
  const labels = [...new Set(germs.flatMap((germ) => germ.antibiotics.map(({ label }) => label)))];
  return (
    <div className="bio-table-box">
      <table className="ui-table">
        <thead>
          <tr>
            <th scope="col">{t('biology.micro.analysis')}</th>
            {[...new Set(names)].map((name) => (
              <th key={name} scope="col">
                <i>{name}</i>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label) => (
            <tr key={label}>
              <th scope="row">
                <bdi>{label}</bdi>
              </th>
              {germs.map((germ) => (
                <td key={germ.name}>
                  {germ.antibiotics
                    .filter((antibiotic) => antibiotic.label === label)
                    .map((antibiotic) => (
                      <Fragment key={antibiotic.reading.id}>
                        <Susceptibility antibiotic={antibiotic} />{' '}
                      </Fragment>
                    ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SAID = new Set(['S', 'SFP', 'I', 'R']);

/**
 * The category and its word, in one vocabulary for all laboratories, and what was printed when that is another. Resistant is bold and
 * framed, never by colour alone.
 */
function Susceptibility({ antibiotic: { reading, interpretation, category } }: { antibiotic: Antibiotic }) {
  const t = useText();
  const language = useLanguage();
  const letter = category ?? interpretation?.trim().toUpperCase() ?? '';
  const value = shownValue(reading, language);
  return (
    <span className={letter === 'R' ? 'bio-resistant' : ''}>
      {SAID.has(letter) ? (
        <>
          <Tag tone={letter === 'R' ? 'black' : 'plain'}>{letter}</Tag> {t(`biology.micro.${letter}`)}
        </>
      ) : (
        interpretation
      )}{' '}
      {value && value !== interpretation ? (
        <span className="bio-quiet">
          {value} {reading.unit}
        </span>
      ) : null}
    </span>
  );
}
