import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PatientEvent } from '#record/contract';
import { Button, useAnnounce, useServerEvents, useText } from '#ui';

/**
 * Listens to what arrives for the open patient. Nothing that is being read moves: new reports are counted here, and everything
 * read about this patient is asked again only when the reader says so.
 */
export function usePatientEvents(patientId: string) {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState<readonly PatientEvent[]>([]);
  const [mayHaveMissed, setMayHaveMissed] = useState(false);
  useServerEvents<PatientEvent>({
    url: `/api/patients/${encodeURIComponent(patientId)}/events`,
    onEvent: (event) => setWaiting((before) => [...before.filter(({ documentId }) => documentId !== event.documentId), event]),
    onReconnected: () => setMayHaveMissed(true),
  });
  const show = () => {
    setWaiting([]);
    setMayHaveMissed(false);
    void queries.invalidateQueries({ queryKey: ['patient', patientId] });
  };
  return { waiting, mayHaveMissed, show };
}

export function Arrivals({ patientId }: { patientId: string }) {
  const t = useText();
  const announce = useAnnounce();
  const { waiting, mayHaveMissed, show } = usePatientEvents(patientId);
  if (waiting.length === 0 && !mayHaveMissed) return null;
  const corrections = waiting.filter(({ isCorrection }) => isCorrection).length;
  const words =
    waiting.length === 0
      ? t('app.arrivals.maybe')
      : t('app.arrivals', { reports: waiting.length - corrections, corrections, both: waiting.length > corrections && corrections > 0 });
  return (
    <output className="app-arrivals">
      <Button
        look="primary"
        onPress={() => {
          show();
          announce(t('app.arrivals.shown'));
        }}
      >
        {words}
      </Button>
    </output>
  );
}
