import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { Catalogue, NewView, SavedView, SavedViews } from '../contract.ts';

/** A saved view stands among the presets under this name. */
export const presetOf = ({ viewId }: Pick<SavedView, 'viewId'>): string => `v:${viewId}`;

const queryKey = ['biology-views'];

/** Asked once the results are there: they never wait for it. */
export function useSavedViews(isAsked: boolean): readonly SavedView[] {
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<SavedViews>('/api/biology/views', { signal }),
    enabled: isAsked,
    retry: false,
  });
  return data?.views ?? NONE;
}

const NONE: readonly SavedView[] = [];

export function useSaveViews(): { save: (view: NewView) => Promise<void>; drop: (viewId: string) => Promise<void> } {
  const queries = useQueryClient();
  const then = () => queries.invalidateQueries({ queryKey });
  return {
    save: async (view) => {
      await api('/api/biology/views', { method: 'POST', body: view });
      await then();
    },
    drop: async (viewId) => {
      await api(`/api/biology/views/${encodeURIComponent(viewId)}`, { method: 'DELETE' });
      await then();
    },
  };
}

/** The catalogue with the saved views first among its presets: each screen that knows presets knows them. */
export const withViews = (catalogue: Catalogue, views: readonly SavedView[]): Catalogue =>
  views.length === 0
    ? catalogue
    : {
        ...catalogue,
        presets: [
          ...views.map((view) => ({ id: presetOf(view), label: view.label, labelEn: view.label, rows: view.rows })),
          ...catalogue.presets,
        ],
      };
