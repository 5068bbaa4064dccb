/** Changes one `ref`; undefined takes it off. `isMedia`: it names a picture or a file, where every other points into a narrative. */
export type ChangeOfRef = (ref: string, isMedia: boolean) => string | undefined;

/** The value with every `ref` in it changed, in the order of the document: the same object where nothing changes. */
export function withRefs<T>(value: T, change: ChangeOfRef): T {
  if (typeof value !== 'object' || value === null) return value;
  return withRefsInside(value as Readonly<Record<string, unknown>>, change) as T;
}

function withRefsInside(value: Readonly<Record<string, unknown>>, change: ChangeOfRef): unknown {
  const isMedia = value.kind === 'image' || value.kind === 'attachment';
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const old = value[key];
    const now = key === 'ref' && typeof old === 'string' ? change(old, isMedia) : withRefs(old, change);
    if (now === old) continue;
    copy ??= (Array.isArray(value) ? value.slice() : { ...value }) as unknown as Record<string, unknown>;
    if (now === undefined) delete copy[key];
    else copy[key] = now;
  }
  return copy ?? value;
}
