import { type LabReport, readAny } from '#formats';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { FILING, nodeOf, nodesOf, parseKeepingDigits, textOf, type Node } from '#practice';
import type { StoredResult } from '#record';
import type { User } from './contract.ts';
import { fillLines, type FillDeps, takeBack } from './fill-lines.ts';
import { patientResource } from './patient-resource.ts';
import { documentBy, isReplaced, type LgcDocument, makeTask, patientBy, putDocument } from './store.ts';

export interface TakeFilingDeps extends FillDeps {
  db: Db;
  /** Each result as printed, with what the rules make of it beside. */
  normalise: (report: LabReport) => StoredResult[];
  users: readonly User[];
}

/**
 * Takes one filing of the connector: a transaction of FHIR R4 with a DocumentReference and its Binary, the results of a report as Observations, a Task of
 * reading. All of it or nothing; the same again changes nothing.
 * @returns the answer, a Bundle of type `transaction-response`
 * @throws Refusal `request.invalid` when it is no such transaction, or about nobody of the practice
 */
export async function takeFiling(deps: TakeFilingDeps, text: string, now: Date): Promise<Node> {
  const bundle = parsed(text);
  const entries = nodesOf(bundle['entry']).map((entry) => ({ entry, resource: nodeOf(entry['resource']) }));
  const only = (type: string) => entries.find(({ resource }) => resource['resourceType'] === type)?.resource;
  const [fiche, binary, task] = [only('DocumentReference'), only('Binary'), only('Task')];
  if (bundle['type'] !== 'transaction' || !fiche || !binary)
    throw new Refusal('request.invalid', 'this door takes transactions of one DocumentReference and its Binary', { at: 'Bundle' });
  const number = textOf(nodeOf(fiche['subject'])['reference'])?.replace(/^Patient\//, '') ?? '';
  return deps.db.transaction(async (tx) => {
    const patient = await patientBy(tx, { number });
    if (!patient) throw new Refusal('request.invalid', 'the practice has no such patient', { at: 'DocumentReference.subject' });
    const isReport = entries.some(({ resource }) => resource['resourceType'] === 'DiagnosticReport');
    // Read as a report is read everywhere: its patient is the one of the practice.
    const whole = { ...bundle, entry: [...nodesOf(bundle['entry']), { fullUrl: `Patient/${number}`, resource: patientResource(patient) }] };
    const report = isReport && fiche['status'] === 'current' ? reportIn(JSON.stringify(whole)) : undefined;
    const document = documentOf(fiche, binary, {
      patientId: patient.patientId,
      results: report ? deps.normalise(report) : [],
      now,
      report,
    });
    const before = await documentBy(tx, document.documentId);
    if (before?.status === 'current' && (document.status !== 'current' || before.patientId !== document.patientId))
      await takeBack(tx, deps, before, now);
    await putDocument(tx, document, Buffer.from(textOf(binary['data']) ?? '', 'base64'));
    if (task && document.status === 'current') await ask(tx, deps, { task, document, team: patient.team }, now);
    return answerOf(entries);
  });
}

function parsed(text: string): Node {
  try {
    return parseKeepingDigits(text);
  } catch (cause) {
    throw new Refusal('request.invalid', 'this is no JSON', { at: 'Bundle', cause });
  }
}

function reportIn(text: string): LabReport {
  const [content] = readAny(Buffer.from(text), 'application/fhir+json').contents;
  if (content?.kind !== 'report') throw new Refusal('request.invalid', 'the transaction holds no report', { at: 'DiagnosticReport' });
  return content.report;
}

function documentOf(
  fiche: Node,
  binary: Node,
  { patientId, results, now, report }: { patientId: string; results: StoredResult[]; now: Date; report: LabReport | undefined },
): LgcDocument {
  const idOf = (identifier: unknown) => textOf(nodeOf(identifier)['value'])?.replace(/^urn:oid:/, '');
  const [uniqueId, documentId] = [idOf(fiche['masterIdentifier']), textOf(fiche['id'])];
  if (!uniqueId || !documentId || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(documentId))
    throw new Refusal('request.invalid', 'the document has no identifier', { at: 'DocumentReference' });
  const [setId] = nodesOf(fiche['identifier']);
  const coding = nodesOf(nodeOf(fiche['type'])['coding'])[0];
  // The biologically relevant time: the last sampling of the report.
  const sampledAt = results
    .flatMap(({ at }) => at ?? [])
    .toSorted()
    .at(-1);
  const chapter = report?.sections.find(({ kind }) => kind === 'chapter')?.title;
  return {
    documentId,
    patientId,
    uniqueId,
    setId: idOf(setId) ?? null,
    replaces: nodesOf(fiche['relatesTo']).flatMap(({ code, target }) =>
      code === 'replaces' ? (idOf(nodeOf(target)['identifier']) ?? []) : [],
    ),
    status: fiche['status'] === 'current' ? 'current' : 'entered-in-error',
    title: chapter ?? textOf(fiche['description']) ?? 'Document',
    type: textOf(coding?.['display']) ?? textOf(fiche['description']) ?? 'Document',
    producer: textOf(nodeOf(nodesOf(fiche['author'])[0])['display']) ?? textOf(nodeOf(fiche['custodian'])['display']) ?? '',
    issuedAt: new Date(sampledAt ?? textOf(fiche['date']) ?? now),
    putAt: now,
    mediaType: textOf(binary['contentType']) ?? 'application/octet-stream',
    results,
  };
}

async function ask(
  tx: Sql,
  deps: TakeFilingDeps,
  { task, document, team }: { task: Node; document: LgcDocument; team: readonly string[] },
  now: Date,
) {
  const filing = textOf(nodesOf(task['identifier']).find(({ system }) => system === FILING)?.['value']);
  if (!filing) throw new Refusal('request.invalid', 'the task says no filing', { at: 'Task.identifier' });
  const owner = personOf(task['owner']);
  const recipients = nodesOf(nodeOf(task['restriction'])['recipient']).flatMap((one) => personOf(one) ?? []);
  const isNew = await makeTask(tx, { taskId: uuidv7(now.getTime()), filing, documentId: document.documentId, owner, recipients }, now);
  if (isNew && !(await isReplaced(tx, document))) await fillLines(tx, deps, { document, users: deps.users, owner, recipients, team }, now);
}

const personOf = (reference: unknown): string | undefined => {
  const value = textOf(nodeOf(nodeOf(reference)['identifier'])['value']);
  return value === undefined ? undefined : `rpps:${value}`;
};

const answerOf = (entries: readonly { entry: Node; resource: Node }[]): Node => ({
  resourceType: 'Bundle',
  type: 'transaction-response',
  entry: entries.map(({ entry, resource }) => ({
    response: {
      status: nodeOf(entry['request'])['method'] === 'POST' ? '201 Created' : '200 OK',
      ...(resource['id'] !== undefined && { location: `${String(resource['resourceType'])}/${String(resource['id'])}` }),
    },
  })),
});
