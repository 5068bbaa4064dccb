import { lazyRouteComponent } from '@tanstack/react-router';
import { wholeWords } from './messages.ts';

/** A page fetched when it is opened, with its words. */
export const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(async () => {
    const [page] = await Promise.all([load(), wholeWords()]);
    return page;
  }, name);
