import { useState } from 'react';
import { dayOf } from './format.ts';

/** The day on which this part of the page was opened, `YYYY-MM-DD`: ages are counted to it. */
export function useToday(): string {
  const [today] = useState(() => dayOf(Date.now()));
  return today;
}
