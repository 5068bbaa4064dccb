import { READER_ROLE } from '#access';
import type { FhirWriting } from '#fhir';
import {
  type Among,
  receiveAmong,
  receiveDocument,
  type ReceiveDeps,
  receiveEach,
  receiveReading,
  receiveTogether,
  receiveWithdrawal,
} from '#flows';
import { personOf } from '#identity';
import type { Db } from '#kernel';
import { documentById, findByUniqueId, findFiledUnder, writeSubmission } from '#record';

/** What the FHIR door writes by: on the database, or inside one transaction that holds all that a client sent together. */
export function fhirDeps(journey: ReceiveDeps, addressesOf: FhirWriting['addressesOf']): FhirWriting {
  const over = (system: Db, receive: Among['receive'], receiveAll: FhirWriting['depositTogether']): Omit<FhirWriting, 'together'> => ({
    db: system.as(READER_ROLE),
    system,
    addressesOf,
    mode: journey.mode,
    zone: journey.zone,
    filed: (uniqueId, structure) => findByUniqueId(system, uniqueId, structure),
    hiddenFrom: async ({ patientId, documentId }) =>
      (await documentById(system, [patientId], documentId))?.masks.map(({ mask }) => mask) ?? [],
    held: async (patientId, documentId) => documentById(system, (await personOf(system, patientId)).homes, documentId),
    filedUnder: (uniqueId) => findFiledUnder(system, uniqueId),
    withdraw: async ({ uniqueId, ...asked }) => {
      await receiveWithdrawal({ ...journey, db: system }, { ...asked, uniqueIds: [uniqueId], reason: 'FHIR', via: 'fhir' });
    },
    hearReading: (told) => receiveReading({ db: system }, told),
    keepSubmission: (submission) => writeSubmission(system, submission),
    deposit: (arrival) => receive({ ...arrival, channel: 'fhir' }),
    depositTogether: (arrivals) => receiveAll(arrivals.map((arrival) => ({ ...arrival, channel: 'fhir' }))),
  });
  return {
    ...over(
      journey.db,
      (arrival) => receiveDocument(journey, arrival),
      (arrivals) => receiveTogether(journey, arrivals),
    ),
    together: (work) => receiveAmong(journey, ({ db, receive }) => work(over(db, receive, (arrivals) => receiveEach(receive, arrivals)))),
  };
}
