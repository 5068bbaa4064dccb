import { queryOptions } from '@tanstack/react-query';
import type { Role } from '#access/contract';
import { api, type Language } from '#ui';

/** Words in the two languages of the screens. */
type BothLanguages = Record<Language, string>;

/** `GET /api/demo`: who one can be, three people of known story, and how far the region is loaded. Demo only. */
export interface DemoRegion {
  cards: { card: Role; name: string; detail: BothLanguages }[];
  stories: DemoStory[];
  loading: { done: number; total: number; perSecond: number; finished: boolean };
  /** What the whole region will hold. */
  people?: number;
  laboratories?: number;
  /** Address of the software of the demo practice, once it answers. */
  software?: string;
}

export interface DemoStory {
  patientId: string;
  /** Birth name and first name, as the record shows them. */
  name: string;
  birthDate: string;
  /** The illness, then what to look for. */
  title: BothLanguages;
  detail: BothLanguages;
  /** The value that the story turns on: its last months, and its interval or target. */
  trend: { name: BothLanguages; days: number; low: number; high: number; points: { ago: number; value: number }[] };
}

const ASK_AGAIN_MS = 1_000;

/** Asked again every second while the region loads. */
export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: ({ signal }) => api<DemoRegion>('/api/demo', { signal }),
  refetchInterval: ({ state }) => (state.data?.loading.finished === false ? ASK_AGAIN_MS : false),
});
