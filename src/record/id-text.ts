import type { Identifier } from '#formats';

/** An HL7 identifier as one text: `root`, or `root^extension`. */
export function idText({ root, extension }: Identifier): string {
  return extension === undefined ? root : `${root}^${extension}`;
}
