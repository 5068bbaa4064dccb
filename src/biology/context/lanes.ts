/** Bars and marks of the lanes above a curve. Pure: times in milliseconds since 1970. */
import type { RecordContext, TreatmentMention } from './contract.ts';

export interface Bar {
  key: string;
  from: number;
  to: number;
  /** No end was said: drawn to the last document that tells of it, and dotted beyond. */
  isOpen: boolean;
  /** Dose of a treatment, title of a stay. */
  label: string;
  documentId?: string;
}

export interface TreatmentLane {
  product: string;
  name: string;
  bars: Bar[];
}

const at = (instant: string) => Date.parse(instant);

/**
 * One lane a product, the one told of last first. A bar reaches the end that its document says; else the next document that tells another
 * dose; else, open, the last document that tells of it.
 */
export function treatmentLanes(mentions: readonly TreatmentMention[]): TreatmentLane[] {
  const lanes = [...Map.groupBy(mentions, ({ product }) => product)].map(([product, own]) => laneOf(product, own));
  return lanes.toSorted((a, b) => b.bars.at(-1)!.to - a.bars.at(-1)!.to || a.name.localeCompare(b.name, 'fr'));
}

function laneOf(product: string, own: readonly TreatmentMention[]): TreatmentLane {
  const told = own.toSorted((a, b) => at(a.from) - at(b.from) || at(a.saidAt) - at(b.saidAt));
  const bars: Bar[] = [];
  for (const mention of told) {
    const last = bars.at(-1);
    const from = at(mention.from);
    const end = mention.until === undefined ? undefined : at(mention.until);
    const to = Math.max(end ?? at(mention.saidAt), from);
    const isSame = last !== undefined && last.label === (mention.dose ?? '') && (last.isOpen || from <= last.to);
    if (isSame) {
      last.to = Math.max(last.to, to);
      last.isOpen = end === undefined;
      last.documentId = mention.documentId;
      continue;
    }
    if (last?.isOpen && last.from < from) Object.assign(last, { to: from, isOpen: false });
    bars.push({
      key: `${mention.documentId} ${mention.from} ${mention.dose ?? ''}`,
      from,
      to,
      isOpen: end === undefined,
      label: mention.dose ?? '',
      documentId: mention.documentId,
    });
  }
  return { product, name: told.at(-1)!.name, bars };
}

/** A stay without an end is one of its day: nothing says that it goes on. */
export function stayBars({ stays }: Pick<RecordContext, 'stays'>): (Bar & { kind: 'stay' | 'emergency'; structure: string })[] {
  return stays.map(({ kind, from, until, label, structure, documentId }) => ({
    key: `${structure} ${from}`,
    kind,
    structure,
    from: at(from),
    to: at(until ?? from),
    isOpen: false,
    label,
    ...(documentId !== undefined && { documentId }),
  }));
}

/** A place to click or to tab to: one mark, or several that stand too close to be told apart by a pointer. */
export interface Target<T> {
  left: number;
  width: number;
  marks: T[];
}

/** Smallest side of a target, in px (WCAG 2.2, 2.5.8). */
const LEAST_PX = 24;

/**
 * Targets of the marks of a lane, that never overlap: a narrow mark takes room around it, a wide neighbour gives it some, and marks that
 * are too close share one.
 * @param marks in order, with their places in px on a track of `width` px
 */
export function laneTargets<T extends { start: number; end: number }>(marks: readonly T[], width: number): Target<T>[] {
  const targets: Target<T>[] = [];
  for (const mark of marks.toSorted((a, b) => a.start - b.start)) {
    const size = Math.max(mark.end - mark.start, LEAST_PX);
    const left = Math.min(Math.max((mark.start + mark.end - size) / 2, 0), Math.max(width - size, 0));
    const last = targets.at(-1);
    const over = last ? last.left + last.width - left : 0;
    if (last && over > 0 && (last.marks.length > 1 || last.width - over < LEAST_PX)) {
      last.marks.push(mark);
      last.width = Math.max(last.width, left + size - last.left);
      continue;
    }
    if (last && over > 0) last.width -= over;
    targets.push({ left, width: size, marks: [mark] });
  }
  return targets;
}
