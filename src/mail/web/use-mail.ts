import { useEffect } from 'react';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { DocumentFiled } from '#record/contract';
import type { MailFolder, MailList, MailThread, MailToWrite, PdfAbout } from '../contract.ts';

/** Mail is not watched by the second: the list is asked again twice a minute, since each reading leaves a trace. */
const REFRESH_MS = 30_000;

export interface Shown {
  box?: string | undefined;
  folder: MailFolder;
  q: string;
}

export const listQuery = ({ box, folder, q }: Shown) =>
  queryOptions({
    queryKey: ['mail', 'list', box ?? '', folder, q],
    queryFn: ({ signal }) =>
      api<MailList>(`/api/mail?${new URLSearchParams({ ...(box !== undefined && { box }), folder, ...(q !== '' && { q }) })}`, { signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });

/** Opening a thread is a reading: asked for once, and again only after something was done. */
export const threadQuery = (messageId: string) =>
  queryOptions({
    queryKey: ['mail', 'thread', messageId],
    queryFn: ({ signal }) => api<MailThread>(`/api/mail/messages/${messageId}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export type MailAct =
  | { act: 'write'; mail: MailToWrite }
  | { act: 'tie'; messageId: string; patientId: string }
  | { act: 'file'; messageId: string; attachment: number; part: number; about?: PdfAbout; patientId?: string }
  | { act: 'file-each'; messageId: string; documents: { attachment: number; part: number; patientId: string }[] }
  | { act: 'done'; messageId: string; isDone: boolean }
  | { act: 'give'; box: string; to: string; may: 'read' | 'send' | 'nothing'; fromDay?: string; untilDay?: string }
  | { act: 'keep-template'; templateId?: string; name: string; subject: string; words: string }
  | { act: 'drop-template'; templateId: string };

function send(asked: MailAct): Promise<unknown> {
  const post = <Answer>(path: string, body: object) => api<Answer>(`/api/mail/${path}`, { method: 'POST', body });
  switch (asked.act) {
    case 'write':
      return post<{ messageId: string }>('messages', asked.mail);
    case 'tie':
      return post(`messages/${asked.messageId}/patient`, { patientId: asked.patientId });
    case 'file':
      return post<DocumentFiled>(`messages/${asked.messageId}/attachments/${asked.attachment}/file`, {
        part: asked.part,
        ...(asked.about && { about: asked.about }),
        ...(asked.patientId !== undefined && { patientId: asked.patientId }),
      });
    case 'file-each':
      return fileEach(asked.documents.map((one) => ({ act: 'file', messageId: asked.messageId, ...one })));
    case 'done':
      return post(`messages/${asked.messageId}/done`, { isDone: asked.isDone });
    case 'give':
    case 'keep-template': {
      const { act, ...body } = asked;
      return post(act === 'give' ? 'delegates' : 'templates', body);
    }
    case 'drop-template':
      return api(`/api/mail/templates/${asked.templateId}`, { method: 'DELETE' });
    default:
      throw new Error(`an act of the mail that nobody wrote: ${JSON.stringify(asked satisfies never)}`);
  }
}

/** One that is refused holds none of the others back. @throws the first refusal, when all were tried */
async function fileEach(documents: readonly MailAct[]): Promise<void> {
  const refused: unknown[] = [];
  for (const document of documents) await send(document).catch((error: unknown) => refused.push(error));
  if (refused.length > 0) throw refused[0];
}

/** Everything one does with mail; what is shown is asked again after. */
export function useMailAct() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => queries.invalidateQueries({ queryKey: ['mail'] }) });
}

/** What was opened is read in the lists already on the page: to ask for them again would be one more reading. */
export function useShownAsRead(messageId: string, isOpened: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isOpened) return;
    queries.setQueriesData<MailList>({ queryKey: ['mail', 'list'] }, (list) => {
      const thread = list?.threads.find((one) => one.messageId === messageId);
      if (!list || !thread?.unread) return list;
      return {
        ...list,
        boxes: list.boxes.map((one) => (one.box === list.box ? { ...one, unread: Math.max(0, one.unread - 1) } : one)),
        threads: list.threads.map((one) => (one === thread ? { ...one, unread: false } : one)),
      };
    });
  }, [queries, messageId, isOpened]);
}
