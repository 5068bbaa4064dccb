import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '#ui';
import type { DocumentFiled } from '#record/contract';
import type { DraftToKeep, LetterContent, LetterDesk } from '../contract.ts';

const lettersUrl = (patientId: string) => `/api/patients/${encodeURIComponent(patientId)}/letters`;
const draftUrl = (patientId: string, draftId: string) => `${lettersUrl(patientId)}/${encodeURIComponent(draftId)}`;

/** Read once when the page opens: what is typed since is in the page. */
export const deskQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['letters', patientId],
    queryFn: ({ signal }) => api<LetterDesk>(lettersUrl(patientId), { signal }),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const dropDraft = (patientId: string, draftId: string) => api<void>(draftUrl(patientId, draftId), { method: 'DELETE' });

/** Kept when the author rests for so long, and when they leave: each keeping leaves a line in the trail. */
const REST_MS = 4_000;

export type Saving = { state: 'nothing' | 'waiting' | 'failed' } | { state: 'kept'; at: Date };

/** A draft that keeps itself. `keep` and `sign` throw the refusal of the server. */
export function useDraft(patientId: string, draftId: string, first: DraftToKeep) {
  const queries = useQueryClient();
  const [content, setContent] = useState(first.content);
  const [saving, setSaving] = useState<Saving>({ state: 'nothing' });
  const kept = useRef(JSON.stringify(first.content));
  const current = useRef(content);
  const isSettled = useRef(false);
  const { replaces } = first;

  const keep = useCallback(async () => {
    const text = JSON.stringify(current.current);
    if (text === kept.current || isSettled.current) return;
    try {
      const body: DraftToKeep = { content: current.current, ...(replaces !== undefined && { replaces }) };
      await api<void>(draftUrl(patientId, draftId), { method: 'PUT', body });
      kept.current = text;
      setSaving({ state: 'kept', at: new Date() });
    } catch (error) {
      setSaving({ state: 'failed' });
      throw error;
    }
  }, [patientId, draftId, replaces]);

  useEffect(() => {
    if (JSON.stringify(content) === kept.current) return;
    const timer = setTimeout(() => void keep().catch(() => {}), REST_MS);
    return () => clearTimeout(timer);
  }, [content, keep]);
  // Left for another page: what was typed last is not lost.
  useEffect(() => () => void keep().catch(() => {}), [keep]);

  const set = (part: Partial<LetterContent>) => {
    const next = { ...current.current, ...part };
    current.current = next;
    setContent(next);
    setSaving({ state: 'waiting' });
  };
  const settle = () => {
    isSettled.current = true;
    void queries.invalidateQueries({ queryKey: ['documents', patientId] });
    queries.removeQueries({ queryKey: ['letters', patientId] });
  };
  const sign = async () => {
    // What the server has to have, even when nothing was typed since the draft was opened.
    kept.current = saving.state === 'nothing' ? '' : kept.current;
    await keep();
    const filed = await api<DocumentFiled>(`${draftUrl(patientId, draftId)}/finish`, { method: 'POST' });
    settle();
    return filed;
  };
  const drop = async () => {
    isSettled.current = true;
    if (saving.state === 'kept' || kept.current !== JSON.stringify(first.content)) await dropDraft(patientId, draftId);
  };
  return { content, set, saving, keep, sign, drop };
}
