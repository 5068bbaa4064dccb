import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { api, ApiError } from '#ui';
import type { FollowUp, NewNote, NewTarget } from '../contract.ts';
import { NOTHING_NOTED } from '../follow-up.ts';

export interface FollowUpActions {
  followUp: FollowUp;
  /** The reader may note: false until what is noted was read, and for patients. */
  mayNote: boolean;
  /** Known, refused or out of reach: whatever is noted later no longer moves what is being read. */
  isSettled: boolean;
  note: (documentId: string, note: NewNote) => Promise<void>;
  setTarget: (target: NewTarget) => Promise<void>;
}

const nobody: FollowUpActions = {
  followUp: NOTHING_NOTED,
  mayNote: false,
  isSettled: true,
  note: async () => {},
  setTarget: async () => {},
};

/** What the team noted about this patient, for every view of the page. */
export const FollowUpOfPatient = createContext<FollowUpActions>(nobody);
export const useFollowUp = () => useContext(FollowUpOfPatient);

/** Reads the notes of the team. Roles without that right read the results alone: the door says so once. */
export function useFollowUpOf(patientId: string, isOwnRecord: boolean): FollowUpActions {
  const path = `/api/patients/${encodeURIComponent(patientId)}`;
  const queryKey = ['follow-up', patientId];
  const queries = useQueryClient();
  const { data, isLoading, failureCount } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<FollowUp>(`${path}/follow-up`, { signal }),
    enabled: !isOwnRecord,
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status === 403),
  });
  const send = async (address: string, body: unknown) => {
    await api(`${path}${address}`, { method: 'POST', body });
    await queries.invalidateQueries({ queryKey });
  };
  return {
    followUp: data ?? NOTHING_NOTED,
    mayNote: data !== undefined,
    isSettled: !isLoading || failureCount > 0,
    note: (documentId, note) => send(`/reports/${encodeURIComponent(documentId)}/notes`, note),
    setTarget: (target) => send('/targets', target),
  };
}
