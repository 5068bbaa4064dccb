import { type ComponentType, lazy, type ReactNode, useState } from 'react';

/**
 * A part of the page that is fetched when it is first drawn, or ahead. Once it was fetched it is drawn at once: a `lazy` part would still show what stands
 * in its place, and React then keeps that for a third of a second.
 */
type LatePart<Props extends object> = ((props: Props) => ReactNode) & {
  /** Not there: it is asked again when it is drawn, and says so. */
  fetchAhead: () => void;
};

export function latePart<Props extends object>(load: () => Promise<ComponentType<Props>>): LatePart<Props> {
  let fetched: ComponentType<Props> | undefined;
  const fetchPart = async () => {
    fetched ??= await load();
    return { default: fetched };
  };
  const Lazy = lazy(fetchPart) as unknown as ComponentType<Props>;
  function Late(props: Props) {
    // Kept for as long as it is drawn: another component in its place would forget what it holds.
    const [Part] = useState<ComponentType<Props>>(() => fetched ?? Lazy);
    return <Part {...props} />;
  }
  return Object.assign(Late, { fetchAhead: () => void fetchPart().catch(() => {}) });
}
