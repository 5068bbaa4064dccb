/** Who sent it, who reads it: structures (FINESS), professionals (RPPS), and the systems that may deposit. */
export { type Found, resultsAt, type Structure } from './contract.ts';
export { holderName } from './holder-name.ts';
export { importExtract, type ImportProgress, type ImportReport } from './extracts/import-extract.ts';
export { registerPlaceMailboxes, registerPractitioners, registerSenders, registerStructures } from './register.ts';
export { directoryRoutes } from './routes.ts';
export { searchDirectory } from './search.ts';
export { phonesOf, type Place, placesOf, type Professional, professionalsAt, professionalsOf } from './store-places.ts';
export {
  admittedSender,
  findSender,
  mailbox,
  type Mailbox,
  mailboxesOfPractitioner,
  mailboxesOfStructure,
  namesOfPeopleAt,
  notConnected,
  practitioner,
  practitionerAmong,
  type Practitioner,
  resultsUrlOf,
  type Sender,
  senderOfCertificate,
  senderOfMailbox,
  senders,
  structure,
  structures,
} from './store.ts';
