import { type Action, evenOut, passDoor } from '#access';
import { personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { changeStatus, changeVisibility, documentById, type DocumentItem, itemToOpen, type Mask } from '#record';
import { namesVersion } from '../wire/etag.ts';
import { type Asking, open, viaOf } from '../world/door.ts';
import { patientIdOfNumber } from '../people/numbers.ts';
import { documentId as idOfDocument, patientOfId, unpackUuid } from '../wire/ids.ts';
import { ARCHIVED, idTextOf } from '../make/document.ts';
import { onlyMakes, type Patch, readPatch } from '../patch/patch.ts';
import { readRecord } from '../world/read-record.ts';
import type { Resource } from '../wire/resource.ts';
import { type Labels, labelsOf } from './labels.ts';
import { checkScope } from '../world/software.ts';
import type { WriteDeps } from '../write/deps.ts';

/**
 * Hiding, showing and archiving a document by PATCH (PDSm, TD3.3): the same acts as on the screens, by the same rights, each written where the
 * patient reads it. Nothing else of what a structure published ever changes.
 */

/** Elements that a person's act shows in. */
const CHANGEABLE: ReadonlySet<string> = new Set(['securityLabel', 'status', 'extension']);
/** A PATCH has no word for why: the patient reads where it came from. */
const REASON = 'depuis un logiciel (FHIR)';
/** Days to tell the patient of what is hidden from them: a PATCH names no day. The same as for documents that come hidden. */
const DAYS_TO_TELL = 15;
const DAY_MS = 86_400_000;

export interface ChangeAsked {
  /** `DocumentReference/[id]`, or by the identifier of the document and, if one likes, its patient. */
  target: { id: string } | { pairs: readonly [string, string][] };
  body: Buffer;
  /** `If-Match`: the version that the client changes. */
  ifMatch: string | undefined;
}

/** `PATCH /fhir/DocumentReference/[id]`, or `?identifier=system|value`. @returns the fiche as it is then; undefined when it is hidden from its own author now */
export async function changeDocument(
  deps: WriteDeps,
  asking: Asking,
  { target, body, ifMatch }: ChangeAsked,
): Promise<Resource | undefined> {
  const patch = readPatch(body);
  if (asking.who.role === 'laboratory-system' && onlyMakes(patch, 'entered-in-error')) return withdraw(deps, asking, target);
  const action = actionOf(patch);
  const isNamed = 'id' in target || target.pairs.some(([name]) => name !== 'identifier');
  const started = performance.now();
  const changed = changeOne(deps, asking, { target, ifMatch, patch, action });
  return isNamed ? changed : changed.catch((error: unknown) => concealRefusal(error, started));
}

async function changeOne(
  deps: WriteDeps,
  asking: Asking,
  { target, ifMatch, patch, action }: Pick<ChangeAsked, 'target' | 'ifMatch'> & { patch: Patch; action: Action },
): Promise<Resource | undefined> {
  const { asked, documentId } = await documentAsked(deps, asking, target);
  const { who, now } = asking;
  const { patientId, homes } = await personOf(deps.db, asked);
  checkScope(who, 'DocumentReference', 'u', patientId);
  const item = async (tx: Sql) => (documentId === undefined ? undefined : itemToOpen(tx, homes, documentId, 'view'));
  const door = { who, now, via: viaOf(who), action, patientId, object: documentId, item, reason: REASON };
  return passDoor(deps.db, door, async (tx, { reader }) => {
    if (documentId === undefined) throw notFound();
    const id = idOfDocument(patientId, documentId);
    const read = async () => {
      const shelf = await readRecord(tx, { patientId, homes }, reader, {
        wanted: { patient: false, documents: true, reports: false, stays: false, stated: false },
        zone: deps.zone,
      });
      return shelf.find('DocumentReference', id);
    };
    const before = await read();
    const found = await documentById(tx, homes, documentId);
    if (!before || !found) throw notFound();
    if (ifMatch !== undefined && !namesVersion(ifMatch, before.meta!.versionId))
      throw new Refusal('request.precondition', 'the document has changed since this version', { at: 'If-Match' });
    await change(tx, found, actsOf(before, patch.apply(before)), { who, now });
    return read();
  });
}

/** The system that filed a document withdraws it, as by HL7 v2: it is found by the identifier that its sender gave it, and nothing of it is answered. */
async function withdraw(deps: WriteDeps, asking: Asking, target: ChangeAsked['target']): Promise<undefined> {
  const { who: sender, now: receivedAt } = asking;
  const given = new Map('pairs' in target ? target.pairs : []);
  const identifier = given.get('identifier');
  const uniqueId = identifier === undefined ? undefined : idTextOf(identifier);
  if (uniqueId === undefined)
    throw new Refusal('request.precondition', 'a system names what it withdraws: DocumentReference?identifier=system|value', {
      at: 'identifier',
    });
  const number = given.get('patient.identifier');
  const patientId = number === undefined ? undefined : await patientIdOfNumber(deps.db, number);
  if (number !== undefined && patientId === undefined) throw notFound();
  await deps.withdraw({ sender, uniqueId, receivedAt, ...(patientId !== undefined && { patientId }) });
  return undefined;
}

/**
 * An identifier alone must not tell that the region holds the document: a record that is not open, or where it is hidden, is answered as no record, and in the
 * time of one.
 */
async function concealRefusal(error: unknown, started: number): Promise<never> {
  const { code, at = '' } = error instanceof Refusal ? error : {};
  const isOfRecord = code === 'request.not-found' || (code === 'access.denied' && !/^(?:visibility|status)\./.test(at));
  if (!isOfRecord) throw error;
  await evenOut(started);
  throw notFound();
}

const notFound = () => new Refusal('request.not-found', 'there is no such document, or it is not yours to see', { at: 'id' });
const notChangeable = (at: string, message: string) => new Refusal('request.not-allowed', message, { at: `DocumentReference.${at}` });

/** One act of one kind at a time: the trail says which. */
function actionOf({ touched }: Patch): Action {
  const other = [...touched].find((element) => !CHANGEABLE.has(element));
  if (other !== undefined) throw notChangeable(other.slice(0, 40), 'only the visibility and the status of a document change');
  if (touched.has('securityLabel') && touched.size > 1)
    throw new Refusal('request.invalid', 'the visibility of a document and its status are changed by two requests', { at: 'body' });
  return touched.has('securityLabel') ? 'document.mask' : 'document.status';
}

/**
 * Which document, of which patient. Found by its identifier alone it is looked for in the name of the system; whoever may not open the record
 * is told nothing more than of one that does not exist. Of a patient who is named, the door of their record answers, whether there is one or not.
 * Several of one identifier are none: that there are several would tell who may see none of them.
 * @returns no document when the patient who is named has not exactly one
 */
async function documentAsked(
  deps: WriteDeps,
  asking: Asking,
  target: ChangeAsked['target'],
): Promise<{ asked: string; documentId: string | undefined }> {
  if ('id' in target) {
    const asked = patientOfId('DocumentReference', target.id);
    const documentId = unpackUuid(target.id.slice(target.id.indexOf('.') + 1));
    if (asked === undefined || documentId === undefined) throw notFound();
    return { asked, documentId };
  }
  const given = new Map(target.pairs);
  const identifier = given.get('identifier');
  const uniqueId = identifier === undefined ? undefined : idTextOf(identifier);
  const unknown = [...given.keys()].find((name) => !['identifier', 'patient', 'subject', 'patient.identifier'].includes(name));
  if (uniqueId === undefined || unknown !== undefined)
    throw new Refusal('request.precondition', 'a conditional PATCH names its document: DocumentReference?identifier=system|value', {
      at: unknown ?? 'identifier',
    });
  const number = given.get('patient.identifier');
  const named = number === undefined ? (given.get('patient') ?? given.get('subject')) : await patientIdOfNumber(deps.db, number);
  const filed = (await deps.filedUnder(uniqueId)).map((one) => ({ asked: one.patientId, documentId: one.documentId }));
  const isNamed = named !== undefined || number !== undefined;
  const namedId = named === undefined ? undefined : patientOfId('Patient', named.replace(/^.*Patient\//, ''));
  const patient = namedId === undefined ? undefined : (await personOf(deps.db, namedId)).homes;
  const found = isNamed ? filed.filter(({ asked }) => patient?.includes(asked)) : filed;
  if (found[0] && found.length === 1) return found[0];
  if (patient?.[0] !== undefined) return { asked: patient[0], documentId: undefined };
  await open(deps, asking, { action: 'patient.search', object: 'DocumentReference' }, async () => undefined);
  throw notFound();
}

interface Acts {
  hide: Mask[];
  show: Mask[];
  status?: 'archive' | 'restore' | 'delete';
}

/** What a person must have done for the fiche to read so. @throws Refusal `request.not-allowed` when nobody can have */
export function actsOf(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Acts {
  const [was, wanted] = [before, after].map(({ securityLabel }) => labelsOf(securityLabel, 'DocumentReference.securityLabel')) as [
    Labels,
    Labels,
  ];
  const said = wanted.confidentialities.length > 0 && wanted.confidentialities.join() !== was.confidentialities.join();
  if (said) throw notChangeable('securityLabel', 'the confidentiality of a document is what it says itself');
  const status = statusOf(before, after);
  return {
    hide: wanted.masks.filter((mask) => !was.masks.includes(mask)),
    show: was.masks.filter((mask) => !wanted.masks.includes(mask)),
    ...(status && { status }),
  };
}

function statusOf(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Acts['status'] {
  const [from, to] = [before['status'], after['status']];
  const [wasArchived, isArchived] = [archivedOf(before), archivedOf(after)];
  if (from !== to && to === 'entered-in-error') return 'delete';
  if (from !== to) throw notChangeable('status', 'a document is superseded by the one that replaces it, and by nothing else');
  if (wasArchived === isArchived) return undefined;
  return isArchived ? 'archive' : 'restore';
}

/** PDSm's own example sends the word instead of the boolean; FHIRPath Patch names the element `value`, whatever its type. */
function archivedOf({ extension }: Readonly<Record<string, unknown>>): boolean {
  const all = Array.isArray(extension) ? (extension as Record<string, unknown>[]) : [];
  const other = all.find(({ url }) => url !== ARCHIVED);
  if (other) throw notChangeable('extension', 'of the extensions, only isArchived changes');
  return all.some((one) => String(one['valueBoolean'] ?? one['valueString'] ?? one['value']) === 'true');
}

async function change(tx: Sql, item: DocumentItem, { hide, show, status }: Acts, by: Parameters<typeof changeStatus>[3]): Promise<void> {
  const dueAt = new Date(by.now.getTime() + DAYS_TO_TELL * DAY_MS).toISOString();
  for (const mask of hide)
    await changeVisibility(
      tx,
      item.patientId,
      item,
      { act: 'hide', mask, reason: REASON, ...(mask === 'INVISIBLE_PATIENT' && { dueAt }) },
      by,
    );
  for (const mask of show) await changeVisibility(tx, item.patientId, item, { act: 'show', mask, reason: REASON }, by);
  if (status) await changeStatus(tx, item, { act: status, reason: REASON }, by);
}
