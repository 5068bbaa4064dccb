/** What each story is about, as a line for its card on the sign-in page: the very values that its reports print. */
import { JEAN_NOEL } from './jean-noel.ts';
import { MARIE_CLAIRE } from './marie-claire.ts';
import { ODETTE } from './odette.ts';
import type { Written } from './stories.ts';

/** The same stretch of time for the three, so that they compare. */
const TREND_DAYS = 183;

export interface StoryTrend {
  name: { fr: string; en: string };
  /** Days before today at the left edge; today is at the right. */
  days: number;
  /** Usual interval or target, in the unit of the values. */
  low: number;
  high: number;
  /** Oldest first. */
  points: { ago: number; value: number }[];
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);

function trend(
  name: StoryTrend['name'],
  [low, high]: readonly [number, number],
  rows: readonly Written[],
  valueOf: (values: Written['values']) => number | undefined,
): StoryTrend {
  const points = rows.flatMap(({ ago, values }) => {
    const value = valueOf(values);
    return value === undefined || ago > TREND_DAYS ? [] : [{ ago, value }];
  });
  return { name, days: TREND_DAYS, low, high, points: points.toSorted((a, b) => b.ago - a.ago) };
}

/** In the order of the stories: creatinine in µmol/L, INR (target 2 to 3), neutrophils in G/L. */
export const STORY_TRENDS: readonly StoryTrend[] = [
  trend({ fr: 'Créatinine', en: 'Creatinine' }, [45, 84], ODETTE, ({ creatinine }) => number(creatinine)),
  trend({ fr: 'INR', en: 'INR' }, [2, 3], JEAN_NOEL, ({ inr }) => number(inr)),
  trend({ fr: 'Neutrophiles', en: 'Neutrophils' }, [1.8, 7.5], MARIE_CLAIRE, ({ leucocytes, neutrophilsPct }) => {
    const [all, part] = [number(leucocytes), number(neutrophilsPct)];
    return all === undefined || part === undefined ? undefined : Math.round(all * part) / 100;
  }),
];
