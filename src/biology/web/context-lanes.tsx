import { useMemo, useRef, useState } from 'react';
import { Button, type Language, Menu, showDate, type Text, useLanguage, useText } from '#ui';
import type { ContextEvent, RecordContext, TimelineDocument } from '../context/contract.ts';
import { type Bar, laneTargets, stayBars, type Target, treatmentLanes } from '../context/lanes.ts';
import type { Note } from '../contract.ts';
import type { Reading } from '../reading.ts';
import { type PlotFrame, xOf } from './plot-scale.ts';
import { useFollowUp } from './use-follow-up.ts';
import { useWidth } from './use-width.ts';
import { useRecordContext } from './use-context.ts';
import { REGION_ZONE } from './view.ts';
import type { ViewProps } from './view-props.ts';
import './context.css';

/** Lanes of treatments before « n autres »: a reader compares a few. */
const SHOWN_TREATMENTS = 4;

/** The stays, washed over a curve: what was measured then was measured in hospital. */
export function StayWash({ patientId, frame }: { patientId: string; frame: PlotFrame }) {
  const { data: context } = useRecordContext(patientId);
  if (!context) return null;
  return stayBars(context)
    .filter(({ from, to }) => to >= frame.from && from <= frame.to)
    .map(({ key, from, to }) => {
      const left = xOf(frame, Math.max(from, frame.from));
      const width = Math.max(2, xOf(frame, Math.min(to, frame.to)) - left);
      return <div key={key} className="bio-stay-wash" style={{ left, width, top: 0, bottom: frame.bottom }} />;
    });
}

interface ContextLanesProps extends Pick<ViewProps, 'patientId' | 'data' | 'openDocument' | 'go'> {
  from: number;
  to: number;
  /** Room left of the axis, in px, the same as the plot's below. */
  left: number;
  right: number;
  /** No curve stands below: the samplings have a lane too. */
  hasSamplings?: boolean;
}

/** Something of a lane, in true time, that opens its source. */
interface Mark extends Bar {
  title: string;
  look: string;
  text?: string;
  open?: () => void;
}

/** What happened around the results, on the same time axis: stays, treatments, vaccines, transfusions, documents, notes of the team. */
export function ContextLanes(props: ContextLanesProps) {
  const { patientId, data, openDocument, go, from, to } = props;
  const t = useText();
  const language = useLanguage();
  const [isWhole, setIsWhole] = useState(false);
  const { followUp } = useFollowUp();
  const { data: context } = useRecordContext(patientId);
  const lanes = useMemo(
    () => (context ? lanesOf(context, { t, language, openDocument }) : undefined),
    [context, t, language, openDocument],
  );
  const notes = useMemo(
    () => noteMarks(followUp.notes, data.gathered.readings, { t, language, go }),
    [followUp.notes, data, t, language, go],
  );
  /* Room is kept while the record answers, so that the curve below does not move under the eye. */
  const [isLate] = useState(context === undefined);
  if (!lanes) return <div className="bio-lanes bio-lanes-room" aria-busy="true" />;
  const isSeen = (mark: Mark) => (mark.isOpen ? to : mark.to) >= from && mark.from <= to;
  const treatments = lanes.treatments.filter(({ marks }) => marks.some(isSeen));
  const shown = isWhole ? treatments : treatments.slice(0, SHOWN_TREATMENTS);
  const others = [
    { name: t('biology.context.stays'), marks: lanes.stays },
    { name: t('biology.context.documents'), marks: [...lanes.events, ...lanes.documents, ...notes] },
    ...(props.hasSamplings
      ? [{ name: t('biology.context.samplings'), marks: samplingMarks(data.gathered.readings, { t, language, go }) }]
      : []),
    ...shown,
  ].filter(({ marks }) => marks.some(isSeen));
  const room = isWhole ? '' : isLate ? 'bio-lanes-room' : 'bio-lanes-fit';
  return (
    <section className={`bio-lanes ${room}`} aria-label={t('biology.context.name')}>
      {others.length === 0 ? <p className="bio-quiet">{t('biology.context.none')}</p> : null}
      {others.map(({ name, marks }) => (
        <Lane key={name} {...props} name={name} marks={marks.filter(isSeen)} />
      ))}
      {treatments.length > SHOWN_TREATMENTS ? (
        <p className="bio-lanes-more" style={{ paddingLeft: props.left }}>
          <Button look="quiet" onPress={() => setIsWhole((on) => !on)}>
            {isWhole ? t('biology.context.less') : t('biology.context.more', { count: treatments.length - SHOWN_TREATMENTS })}
          </Button>
        </p>
      ) : null}
    </section>
  );
}

function Lane({ name, marks, from, to, left, right }: ContextLanesProps & { name: string; marks: readonly Mark[] }) {
  const track = useRef<HTMLSpanElement>(null);
  const width = useWidth(track);
  const x = (at: number) => ((Math.min(Math.max(at, from), to) - from) / (to - from)) * width;
  const placed = marks.map((mark) => ({ mark, start: x(mark.from), end: x(mark.isOpen ? to : mark.to), told: x(mark.to) }));
  return (
    <div className="bio-context-lane">
      <span className="bio-context-name" style={{ width: left }} title={name}>
        {name}
      </span>
      <span ref={track} className="bio-context-track" style={{ marginRight: right }}>
        {placed.map(({ mark, start, end, told }) => (
          <span key={mark.key} aria-hidden="true">
            {mark.isOpen ? <span className="bio-context-open" style={{ left: told, width: end - told }} /> : null}
            <span className={`bio-context-mark bio-context-${mark.look}`} style={{ left: start, width: Math.max(told - start, 5) }}>
              {fits(mark, told - start) ? mark.text : null}
            </span>
            {mark.text && !fits(mark, told - start) && fits(mark, width - end) ? (
              <span className="bio-context-beside" style={{ left: end + 4 }}>
                {mark.text}
              </span>
            ) : null}
          </span>
        ))}
        {laneTargets(placed, width).map((target) => (
          <TargetOfLane key={target.marks[0]!.mark.key} target={target} />
        ))}
      </span>
    </div>
  );
}

/** The words of a mark can be read in so many px, at 11 px a letter of Inter being some 6 wide. */
const fits = ({ text = '' }: Mark, px: number) => px > text.length * 6 + 10;

/** Opens the source of a mark; of several that stand too close, asks which. */
function TargetOfLane({ target: { left, width, marks } }: { target: Target<{ mark: Mark }> }) {
  const t = useText();
  const style = { left, width };
  const [first] = marks;
  if (marks.length === 1) {
    const { title, open } = first!.mark;
    return (
      <button type="button" className="bio-context-target" style={style} title={title} aria-label={title} disabled={!open} onClick={open} />
    );
  }
  const names = marks.map(({ mark }) => mark.title).join(' ; ');
  return (
    <span className="bio-context-target bio-context-several" style={style} title={names}>
      <Menu
        trigger=""
        name={names}
        label={t('biology.context.several', { count: marks.length })}
        look="quiet"
        choices={marks.map(({ mark }) => ({ id: mark.key, label: mark.title, isDisabled: !mark.open }))}
        onChoose={(id) => marks.find(({ mark }) => mark.key === id)?.mark.open?.()}
      />
    </span>
  );
}

interface Words {
  t: Text;
  language: Language;
}

function lanesOf(context: RecordContext, { t, language, openDocument }: Words & { openDocument: (documentId: string) => void }) {
  const day = (at: number) => showDate(at, language, REGION_ZONE);
  const opens = (documentId: string | undefined) => (documentId === undefined ? {} : { open: () => openDocument(documentId) });
  const event = ({ kind, label, from, until, documentId }: ContextEvent): Mark => {
    const at = Date.parse(from);
    return {
      key: `${kind} ${from} ${documentId} ${label}`,
      from: at,
      to: Date.parse(until ?? from),
      isOpen: false,
      label,
      look: kind,
      title: t(`biology.context.${kind}`, { label: label || 'none', day: day(at) }),
      ...opens(documentId),
    };
  };
  const document = ({ documentId, group, title, from }: TimelineDocument): Mark => {
    const at = Date.parse(from);
    return {
      key: documentId,
      from: at,
      to: at,
      isOpen: false,
      label: title,
      look: group === 'imaging' ? 'imaging' : 'document',
      title: t('biology.context.document', { title, day: day(at) }),
      ...opens(documentId),
    };
  };
  /* A letter that is drawn as its stay, a note of vaccination as its vaccine: once is enough. */
  const isDrawn = new Set([...context.stays, ...context.events].map(({ documentId }) => documentId));
  return {
    stays: stayBars(context).map(
      (bar): Mark => ({
        ...bar,
        look: bar.kind,
        title: t(`biology.context.${bar.kind}`, { structure: bar.structure, from: day(bar.from), to: day(bar.to) }),
        ...opens(bar.documentId),
      }),
    ),
    treatments: treatmentLanes(context.treatments).map(({ name, bars }) => ({
      name,
      marks: bars.map(
        (bar): Mark => ({
          ...bar,
          look: 'treatment',
          text: bar.label,
          title: t(bar.isOpen ? 'biology.context.treatmentOpen' : 'biology.context.treatment', {
            name: [name, bar.label].filter(Boolean).join(' '),
            from: day(bar.from),
            to: day(bar.to),
          }),
          ...opens(bar.documentId),
        }),
      ),
    })),
    events: context.events.map(event),
    documents: context.documents.filter(({ documentId }) => !isDrawn.has(documentId)).map(document),
  };
}

/** Each sampling of the laboratories; it opens the report. One whose time is assumed stands nowhere. */
function samplingMarks(readings: readonly Reading[], { t, language, go }: Words & Pick<ViewProps, 'go'>): Mark[] {
  const timed = readings.filter(({ timeIsAssumed }) => !timeIsAssumed);
  const samplings = new Map(timed.map(({ at, report }) => [`${report.documentId} ${at}`, { at, report }]));
  return [...samplings].map(([key, { at, report }]) => ({
    key,
    from: at,
    to: at,
    isOpen: false,
    label: '',
    look: 'sampling',
    title: t('biology.context.sampling', { laboratory: report.laboratory.name, day: showDate(at, language, REGION_ZONE) }),
    open: () => go({ view: 'report', report: report.documentId, result: undefined }),
  }));
}

/** What the team wrote beside a report, at the moment it wrote it; it opens the report. */
function noteMarks(notes: readonly Note[], readings: readonly Reading[], { t, language, go }: Words & Pick<ViewProps, 'go'>): Mark[] {
  const known = new Set(readings.map(({ report }) => report.documentId));
  return notes
    .filter(({ kind, documentId }) => kind !== 'seen' && kind !== 'done' && known.has(documentId))
    .map(({ noteId, kind, words, byName, at, documentId }) => ({
      key: noteId,
      from: Date.parse(at),
      to: Date.parse(at),
      isOpen: false,
      label: words ?? '',
      look: 'note',
      title: `${t(`biology.follow.kind.${kind}`)} ${words ?? ''} (${byName}, ${showDate(Date.parse(at), language, REGION_ZONE)})`,
      open: () => go({ view: 'report', report: documentId, result: undefined }),
    }));
}
