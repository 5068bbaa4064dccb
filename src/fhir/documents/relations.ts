import type { DocumentHeader } from '#formats';
import { Refusal } from '#kernel';
import { idText, type RelationToStore } from '#record';
import { idTextOf } from '../make/document.ts';
import { patientOfId, unpackUuid } from '../wire/ids.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Asking } from '../world/door.ts';
import type { DepositToTake, WriteDeps } from '../write/deps.ts';

/**
 * What a fiche says of other documents (`relatesTo`), as the record keeps it. The other one is named by its fiche here, by a fiche of the same
 * Bundle, or by its identifier: that one may come later, so it is kept as said, and followed in the record of the same patient only.
 * Source: FHIR R4 DocumentReference; PDSm 3.1.1.
 */

const KINDS: ReadonlyMap<unknown, RelationToStore['kind'] | 'RPLC'> = new Map([
  ['replaces', 'RPLC'],
  ['appends', 'APND'],
  ['transforms', 'XFRM'],
  ['signs', 'signs'],
]);

interface Target {
  uniqueId: string;
  /** The record that holds it, when its fiche was named. */
  patientId?: string;
}

/**
 * @param within identifiers of the documents of the same Bundle, by the fullUrl of their fiche
 * @throws Refusal `request.invalid` when the fiche names no document, or the document itself replaces another than its fiche says
 */
export async function relationsSaid(
  deps: WriteDeps,
  asking: Asking,
  fiche: JsonObject,
  { replaces }: DocumentHeader,
  within: ReadonlyMap<string, string>,
): Promise<Required<Pick<DepositToTake, 'relations' | 'relatedIn'>>> {
  const relations: RelationToStore[] = [];
  const relatedIn: string[] = [];
  const said = fiche['relatesTo'] ?? [];
  if (!Array.isArray(said)) throw wrong('relatesTo is not a list');
  for (const { code, target: named = {} } of said as { code?: unknown; target?: Named }[]) {
    const kind = KINDS.get(code);
    if (!kind) throw wrong('a relation is replaces, appends, transforms or signs');
    const target = await targetOf(deps, asking, named, within);
    if (target.patientId !== undefined) relatedIn.push(target.patientId);
    // What a document replaces it says itself: the versions of the record follow from that alone.
    if (kind !== 'RPLC') relations.push({ kind, target: target.uniqueId });
    else if (!target.uniqueId.startsWith('urn:uuid:') && !replaces.some((id) => idText(id) === target.uniqueId))
      throw wrong('the document itself replaces another than its fiche says');
  }
  return { relations, relatedIn };
}

interface Named {
  reference?: unknown;
  identifier?: { system?: unknown; value?: unknown };
}

async function targetOf(
  deps: WriteDeps,
  { base }: Asking,
  { reference, identifier }: Named,
  within: ReadonlyMap<string, string>,
): Promise<Target> {
  if (typeof reference === 'string') {
    const beside = within.get(reference);
    if (beside !== undefined) return { uniqueId: beside };
    const plain = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
    const [, id = ''] = /^DocumentReference\/([0-9a-z.]{1,64})(?:\/_history\/[^/]+)?$/.exec(plain) ?? [];
    const patientId = patientOfId('DocumentReference', id);
    const documentId = unpackUuid(id.slice(id.indexOf('.') + 1));
    const held = patientId !== undefined && documentId !== undefined && (await deps.held(patientId, documentId));
    if (!held)
      throw wrong(
        'no document of this patient is known under the address that the fiche names: check whose it is, or name it by its identifier',
      );
    return held;
  }
  const { system = '', value = '' } = identifier ?? {};
  const uniqueId = idTextOf(`${String(system)}|${String(value)}`);
  if (uniqueId === undefined) throw wrong('the fiche does not say which document it is about (target.reference or target.identifier)');
  return { uniqueId };
}

const wrong = (message: string) => new Refusal('request.invalid', message, { at: 'DocumentReference.relatesTo' });
