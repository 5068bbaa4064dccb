/** Who may see what, and the trail of it: the one decision, the one door, care links, sessions, sign-in. */
export { ACTIONS, type Action } from './actions.ts';
export {
  declareConsent,
  endCareLink,
  linkedAmong,
  heldLinksOf,
  linksOf,
  type LinkToRegister,
  type PatientLink,
  registerLinks,
  registerProducers,
  treatingDoctorsOf,
} from './care-links.ts';
export type { Principal, Role } from './contract.ts';
export { type Decision, decide, type Question } from './decide.ts';
export { READER_ROLE } from './reader-role.ts';
export { denial, type DoorRequest, evenOut, keepDenial, knock, type Passage, passDoor } from './door.ts';
export { decideFiling, noteDeed, noteFiled, type SystemDeed } from './filed.ts';
export { askOf, allGuarded, type Guard, type GuardedRoute, principalOf } from './guard.ts';
export { type Item, type ItemReader, visibleItems, type Visibility } from './item.ts';
export { placeOf, placeOfLast, toldEvent, toldEvents } from './who-looked.ts';
export { type ChoiceKind, choicesAmong, choicesOfPatient, type LinkRow, linksOfPatient } from './store.ts';
export { lastVisit } from './last-visit.ts';
export { rightsVersion, settleFamilies } from './families-in-force.ts';
export { type Category, matrixCell } from './matrix.ts';
export type { SystemClient } from './oidc-items.ts';
export type { AreColleagues, FamilyNamesOf } from './alerts.ts';
export { auditRoutes } from './audit-routes.ts';
export type { AccessOptions } from './context.ts';
export { accessPlugin } from './plugin.ts';
export { rateLimit, refuseCrossSite, writeSecurityHeaders } from './headers.ts';
export type { Addressee } from './emergency-letter.ts';
export { emergencyWords } from './emergency-letter.ts';
export { noteEmergencyMail } from './emergency-mail.ts';
export { emergenciesUntold, findEmergency as emergencyOf } from './store-emergencies.ts';
export { emergenciesToRead, emergencyRoutes } from './emergency-routes.ts';
export { copiesFile, readCopies } from './anchor-copies.ts';
export { archiveDaily } from './archive-daily.ts';
export { archiveAudit, verifyArchive } from './archiving.ts';
export { auditKey, auditPublicKey } from './keys.ts';
export { type DocumentReader, patientReadSince, readersOf } from './readers.ts';
export { rightsRoutes } from './rights-routes.ts';
export { newPracticeSoftware, practiceTokens } from './practice-tokens.ts';
export { requestToken, type TokenRequest } from './request-token.ts';
export type { SmartClient } from './launch-context.ts';
export { type Asked as AskedOfRecord, noteUnanswered } from './store-unanswered.ts';
export { OF_NOBODY, type Permission, scopesFor, type SmartScope, smartScopesOf } from './smart-scopes.ts';
export { accessRoutes, type AccessRoutesDeps } from './routes.ts';
export { partRecords, shareRecords } from './same-person.ts';
export { type AskedBy, askedByOf, confirm, isSignedIn, isStillSignedIn, openSession, revokeSessions } from './sessions.ts';
export type { FindPerson, IssuerConfig, PersonClaims } from './sign-in.ts';
export { systemPrincipal } from './system-token.ts';
export { type AuditVerdict, verifyAudit } from './verify-audit.ts';
export { type ChainVerdict, verifyChain } from './verify-chain.ts';
