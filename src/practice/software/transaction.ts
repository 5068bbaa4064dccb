import { createHash } from 'node:crypto';
import { type Content, type Coded, type Participant, writeAs, writeFhir } from '#formats';
import type { Filed } from '../contents.ts';
import type { KeptDocument } from '../store.ts';
import { type Node, nodeOf, nodesOf, parseKeepingDigits } from './fhir-json.ts';

/** System of the identifier of the task of reading: `DOCUMENT.STEP`, so that a document filed again asks to be read again. */
export const FILING = 'urn:cigogne:lgc:filing';
const RPPS = '1.2.250.1.71.4.2.1';
const LOINC = '2.16.840.1.113883.6.1';

export interface ToGive {
  kept: Pick<KeptDocument, 'documentId' | 'uniqueId' | 'setId' | 'version' | 'title' | 'producer'>;
  content: Filed;
  /** The step of filing that is told. */
  step: { stepId: number; kind: 'filed' | 'unfiled' | 'withdrawn' };
  /** Id of the Patient in the software. */
  patient: string;
  now: Date;
  zone: string;
}

/**
 * One filing as a transaction of FHIR R4: the document and its bytes, its results as Observations of a DiagnosticReport, and the task of reading it. Each
 * resource has an id of ours and is put there, so that sending again changes nothing; the task is made once (`ifNoneExist`). What is unfiled or withdrawn is
 * put again as `entered-in-error`.
 * Source: FHIR R4 §3.1.0.11 (transactions, conditional create), DocumentReference, Task.
 */
export function transactionOf({ kept, content, step, patient, now, zone }: ToGive): string {
  const isWrong = step.kind !== 'filed';
  const subject = { reference: `Patient/${patient}` };
  const { documentId } = kept;
  const binaryId = uuidOf(`binary of ${documentId}`);
  const { bytes, mediaType } = bytesOf(content, now, zone);
  const header = content.kind === 'report' ? content.report : content.kind === 'document' ? content.document : undefined;
  const entry: Node[] = [
    put('Binary', binaryId, { contentType: mediaType, data: Buffer.from(bytes).toString('base64') }),
    put('DocumentReference', documentId, {
      masterIdentifier: identifierOf(kept.uniqueId),
      ...(kept.setId !== null && { identifier: [{ ...identifierOf(kept.setId), type: { text: 'setId' } }] }),
      status: isWrong ? 'entered-in-error' : 'current',
      ...(header && { type: conceptOf(header.code) }),
      subject,
      date: now.toISOString(),
      ...(kept.producer !== null && { author: [{ display: kept.producer }], custodian: { display: kept.producer } }),
      ...(header &&
        header.replaces.length > 0 && {
          relatesTo: header.replaces.map(({ root, extension }) => ({
            code: 'replaces',
            target: { identifier: identifierOf(extension === undefined ? root : `${root}^${extension}`) },
          })),
        }),
      description: kept.title,
      content: [{ attachment: { contentType: mediaType, url: `Binary/${binaryId}`, size: bytes.length, title: kept.title } }],
    }),
    ...(content.kind === 'report' ? resultsOf(content, { subject, isWrong, zone }) : []),
  ];
  if (!isWrong) entry.push(taskOf(content, { documentId, stepId: step.stepId, subject, now, title: kept.title }));
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
}

/** CDA of a report or a document, the file itself otherwise. Never the file that came: it may hold documents of others. */
function bytesOf(content: ToGive['content'], now: Date, zone: string): { bytes: Uint8Array; mediaType: string } {
  if (content.kind === 'file') return { bytes: content.bytes, mediaType: content.mediaType };
  const sender = { name: 'Cigogne', software: 'Cigogne', version: '1', publisher: 'Cigogne' };
  return { bytes: writeAs(content, 'cda', { now, zone, sender }).bytes, mediaType: 'application/xml' };
}

/** The resources of the report, about the patient of the software instead of the one that the sender prints. */
function resultsOf(
  { report }: Extract<Content, { kind: 'report' }>,
  { subject, isWrong, zone }: { subject: { reference: string }; isWrong: boolean; zone: string },
): Node[] {
  const text = writeFhir(report, { zone });
  const entries = nodesOf(parseKeepingDigits(text)['entry']);
  const printed = entries.find(({ resource }) => nodeOf(resource)['resourceType'] === 'Patient')!;
  const moved = nodesOf(parseKeepingDigits(text.replaceAll(String(printed['fullUrl']), subject.reference))['entry']);
  return moved.flatMap(({ fullUrl, resource }) => {
    const { resourceType, ...said } = nodeOf(resource);
    if (resourceType === 'Patient') return [];
    const status = isWrong && /^(?:Composition|DiagnosticReport|Observation)$/.test(String(resourceType)) && { status: 'entered-in-error' };
    return [put(String(resourceType), String(fullUrl).replace('urn:uuid:', ''), { ...said, ...status })];
  });
}

/** To whom it was addressed: who ordered it does the task, those who get a copy may. */
function taskOf(
  content: ToGive['content'],
  { documentId, stepId, subject, now, title }: { documentId: string; stepId: number; subject: Node; now: Date; title: string },
): Node {
  const header = content.kind === 'report' ? content.report : content.kind === 'document' ? content.document : undefined;
  const prescriber = header?.participants.find(({ type, ids }) => type === 'REF' && nationalId(ids) !== undefined);
  const copies = (header?.recipients ?? []).flatMap((one) => (nationalId(one.ids) === undefined ? [] : [referenceTo(one)]));
  const identifier = { system: FILING, value: `${documentId}.${stepId}` };
  return {
    fullUrl: `urn:uuid:${uuidOf(identifier.value)}`,
    resource: {
      resourceType: 'Task',
      identifier: [identifier],
      status: 'requested',
      intent: 'order',
      code: { text: 'Lire le document et dire ce que l’on en fait' },
      description: title,
      focus: { reference: `DocumentReference/${documentId}` },
      for: subject,
      authoredOn: now.toISOString(),
      ...(prescriber && { owner: referenceTo(prescriber) }),
      ...(copies.length > 0 && { restriction: { recipient: copies } }),
    },
    request: { method: 'POST', url: 'Task', ifNoneExist: `identifier=${encodeURIComponent(`${FILING}|${identifier.value}`)}` },
  };
}

const nationalId = (ids: Participant['ids']) => ids.find(({ root }) => root === RPPS)?.extension;

const referenceTo = ({ ids, name }: Participant): Node => ({
  type: 'Practitioner',
  identifier: { system: `urn:oid:${RPPS}`, value: nationalId(ids) },
  display: [name?.given, name?.family].filter(Boolean).join(' '),
});

const put = (type: string, id: string, said: Node): Node => ({
  fullUrl: `urn:uuid:${id}`,
  resource: { resourceType: type, id, ...said },
  request: { method: 'PUT', url: `${type}/${id}` },
});

const identifierOf = (id: string): Node => ({ system: 'urn:ietf:rfc:3986', value: /^[\d.]+$/.test(id) ? `urn:oid:${id}` : id });

const conceptOf = ({ code, system, display }: Coded): Node => ({
  coding: [
    {
      ...(system !== undefined && { system: system === LOINC ? 'http://loinc.org' : `urn:oid:${system}` }),
      ...(code !== undefined && { code }),
      ...(display !== undefined && { display }),
    },
  ],
});

const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
