import { type KeyboardEvent, useRef } from 'react';
import { REGION_ZONE, clockTime, EyeOffIcon, showDate, Tag, useLanguage, useText } from '#ui';
import type { DocumentItem, MaskInForce } from '../contract.ts';
import { versionNumber } from './version-number.ts';
import { authorOf, byMonth, changeSince } from './document-filters.ts';

export { REGION_ZONE };

interface RowsProps {
  /** Words around those found in the text, by document. */
  excerpts: ReadonlyMap<string, string>;
  items: readonly DocumentItem[];
  selected: DocumentItem | undefined;
  me: string;
  lastVisit: string | undefined;
  onSelect: (item: DocumentItem) => void;
  onOpen: (item: DocumentItem) => void;
}

/** The documents by month, latest first. The arrows go from one to the next, Enter opens. */
export function DocumentRows({ items, excerpts, selected, me, lastVisit, onSelect, onOpen }: RowsProps) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent, from: DocumentItem) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined) return;
    const next = items[items.indexOf(from) + step];
    if (!next) return;
    event.preventDefault();
    onSelect(next);
    box.current?.querySelector<HTMLElement>(`[data-document="${next.documentId}"]`)?.focus();
  };
  const months = byMonth(items, ({ servedAt }) => monthKey(servedAt));
  return (
    <div ref={box}>
      {months.map(([month, own]) => (
        <section
          key={month}
          className="rec-month"
          aria-label={`${monthName(month, t)}, ${t('record.documents.count', { count: own.length })}`}
        >
          <h2 aria-hidden="true">
            {monthName(month, t)} <span>{t('record.documents.count', { count: own.length })}</span>
          </h2>
          <ul>
            {own.map((item) => (
              <li key={item.documentId}>
                <button
                  type="button"
                  className="rec-row"
                  data-document={item.documentId}
                  tabIndex={item === selected ? 0 : -1}
                  aria-current={item === selected}
                  onClick={() => onSelect(item)}
                  onDoubleClick={() => onOpen(item)}
                  onKeyDown={(event) => {
                    if (event.key === 'Enter') {
                      event.preventDefault();
                      onOpen(item);
                    } else move(event, item);
                  }}
                >
                  <Row item={item} me={me} lastVisit={lastVisit} excerpt={excerpts.get(item.documentId)} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface RowProps {
  item: DocumentItem;
  me: string;
  lastVisit: string | undefined;
  excerpt: string | undefined;
}

function Row({ item, me, lastVisit, excerpt }: RowProps) {
  const t = useText();
  const change = changeSince(item, lastVisit);
  const { key, name } = authorOf(item, me);
  return (
    <>
      <span className="rec-day ui-figures">
        {change ? (
          <span className="rec-dot">
            <span className="ui-hidden">{t(`record.since.${change}.one`)}</span>
          </span>
        ) : null}
        {clockTime(item.servedAt, REGION_ZONE).day}
      </span>
      <span className="rec-title">
        <span className="rec-name">{item.title}</span>
        <Marks item={item} />
        {excerpt === undefined ? null : <Excerpt text={excerpt} />}
      </span>
      <span className="rec-kind">{t(`record.group.${item.group}`)}</span>
      <bdi className="rec-author">{key === 'me' ? t('record.me') : name}</bdi>
    </>
  );
}

/** The words found stand between two characters of private use. */
function Excerpt({ text }: { text: string }) {
  const parts = text.split(/\uE000([^\uE001]*)\uE001/);
  return (
    <span className="rec-excerpt">
      {parts.map((part, n) => {
        // Parts of one excerpt never change their order.
        const key = `${n}`;
        return n % 2 === 1 ? <mark key={key}>{part}</mark> : <span key={key}>{part}</span>;
      })}
    </span>
  );
}

/** What must be known of a document before it is opened: its version, who cannot see it. */
function Marks({ item }: { item: DocumentItem }) {
  const t = useText();
  const replaced = item.relations.some(({ kind }) => kind === 'replaces');
  const isMarked = item.conflict || replaced || item.masks.length > 0 || item.status !== 'current' || item.detail !== undefined;
  if (!isMarked) return null;
  return (
    <span className="rec-marks">
      {item.detail ? <span className="ui-caption">{item.detail}</span> : null}
      {replaced ? <Tag>{t('record.version', versionNumber(item.version))}</Tag> : null}
      {item.conflict ? <Tag tone="notice">{t('record.conflict')}</Tag> : null}
      {item.status === 'archived' ? <Tag>{t('record.archived')}</Tag> : null}
      {item.masks.map((mask) => (
        <MaskMark key={mask.mask} mask={mask} />
      ))}
    </span>
  );
}

export function MaskMark({ mask: { mask, by, at, announcement } }: { mask: MaskInForce }) {
  const t = useText();
  const language = useLanguage();
  const due = announcement && showDate(announcement.dueAt, language, REGION_ZONE);
  return (
    <>
      <Tag tone={mask === 'INVISIBLE_PATIENT' ? 'notice' : 'plain'}>
        <EyeOffIcon size={12} /> {due === undefined ? t(`record.mask.${mask}`) : t('record.mask.untilTold', { due })}
      </Tag>
      <span className="ui-caption">
        {announcement
          ? t('record.mask.owner', { owner: announcement.ownerName, reminder: showDate(announcement.remindAt, language, REGION_ZONE) })
          : t('record.mask.by', { who: by.role === 'patient' ? 'patient' : by.name, at: showDate(at, language, REGION_ZONE) })}
      </span>
    </>
  );
}

const monthKey = (instant: string) => {
  const { year, month } = clockTime(instant, REGION_ZONE);
  return `${year}-${month}`;
};

function monthName(key: string, t: ReturnType<typeof useText>): string {
  const [year = '', month = ''] = key.split('-');
  return t('record.month', { month, year });
}
