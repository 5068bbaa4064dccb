import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PatientEvent, PatientReports } from '#record/contract';
import { ApiError, api, type BannerPatient, useServerEvents } from '#ui';
import type { Catalogue } from '../contract.ts';
import { gather, type Gathered } from '../gather.ts';

export interface BiologyData {
  answer: PatientReports;
  catalogue: Catalogue;
  gathered: Gathered;
}

/** Reports that came since: new ones, and later versions of reports that were there already. */
export interface Waiting {
  fresh: number;
  corrected: number;
}

interface Pushed {
  documentId: string;
  isCorrection: boolean;
}

export interface Biology {
  data?: BiologyData;
  error?: Error;
  /** Pushed since what is on screen was read: they wait for the reader's key. Absent: none. */
  waiting?: Waiting;
  /** ISO 8601: when what is on screen was last read again because the record, or what this reader may see of it, changed. */
  changedAt?: string;
  show: () => void;
  retry: () => void;
}

/**
 * Everything of one patient, in memory only. Nothing is asked again by itself, since what is being read must not move: but for what was hidden or
 * withdrawn while it was on screen, which leaves it at once, and for a reader who may see none of it any more.
 */
export function useBiology(patientId: string, { birthDate, sex }: Pick<BannerPatient['traits'], 'birthDate' | 'sex'>): Biology {
  const path = `/api/patients/${encodeURIComponent(patientId)}`;
  const reports = useQuery({
    queryKey: ['biology', patientId],
    queryFn: ({ signal }) => api<BiologyData['answer']>(`${path}/biology`, { signal }),
  });
  const catalogue = useQuery({
    queryKey: ['biology-catalogue'],
    queryFn: ({ signal }) => api<Catalogue>('/api/biology/catalogue', { signal }),
    gcTime: Number.POSITIVE_INFINITY,
  });
  const queries = useQueryClient();
  const [pushed, setPushed] = useState<readonly Pushed[]>([]);
  const [changedAt, setChangedAt] = useState<string>();
  const hold = (one: Pushed) => setPushed((known) => [...known.filter(({ documentId }) => documentId !== one.documentId), one]);
  /* A report already on screen (it came with the answer) is not announced. */
  const shown = useMemo(() => new Set(reports.data?.reports.map((report) => report.documentId)), [reports.data]);
  const readAgain = async () => {
    await reports.refetch();
    // What was on screen and left it waits for nobody.
    setPushed((known) => known.filter(({ documentId }) => !shown.has(documentId)));
    await queries.invalidateQueries({ queryKey: ['report', patientId] });
    await queries.invalidateQueries({ queryKey: ['context', patientId] });
    setChangedAt(new Date().toISOString());
  };
  /* A demand that nobody answers is given up first: it would only be joined. */
  const askAgain = (queryKey: readonly string[], refetch: () => unknown) => queries.cancelQueries({ queryKey }).then(refetch);
  /** What the record holds now that is not on screen, and whether something on screen left it. */
  const sinceThen = async (): Promise<{ came: Pushed[]; hasLost: boolean }> => {
    const { reports: now } = await api<BiologyData['answer']>(`${path}/biology`);
    const sets = new Set(reports.data?.reports.map(({ setId }) => setId));
    const there = new Set(now.map(({ documentId }) => documentId));
    const came = now.filter(({ documentId }) => !shown.has(documentId));
    return {
      came: came.map(({ documentId, setId }) => ({ documentId, isCorrection: sets.has(setId) })),
      hasLost: [...shown].some((documentId) => !there.has(documentId)),
    };
  };
  const catchUp = async () => {
    const { came, hasLost } = await sinceThen();
    if (hasLost) await readAgain();
    else setPushed(came);
  };
  useServerEvents<PatientEvent>({
    url: `${path}/events`,
    onEvent: ({ kind, documentId, isCorrection }) => {
      if (kind === 'report-stored') hold({ documentId, isCorrection });
      else if (shown.has(documentId)) void readAgain();
      /* Shown again, or hidden while it waited: only the record knows. */ else
        void sinceThen().then(
          ({ came }) => setPushed(came),
          () => {},
        );
    },
    /* What was stored while nobody listened was never announced: the record is asked, and what is on screen still does not move. */
    onReconnected: () => void catchUp().catch(() => {}),
    onRefused: () => void reports.refetch(),
  });
  const data = useMemo(() => dataOf(reports.data, catalogue.data, birthDate, sex), [reports.data, catalogue.data, birthDate, sex]);
  const error = reports.error ?? catalogue.error;
  const isShut = reports.error instanceof ApiError && reports.error.status === 403;
  return {
    ...(data && !isShut && { data }),
    ...(error && { error }),
    ...(changedAt !== undefined && { changedAt }),
    ...waitingOf(pushed.filter(({ documentId }) => !shown.has(documentId))),
    show: () => void reports.refetch(),
    retry: () => {
      if (!reports.data) void askAgain(['biology', patientId], reports.refetch);
      if (!catalogue.data) void askAgain(['biology-catalogue'], catalogue.refetch);
    },
  };
}

function waitingOf(pushed: readonly Pushed[]): Pick<Biology, 'waiting'> {
  const corrected = pushed.filter(({ isCorrection }) => isCorrection).length;
  return pushed.length > 0 ? { waiting: { fresh: pushed.length - corrected, corrected } } : {};
}

function dataOf(
  answer: BiologyData['answer'] | undefined,
  catalogue: Catalogue | undefined,
  birthDate: string,
  sex: BannerPatient['traits']['sex'],
): BiologyData | undefined {
  if (!answer || !catalogue) return undefined;
  const now = Date.parse(answer.completeness.asOf);
  const options = { now, birthDate, ...(sex !== 'UN' && { sex }), ...(answer.lastVisit && { lastVisit: answer.lastVisit }) };
  return { answer, catalogue, gathered: gather(answer.reports, catalogue, options) };
}
