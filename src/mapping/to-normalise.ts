import type { PrintedResult } from '#record';
import type { ResultToNormalise } from '#terminology';

/** A printed result as the rules take it, whether it has just been read or was stored years ago. */
export function toNormalise({ interpretation, ...printed }: PrintedResult, laboratoryFiness: string): ResultToNormalise {
  return { ...printed, interpretations: interpretation === undefined ? [] : [interpretation], laboratoryFiness };
}
