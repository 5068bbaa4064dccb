/** Flags of the Node that runs everything. */
export const NODE_FLAGS: readonly string[];
