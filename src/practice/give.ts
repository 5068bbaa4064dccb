import { answerTo, writeAs, writeMdm } from '#formats';
import { type Db, Refusal } from '#kernel';
import { contentIn, type Filed } from './contents.ts';
import { giveTransaction, type Software } from './software/client.ts';
import { transactionOf } from './software/transaction.ts';
import { documentOf, type KeptDocument, practicePatients } from './store.ts';
import { type DueOutput, dueOutputs, noteOutput } from './store-outgoing.ts';
import type { PracticePatient } from './recognise.ts';

/** One step of filing, with what it is about. */
interface Filing {
  step: DueOutput;
  kept: KeptDocument;
  content: Filed;
  patient: PracticePatient;
}

export interface GiveDeps {
  db: Db;
  /** IANA zone of times without offset. */
  zone: string;
  /** What a person has to know; never a name nor a result. */
  tell: (line: string) => void;
}

/** To the software by FHIR: one transaction a step. @returns how many it took */
export const giveByFhir = (deps: GiveDeps, software: Software): Promise<number> =>
  giveEach(deps, 'fhir', ({ step, kept, content, patient }) =>
    giveTransaction(software, transactionOf({ kept, content, step, patient: patient.number, now: new Date(), zone: deps.zone })),
  );

export interface MdmSettings {
  /** MSH-5. */
  receivingApplication?: string | undefined;
  /** OID of the authority of the software's own patient numbers (PID-3). */
  numbers: string;
  /** Sends one message. @returns its acknowledgement */
  send: (message: Uint8Array) => Promise<Buffer>;
}

/** To the software by HL7 v2: an MDM^T02, T10 or T04 a step, noted once it is acknowledged (AA). @returns how many it took */
export const giveByMdm = (deps: GiveDeps, settings: MdmSettings): Promise<number> =>
  giveEach(deps, 'mdm', async (filing) => {
    const controlId = `LGC${filing.step.stepId}`;
    const answer = answerTo(controlId, await settings.send(Buffer.from(mdmOf(filing, controlId, settings, deps.zone))));
    if (!answer.isTaken) throw new Refusal('request.invalid', `the software answered ${answer.code}`, { at: 'MSA-1' });
  });

function mdmOf(
  { step, kept, content, patient }: Filing,
  controlId: string,
  { receivingApplication, numbers }: MdmSettings,
  zone: string,
): string {
  const header = content.kind === 'report' ? content.report : content.kind === 'document' ? content.document : undefined;
  const now = new Date();
  const at = `${now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`;
  const sender = { name: 'Cigogne', software: 'Cigogne', version: '1', publisher: 'Cigogne' };
  const [root = kept.uniqueId, extension] = kept.uniqueId.split('^');
  const { birthDate, birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, sex, birthPlace } = patient.traits;
  const ids = [
    { root: numbers, extension: patient.number },
    ...(patient.ins ? [{ root: patient.ins.oid, extension: patient.ins.value }] : []),
  ];
  return writeMdm({
    controlId,
    at,
    action: step.kind !== 'filed' ? 'delete' : header && header.replaces.length > 0 ? 'replace' : 'new',
    sendingApplication: 'CIGOGNE',
    receivingApplication,
    patient: {
      ids,
      birthFamily,
      birthGivens,
      firstBirthGiven,
      ...(usedFamily !== undefined && { usedFamily }),
      ...(usedGiven !== undefined && { usedGiven }),
      sex,
      birthDate: birthDate.replaceAll('-', ''),
      ...(birthPlace && { birthPlace }),
    } as Parameters<typeof writeMdm>[0]['patient'],
    id: { root, ...(extension !== undefined && { extension }) },
    parent: header?.replaces[0],
    code: header?.code ?? { originalText: kept.title },
    title: kept.title,
    issuedAt: header?.createdAt,
    confidentiality: header?.confidentiality.code,
    document:
      content.kind === 'file' ? content : { bytes: writeAs(content, 'cda', { now, zone, sender }).bytes, mediaType: 'application/xml' },
  });
}

/**
 * Gives the steps that the software has not heard of, in their order; each is noted once it is taken. One that it refuses holds back those of the same
 * document, is told, and is given again next time; when it does not answer, all wait.
 */
async function giveEach({ db, tell }: GiveDeps, channel: string, give: (filing: Filing) => Promise<unknown>): Promise<number> {
  const patients = new Map((await practicePatients(db)).map((patient) => [patient.patientId, patient]));
  const held = new Set<string>();
  let given = 0;
  for (const step of await dueOutputs(db, channel)) {
    const { documentId } = step;
    if (held.has(documentId)) continue;
    const { original, ...kept } = await documentOf(db, documentId);
    try {
      await give({ step, kept, content: contentIn(original, kept.uniqueId), patient: patients.get(step.patientId)! });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(`${channel}: ${error.message} (document ${documentId})`);
      if (error.code === 'store.unavailable') return given;
      held.add(documentId);
      continue;
    }
    await noteOutput(db, step.stepId, channel, new Date());
    given++;
  }
  return given;
}
