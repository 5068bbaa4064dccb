import { latePart } from './late-part.tsx';

/** What stood around the results comes after the curve: it waits in a part of its own. */
export const ContextLanes = latePart(() => import('./context-lanes.tsx').then((part) => part.ContextLanes));
export const StayWash = latePart(() => import('./context-lanes.tsx').then((part) => part.StayWash));
