import { type PatientPageProps, useText } from '#ui';
import type { DocumentItem } from '../contract.ts';
import { authorOf, changeSince, countBy, type DocumentFilter, SINCE, yearOf } from './document-filters.ts';

interface FacetsProps {
  documents: readonly DocumentItem[];
  filter: DocumentFilter;
  me: string;
  lastVisit: string | undefined;
  go: PatientPageProps['go'];
}

/** So many authors by name; the others together. */
const NAMED_AUTHORS = 5;

/** The list by type, by what changed since the visit, by author: each choice says how many it holds. */
export function DocumentFacets({ documents, filter, me, lastVisit, go }: FacetsProps) {
  const t = useText();
  const change = (part: Parameters<typeof go>[0]) => go(part, { replace: true });
  const groups = countBy(documents, ({ group }) => group);
  const names = new Map(documents.map((item) => authorOf(item, me)).map(({ key, name }) => [key, name]));
  const authors = countBy(documents, (item) => authorOf(item, me).key);
  const since = countBy(documents, (item) => changeSince(item, lastVisit));
  const years = countBy(documents, yearOf).toSorted(([a], [b]) => b.localeCompare(a));
  const ofYear = (year: string | undefined) =>
    year === undefined ? { since: undefined, until: undefined } : { since: `${year}-01-01`, until: `${year}-12-31` };
  return (
    <nav className="rec-facets" aria-label={t('record.facets')}>
      <Facet
        title={t('record.facet.type')}
        choices={[
          {
            key: 'all',
            label: t('record.facet.all'),
            count: documents.length,
            isOn: !filter.group,
            onPress: () => change({ preset: undefined }),
          },
          ...groups.map(([group, count]) => ({
            key: group,
            label: t(`record.group.${group}`),
            count,
            isOn: filter.group === group,
            onPress: () => change({ preset: filter.group === group ? undefined : group }),
          })),
        ]}
      />
      {lastVisit === undefined ? null : (
        <Facet
          title={t('record.facet.since')}
          choices={SINCE.map((kind) => ({
            key: kind,
            label: t(`record.since.${kind}`),
            count: since.find(([value]) => value === kind)?.[1] ?? 0,
            isOn: filter.since === kind,
            onPress: () => change({ filter: filter.since === kind ? undefined : [kind] }),
          }))}
        />
      )}
      <Facet
        title={t('record.facet.author')}
        choices={authors.slice(0, NAMED_AUTHORS).map(([key, count]) => ({
          key,
          label: key === 'me' ? t('record.me') : names.get(key)!,
          count,
          isOn: filter.author === key,
          onPress: () => change({ author: filter.author === key ? undefined : key }),
        }))}
        more={authors.length > NAMED_AUTHORS ? t('record.facet.others', { count: authors.length - NAMED_AUTHORS }) : undefined}
      />
      {years.length < 2 ? null : (
        <Facet
          title={t('record.facet.year')}
          choices={years.map(([year, count]) => ({
            key: year,
            label: year,
            count,
            isOn: filter.year === year,
            onPress: () => change(ofYear(filter.year === year ? undefined : year)),
          }))}
        />
      )}
    </nav>
  );
}

interface FacetProps {
  title: string;
  choices: { key: string; label: string; count: number; isOn: boolean; onPress: () => void }[];
  more?: string | undefined;
}

function Facet({ title, choices, more }: FacetProps) {
  return (
    <section className="rec-facet">
      <h2>{title}</h2>
      <ul>
        {choices.map(({ key, label, count, isOn, onPress }) => (
          <li key={key}>
            <button type="button" className="rec-choice" aria-pressed={isOn} onClick={onPress}>
              <span>{label}</span> <span className="ui-figures">{count}</span>
            </button>
          </li>
        ))}
        {more === undefined ? null : <li className="rec-more">{more}</li>}
      </ul>
    </section>
  );
}
