import { Fragment } from 'react';
import { LabCode, showDate, useLanguage, useText } from '#ui';
import type { ContextEvent } from '../context/contract.ts';
import { type SerologyLane, type SerologyMark, sideOf } from '../serology.ts';
import type { Go } from './view.ts';
import { REGION_ZONE } from './view.ts';
import { rowName, useLaboratoryCode } from './words.ts';

interface SerologyPanelProps {
  lanes: readonly SerologyLane[];
  /** Vaccines stand across the lanes. */
  vaccines: readonly ContextEvent[];
  from: number;
  to: number;
  left: number;
  right: number;
  go: Go;
}

/** Answers in words in true time: full is positive, empty is negative, half is neither; a vaccine is a line across. */
export function SerologyPanel({ lanes, vaccines, from, to, left, right, go }: SerologyPanelProps) {
  const t = useText();
  const language = useLanguage();
  const percent = (at: number) => `${((at - from) / (to - from)) * 100}%`;
  const given = vaccines.filter(({ kind, from: at }) => kind === 'vaccination' && Date.parse(at) >= from);
  const seen = lanes
    .map(({ row, marks }) => ({ row, marks: marks.filter(({ at }) => at >= from) }))
    .filter(({ marks }) => marks.length > 0);
  return (
    <section className="ui-card bio-timeline-card">
      <h2>{t('biology.serology.title')}</h2>
      <p className="bio-quiet bio-serology-legend">
        <Sign side="positive" /> {t('biology.answer.positive')} <Sign side="negative" /> {t('biology.answer.negative')}{' '}
        <Sign side="between" /> {t('biology.serology.between')} <span className="bio-serology-vaccine-key" />{' '}
        {t('biology.serology.vaccine')}
      </p>
      <div className="bio-serology" aria-hidden="true">
        {seen.map(({ row, marks }) => (
          <div key={row.id} className="bio-context-lane">
            <span className="bio-context-name" style={{ width: left }} title={rowName(row, language)}>
              {rowName(row, language)}
            </span>
            <span className="bio-context-track" style={{ marginRight: right }}>
              {marks.map((mark) => (
                <span
                  key={mark.reading.id}
                  className={`bio-serology-mark ${mark.isTurn ? 'bio-serology-turn' : ''}`}
                  style={{ left: percent(mark.at) }}
                  title={`${mark.reading.result.text}, ${showDate(mark.at, language, REGION_ZONE)}`}
                >
                  <Sign side={sideOf(mark.answer)} />
                </span>
              ))}
            </span>
          </div>
        ))}
        <div className="bio-serology-vaccines" style={{ left, right }}>
          {given.map((vaccine) => (
            <span key={`${vaccine.documentId} ${vaccine.label} ${vaccine.from}`} style={{ left: percent(Date.parse(vaccine.from)) }}>
              <i>{vaccine.label}</i>
            </span>
          ))}
        </div>
        <div className="bio-serology-ends" style={{ marginLeft: left, marginRight: right }}>
          <span>{showDate(from, language, REGION_ZONE)}</span>
          <span>{showDate(to, language, REGION_ZONE)}</span>
        </div>
      </div>
      <SerologyTable lanes={seen} go={go} />
    </section>
  );
}

function Sign({ side }: { side: ReturnType<typeof sideOf> }) {
  return <span className={`bio-serology-sign bio-serology-${side}`} aria-hidden="true" />;
}

/** The same answers as a table: what each laboratory printed, and a change of answer in words. */
function SerologyTable({ lanes, go }: { lanes: readonly SerologyLane[]; go: Go }) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  return (
    <div className="bio-table-box">
      <table className="ui-table" aria-label={t('biology.table.title')}>
        <thead>
          <tr>
            <th scope="col">{t('biology.micro.analysis')}</th>
            <th scope="col">{t('biology.table.sampled')}</th>
            <th scope="col">{t('biology.serology.answer')}</th>
            <th scope="col">{t('biology.table.laboratory')}</th>
          </tr>
        </thead>
        <tbody>
          {lanes.map(({ row, marks }) => (
            <Fragment key={row.id}>
              {marks.toReversed().map((mark) => (
                <tr key={mark.reading.id}>
                  <th scope="row">{rowName(row, language)}</th>
                  <td>{showDate(mark.at, language, REGION_ZONE)}</td>
                  <td>
                    <button type="button" className="bio-link" onClick={() => openSource(mark, go)}>
                      <bdi>{mark.reading.result.text}</bdi>
                    </button>{' '}
                    {mark.isTurn ? <strong>{t('biology.serology.turn')}</strong> : null}
                  </td>
                  <td>
                    <LabCode code={laboratoryCode(mark.reading.report.laboratory.finess)} name={mark.reading.report.laboratory.name} />
                  </td>
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const openSource = ({ reading }: SerologyMark, go: Go) =>
  go({ view: 'report', report: reading.report.documentId, result: reading.result.n });
