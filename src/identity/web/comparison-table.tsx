import { showNumber, Tag, useLanguage, useText } from '#ui';
import { differingPieces } from './letters.ts';
import { agreement, type Candidate, likenessOf, ofCandidate, ROWS, type RowId, type Shown, shownTrait } from './traits.ts';

const SIGNS = { same: '✓', close: '~', different: '≠', missing: '' } as const;

interface ComparisonTableProps {
  /** What the others are compared with. */
  printed: Shown;
  candidates: readonly Candidate[];
  /** Titles of the columns, and a line under each. */
  heads: { received: string; from: string; candidate: (n: number) => string; about: (candidate: Candidate) => string };
}

/** What was received beside each record it could be, trait by trait, the differing letters marked. */
export function ComparisonTable({ printed, candidates, heads }: ComparisonTableProps) {
  const t = useText();
  return (
    // A box that scrolls must be reached by the keyboard (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="identity-table-box ui-card" aria-label={t('identity.comparison')} tabIndex={0}>
      <table className="identity-table">
        <thead>
          <tr>
            <th scope="col">{t('identity.trait')}</th>
            <th scope="col">
              {heads.received}
              <span className="ui-caption">{heads.from}</span>
            </th>
            {candidates.map((candidate, i) => (
              <th scope="col" key={candidate.patientId}>
                {heads.candidate(i + 1)}
                <span className="ui-caption">
                  {t(`identity.status.${candidate.status}`)} · {heads.about(candidate)}
                </span>
                <Marks candidate={candidate} />
                <KnownAs candidate={candidate} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(({ id, isStrict }) => {
            const received = shownTrait(id, printed, t);
            return (
              <tr key={id}>
                <th scope="row">
                  {t(`identity.trait.${id}`)}
                  {isStrict ? <span className="ui-caption">{t('identity.strict')}</span> : null}
                </th>
                <td className="identity-received">{received ? <bdi>{received}</bdi> : <NotSent />}</td>
                {candidates.map((candidate) => (
                  <TraitCell key={candidate.patientId} id={id} candidate={candidate} received={received} />
                ))}
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('identity.agreement')}</th>
            <td className="identity-received">
              <span className="ui-hidden">{heads.received}</span>
            </td>
            {candidates.map((candidate) => (
              <td key={candidate.patientId}>
                <strong>{t('identity.agreement.strict', { ...agreement(candidate) })}</strong>
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function TraitCell({ id, candidate, received }: { id: RowId; candidate: Candidate; received: string | undefined }) {
  const t = useText();
  const value = shownTrait(id, ofCandidate(candidate), t);
  const likeness = likenessOf(id, candidate);
  const pieces = value && (likeness === 'different' || likeness === 'close') ? differingPieces(value, received) : undefined;
  return (
    <td>
      <span className={`identity-sign identity-sign-${likeness}`} aria-hidden="true">
        {SIGNS[likeness]}
      </span>
      {value ? (
        <bdi>
          {pieces
            ? pieces.map(({ text, differs }, i) =>
                differs ? <mark key={`${i}${text}`}>{text}</mark> : <span key={`${i}${text}`}>{text}</span>,
              )
            : value}
        </bdi>
      ) : (
        <NotSent />
      )}
      {likeness === 'missing' ? null : <span className="ui-hidden"> ({t(`identity.likeness.${likeness}`)})</span>}
    </td>
  );
}

function NotSent() {
  const t = useText();
  return <span className="ui-caption">{t('identity.notSent')}</span>;
}

/** Homonyms and dangerous twins are said in words before anyone clicks. */
function Marks({ candidate }: { candidate: Candidate }) {
  const t = useText();
  return candidate.attributes
    .filter((mark) => ['HOMA', 'TWIN', 'DOUT', 'FICT'].includes(mark))
    .map((mark) => (
      <Tag key={mark} tone="notice">
        {t(`identity.mark.${mark}`)}
      </Tag>
    ));
}

/** What a score owes to a name that the record does not bear now, in the same bits as every trait. */
function KnownAs({ candidate: { knownAs, weights } }: { candidate: Candidate }) {
  const t = useText();
  const language = useLanguage();
  if (!knownAs) return null;
  const bits = showNumber(weights['alias'] ?? 0, 1, language);
  return <Tag tone="notice">{t('identity.knownAs', { name: `${knownAs.family} ${knownAs.givens}`, bits })}</Tag>;
}
