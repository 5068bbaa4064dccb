import { passDoor, type Principal } from '#access';
import { awaitResults } from '#exchange';
import { type DocumentHeader, type LetterHeader, type Participant, writeDischargeLetter } from '#formats';
import { type Patient, patientById, personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { findDraft, missingIn, settleDraft, toLetter } from '#letters';
import type { LetterContent } from '#letters/contract';
import type { DocumentFiled, DocumentItem } from '#record';
import { fileBytes, replacedBy } from './file-document.ts';
import { custodianOf, hl7TimeOf, idOf, nameOf, oidOf, personAs, printed, PROFESSIONALS } from './made-document.ts';
import type { ReceiveDeps } from './receive-document.ts';

export interface ToFinish {
  who: Principal;
  patientId: string;
  draftId: string;
  /** Through what, for the audit. */
  via: string;
  now: Date;
}

/**
 * A discharge letter signed by its author: a document of the national model, filed in the record that is open by the journey of any document, which
 * sends it on to those whom it names, by the rules. Signed twice, it is one letter; a correction replaces the letter that it corrects.
 *
 * @throws Refusal `letter.incomplete`, which names every heading that lacks; `request.not-found` of another's draft; and those of `fileDocument`
 */
export async function finishLetter(deps: ReceiveDeps, { who, patientId: asked, draftId, via, now }: ToFinish): Promise<DocumentFiled> {
  const { db, zone } = deps;
  const { patientId, homes } = await personOf(db, asked);
  const door = { who, action: 'letter.sign' as const, patientId, via, now };
  const draft = await findDraft(db, homes, draftId, who.id);
  const patient = await patientById(db, patientId);
  // A stranger learns nothing of what was written: the door refuses them first, and writes it.
  if (!draft || !patient)
    return passDoor(db, door, () => Promise.reject(new Refusal('request.not-found', 'you have no such draft', { at: 'params.draftId' })));
  const { content, documentId } = draft;
  if (documentId !== null) return passDoor(db, { ...door, object: documentId }, async () => ({ documentId, isNew: false }));
  refuseIncomplete(content, new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now));
  const replaced = await replacedBy(db, who, homes, draft.replaces ?? undefined);
  const header = headerOf({ who, patient, draftId, content, replaced, now });
  const bytes = Buffer.from(writeDischargeLetter(toLetter(content, header)));
  const alongside = async (tx: Sql, letterId: string) => {
    await settleDraft(tx, draft, letterId);
    await awaitResults(tx, { patientId, letterId, results: content.pending, people: toldOf(who, content), now });
  };
  return fileBytes(deps, { who, patientId, homes, bytes, action: 'letter.sign', isMadeHere: true, via, now, alongside });
}

function refuseIncomplete(content: LetterContent, today: string): void {
  const missing = missingIn(content, today).map(({ heading, line }) => (line === undefined ? heading : `${heading} ${line + 1}`));
  if (missing.length === 0) return;
  throw new Refusal('letter.incomplete', `the discharge letter lacks: ${missing.join(', ')}`, { at: `content.${missing[0]}` });
}

interface ToHead {
  who: Principal;
  patient: Patient;
  draftId: string;
  content: LetterContent;
  replaced: DocumentItem | undefined;
  now: Date;
}

/** Kinds of hospitals, with the national wording (JDV_J02). */
const PLACES: Readonly<Record<LetterContent['place'], string>> = {
  SA01: 'Etablissement public de santé',
  SA02: 'Hôpital militaire du Service de santé des armées',
  SA03: 'Etablissement privé PSPH',
  SA04: 'Etablissement privé non PSPH',
  SA12: 'Etablissement de soins et prévention',
  SA21: "Etablissement d'hébergement et de réadaptation",
  SA36: 'Centre anti-cancer',
};

/** A draft kept before the question was asked is of a public hospital, as every letter was then. */
const placeOf = ({ place = 'SA01' }: Partial<Pick<LetterContent, 'place'>>) => ({
  code: place,
  display: PLACES[place],
  system: '1.2.250.1.71.4.2.4',
});

function headerOf({ who, patient, draftId, content, replaced, now }: ToHead): LetterHeader {
  const at = hl7TimeOf(now);
  const author: Participant = { ...personAs(who, patient), time: at };
  const id = { root: oidOf(draftId) };
  const { unit } = content;
  return {
    realm: 'FR',
    id,
    setId: replaced ? idOf(replaced.setId) : id,
    version: replaced ? replaced.version + 1 : 1,
    replaces: replaced ? [idOf(replaced.uniqueId)] : [],
    createdAt: at,
    confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    language: 'fr-FR',
    patient: printed(patient),
    authors: [author],
    custodian: custodianOf(who),
    ...recipientsOf(content),
    legalAuthenticator: author,
    validators: [],
    participants: [],
    orders: [],
    events: [],
    encounter: { responsible: author, facility: { code: placeOf(content), ...(unit.trim() !== '' && { name: unit.trim() }) } },
  };
}

/** Who is told when a result that the letter awaits arrives: its author, and those whom it is for. */
function toldOf({ id, name }: Principal, { recipients, isSendingRefused }: LetterContent) {
  return [{ id, name }, ...(isSendingRefused ? [] : recipients.filter((one) => one.id !== id))];
}

/** Whom the letter names gets it, by the rules of routing; nobody when the patient refuses that it be sent. */
function recipientsOf({ recipients, isSendingRefused }: LetterContent): Pick<DocumentHeader, 'recipients'> {
  if (isSendingRefused || recipients.length === 0) return {};
  return {
    recipients: recipients.map(({ id, name }) => ({
      ids: [{ root: PROFESSIONALS, extension: id.slice('rpps:'.length) }],
      name: nameOf(name),
    })),
  };
}
