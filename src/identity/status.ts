import { type IdentityFacts, USES, type Use } from './contract.ts';

/**
 * The status is never set: it follows from what is known of an identity. Source: RNIV v2 (December 2024), the four exclusive statuses.
 * - qualified: the INS was confirmed by the national service, and a document of high confidence was checked;
 * - retrieved: the INS was confirmed, or received from an authenticated sender and asked of the service;
 * - validated: a document was checked, the service has confirmed nothing;
 * - provisional: neither; and whatever is known, an identity marked doubtful (DOUT) or fictitious (FICT).
 */
export function statusOf(facts: IdentityFacts): 'provisional' | 'retrieved' | 'validated' | 'qualified' {
  if (facts.doubts.length > 0) return 'provisional';
  const isConfirmed = facts.ins !== undefined && facts.insiAt !== undefined;
  if (isConfirmed) return facts.document ? 'qualified' : 'retrieved';
  if (facts.document) return 'validated';
  return facts.ins ? 'retrieved' : 'provisional';
}

type Status = ReturnType<typeof statusOf>;

/**
 * The one table of what each status permits. Source: RNIV and guide d'implémentation de l'INS v3 (December 2024).
 * - `automatic-filing`: a report is filed by rule when INS and strict traits agree (what a sender prints under an INS is qualified there);
 * - `national-service`: the INSi service may be asked;
 * - `professional-mail`: MSSanté to professionals, by traits alone unless `send-matricule`;
 * - `send-matricule`: the INS may leave: PID-3, CDA, X-MSS-INS: O;
 * - `patient-mail`: MSSanté to the patient, whose address is the matricule;
 * - `patient-feed`: DMP and Mon espace santé.
 */
const PERMITTED: Readonly<Record<Status, readonly Use[]>> = {
  provisional: ['national-service', 'professional-mail'],
  validated: ['automatic-filing', 'national-service', 'professional-mail'],
  retrieved: ['automatic-filing', 'national-service', 'professional-mail'],
  qualified: USES,
};

/** Whether an identity may be used so: by its status, and never when it is marked doubtful or fictitious (no call of the service, no sharing). */
export function permits(identity: { status: Status; attributes: readonly string[] }, use: Use): boolean {
  if (identity.attributes.includes('DOUT') || identity.attributes.includes('FICT')) return false;
  return PERMITTED[identity.status].includes(use);
}
