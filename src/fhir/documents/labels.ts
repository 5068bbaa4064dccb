import { Refusal } from '#kernel';
import type { FiledDocument, Mask } from '#record';
import { MASKS } from '../make/document.ts';
import type { WriteDeps } from '../write/deps.ts';

/** HL7 v3 Confidentiality; a French document is N, R or V. */
const CONFIDENTIALITIES: ReadonlySet<unknown> = new Set(['U', 'L', 'M', 'N', 'R', 'V']);
const isMask = (code: unknown): code is Mask => (MASKS as readonly unknown[]).includes(code);

export interface Labels {
  /** From whom the document is hidden. */
  masks: Mask[];
  /** How confidential it is said to be. */
  confidentialities: string[];
}

/**
 * What the labels of a document say, whichever system their codes are written under (JDV_J08 takes them from two, which senders mix up). One that
 * says something else is refused: taken for nothing, it would show to all what its sender hides.
 * @param at the element that holds them
 * @throws Refusal `request.invalid`
 */
export function labelsOf(labels: unknown, at: string): Labels {
  const wrong = (): never => {
    throw new Refusal(
      'request.invalid',
      `a label is none of this region's: N, R, V of v3-Confidentiality; ${MASKS.join(', ')} of TRE_A07 (JDV_J08)`,
      { at },
    );
  };
  if (labels === undefined) return { masks: [], confidentialities: [] };
  if (!Array.isArray(labels)) return wrong();
  const codes = labels.map((label: { code?: unknown; coding?: { code?: unknown }[] } | null) => {
    // A Coding (meta.security), or a CodeableConcept: its codings say one thing in several vocabularies.
    const codings = Array.isArray(label?.coding) ? label.coding : [label];
    const known = codings.map((coding) => coding?.code).find((code) => isMask(code) || CONFIDENTIALITIES.has(code));
    return known === undefined ? wrong() : (known as string);
  });
  return { masks: MASKS.filter((mask) => codes.includes(mask)), confidentialities: codes.filter((code) => !isMask(code)) };
}

/**
 * That a document which was there before is hidden as its sender says now: a sender hides nothing afterwards.
 * @throws Refusal `request.precondition`
 */
export async function mustBeHidden(
  deps: Pick<WriteDeps, 'hiddenFrom'>,
  filed: FiledDocument,
  masks: readonly Mask[],
  at: string,
): Promise<void> {
  if (masks.length === 0) return;
  const inForce = await deps.hiddenFrom(filed);
  if (!masks.every((mask) => inForce.includes(mask)))
    throw new Refusal('request.precondition', 'this document was published before, and is not hidden: a person who may hides it', { at });
}
