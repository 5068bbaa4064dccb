import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PatientEvent, PatientReports } from '#record/contract';
import { api, type BannerPatient, useServerEvents } from '#ui';
import type { Catalogue } from '../contract.ts';
import { gather, type Gathered } from '../gather.ts';

export interface BiologyData {
  answer: PatientReports;
  catalogue: Catalogue;
  gathered: Gathered;
}

export interface Biology {
  data?: BiologyData;
  error?: Error;
  /** Reports pushed since what is on screen was read: they wait for the reader's key. */
  waiting: number;
  show: () => void;
  retry: () => void;
}

/** Everything of one patient, in memory only. Nothing is asked again by itself: what is being read must not move. */
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
  const [pushed, setPushed] = useState<readonly string[]>([]);
  const hold = (documentIds: readonly string[]) => setPushed((known) => [...new Set([...known, ...documentIds])]);
  useServerEvents<PatientEvent>({
    url: `${path}/events`,
    onEvent: (event) => {
      if (event.kind === 'report-stored') hold([event.documentId]);
    },
    /* What was stored while nobody listened was never announced: the record is asked, and what is on screen still does not move. */
    onReconnected: () => void documentsNow(path).then(hold, () => {}),
  });
  const data = useMemo(() => dataOf(reports.data, catalogue.data, birthDate, sex), [reports.data, catalogue.data, birthDate, sex]);
  /* A report already on screen (it came with the answer) is not announced. */
  const shown = useMemo(() => new Set(reports.data?.reports.map((report) => report.documentId)), [reports.data]);
  const error = reports.error ?? catalogue.error;
  return {
    ...(data && { data }),
    ...(error && { error }),
    waiting: pushed.filter((documentId) => !shown.has(documentId)).length,
    show: () => void reports.refetch(),
    retry: () => {
      if (reports.error) void reports.refetch();
      if (catalogue.error) void catalogue.refetch();
    },
  };
}

async function documentsNow(path: string): Promise<string[]> {
  const { reports } = await api<BiologyData['answer']>(`${path}/biology`);
  return reports.map(({ documentId }) => documentId);
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
