/** One step of a patch: changes the copy that it is given. */
export interface Operation {
  touched: readonly string[];
  apply(resource: Record<string, unknown>): void;
}
