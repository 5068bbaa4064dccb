/**
 * Every reason to say no to the outside, in one closed table.
 *
 * http: status of the answer; ack: HL7 v2 table 0008; retry: may the sender try again unchanged?; remedy: what to do, in the
 * words shown to a technician (English here; screens take theirs from the message catalogues by the code).
 * A refusal is for what the outside did. A bug is a plain Error, and is a 500.
 */
export const REFUSALS = {
  'request.invalid': { http: 400, ack: 'AE', retry: false, remedy: 'Correct the request as the message says and send it again.' },
  'request.not-found': { http: 404, ack: 'AE', retry: false, remedy: 'Check the address; the thing may not exist or not be yours to see.' },
  'request.gone': {
    http: 410,
    ack: 'AE',
    retry: false,
    remedy: 'It was there and was removed: what it said before is in its history, when you may read it.',
  },
  'request.not-allowed': {
    http: 405,
    ack: 'AR',
    retry: false,
    remedy: 'This cannot be changed by this door: the capability statement says what can.',
  },
  'request.not-acceptable': { http: 406, ack: 'AR', retry: false, remedy: 'Accept a form in which it exists: the message names them.' },
  'request.precondition': {
    http: 412,
    ack: 'AE',
    retry: false,
    remedy: 'The condition of the request is met by none or by several: make it more exact.',
  },
  'access.unauthenticated': { http: 401, ack: 'AR', retry: false, remedy: 'Sign in, or send a bearer token of a registered system.' },
  'access.denied': {
    http: 403,
    ack: 'AR',
    retry: false,
    remedy: 'Ask for the right named in the rule, or have the treating doctor add you to the care team.',
  },
  'access.cross-site': {
    http: 403,
    ack: 'AR',
    retry: false,
    remedy: 'Use the pages of this server; another site may not act in your name.',
  },
  'access.too-many': { http: 429, ack: 'AR', retry: true, remedy: 'Wait a minute, then try again.' },
  'access.sign-in-failed': { http: 403, ack: 'AR', retry: false, remedy: 'Sign in again; tell the administrator if it happens again.' },
  'access.sign-in-unavailable': {
    http: 503,
    ack: 'AR',
    retry: true,
    remedy: 'The sign-in service does not answer or is not configured: try again, or tell the administrator.',
  },
  'deposit.busy': {
    http: 503,
    ack: 'AR',
    retry: true,
    remedy: 'Nothing was kept: deposit the same document again after the seconds of Retry-After.',
  },
  'deposit.too-large': { http: 413, ack: 'AR', retry: false, remedy: 'Send one report a deposit; the limit is 20 MB.' },
  'deposit.unsupported-format': {
    http: 415,
    ack: 'AR',
    retry: false,
    remedy:
      'Send a CDA R2 document (application/xml, text/xml), a FHIR R4 Bundle (application/fhir+json, application/fhir+xml), an ORU^R01 (application/hl7-v2), HPRIM (text/hprim) or an IHE XDM archive (application/zip).',
  },
  'directory.not-an-extract': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy:
      'Give the text file of the health directory as published: activities of professionals, MSSanté addresses, or FINESS structures.',
  },
  'directory.import-in-hand': {
    http: 409,
    ack: 'AR',
    retry: false,
    remedy: 'Finish the import that was begun with the same file, or drop it with --restart.',
  },
  'deposit.wrong-structure': {
    http: 403,
    ack: 'AR',
    retry: false,
    remedy: 'A system deposits only for its own structure: check the custodian FINESS, or have the structure added to your registration.',
  },
  'deposit.conflicting-bytes': {
    http: 409,
    ack: 'AR',
    retry: false,
    remedy:
      'Never reuse a document identifier: issue the corrected report under a new id, same setId, next version, with relatedDocument RPLC.',
  },
  'deposit.kept-out': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy:
      'Nothing was kept. Tests for work, insurance or justice, anonymous screening and births under secrecy enter no shared record: give the result by your own means to whoever ordered it.',
  },
  'deposit.patient-opposes': {
    http: 403,
    ack: 'AR',
    retry: false,
    remedy:
      'Nothing was kept: the patient closed the record to new documents. Give the result to its prescriber and to the patient by your own means.',
  },
  'report.unreadable': { http: 422, ack: 'AR', retry: false, remedy: 'Mend the document at the place named, and deposit it again.' },
  'report.hostile': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy: 'Documents with a DTD, entities, or extreme depth or size are never read: export it again without them.',
  },
  'report.out-of-turn': {
    http: 409,
    ack: 'AR',
    retry: false,
    remedy: 'Send what changes a final report as amended, corrected, appended or entered-in-error, and issued after what it changes.',
  },
  'report.other-patient': {
    http: 409,
    ack: 'AR',
    retry: false,
    remedy:
      'Take it back first where it is (the same number, entered-in-error, of that patient), then send it for the right patient. Where both are one person, the identity cell of the region has to join the two records.',
  },
  'report.not-a-lab-report': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy: 'Deposit a biology report (LOINC 11502-2); other documents come by another door.',
  },
  'report.not-a-document': { http: 422, ack: 'AR', retry: false, remedy: 'Send a CDA R2 document (root element ClinicalDocument).' },
  'document.type-unknown': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy: 'Give the document a type of the national list (JDV_J07): it says who may read it.',
  },
  'document.other-patient': {
    http: 422,
    ack: 'AE',
    retry: false,
    remedy: 'Open the record of the patient that the document names, and file it there; nothing was kept.',
  },
  'document.not-by-hand': {
    http: 422,
    ack: 'AE',
    retry: false,
    remedy: 'Ask the patient to open the document to that professional: it then goes by the rules of routing; nothing was sent.',
  },
  'report.identity-incomplete': { http: 422, ack: 'AE', retry: false, remedy: 'Send all the strict traits with an INS, or no INS at all.' },
  'report.identity-forbidden': {
    http: 422,
    ack: 'AE',
    retry: false,
    remedy: 'This instance takes only production identities, or only test ones: check the INS OID.',
  },
  'archive.unreadable': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy: 'Make the archive again with the layout of IHE XDM, in zip without encryption, and send it again.',
  },
  'archive.hostile': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy: 'Archives whose files leave their folder, overlap, repeat a name or inflate beyond measure are never read: make it again.',
  },
  'archive.mismatch': {
    http: 422,
    ack: 'AR',
    retry: false,
    remedy:
      'The archive and what it says of its documents differ (hash, size, name or patient): make it again from the documents themselves.',
  },
  'letter.incomplete': { http: 422, ack: 'AE', retry: false, remedy: 'Fill in the headings named, then send the letter again.' },
  'unit.unknown': { http: 422, ack: 'AE', retry: false, remedy: 'Use a UCUM unit or a spelling of the table of units.' },
  'patient.unknown-domain': {
    http: 400,
    ack: 'AE',
    retry: false,
    remedy: 'No number of this domain is known here: check the system (OID) of the identifier.',
  },
  'patient.unknown-number': { http: 404, ack: 'AE', retry: false, remedy: 'Nobody, or more than one person, has this number: check it.' },
  'patient.unknown-target': {
    http: 403,
    ack: 'AE',
    retry: false,
    remedy: 'No number of the domain asked for is known here: check targetSystem, or leave it out.',
  },
  'patient.ambiguous': { http: 409, ack: 'AE', retry: false, remedy: 'The identity cell has to decide; nothing to send again.' },
  'patient.refused': {
    http: 422,
    ack: 'AE',
    retry: false,
    remedy: 'Check the patient with the ward or the practice, and deposit the report again with the right identity.',
  },
  'store.unavailable': { http: 503, ack: 'AE', retry: true, remedy: 'Send the same bytes again after the delay given.' },
} as const satisfies Record<string, { http: number; ack: 'AE' | 'AR'; retry: boolean; remedy: string }>;

export type RefusalCode = keyof typeof REFUSALS;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /** Where in the source (`OBX[3]-6`, an XPath, `body.q`). Never a patient's data: this is logged. */
  readonly at: string | undefined;
  /** When to try again, of one that may be tried again; undefined: soon. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: RefusalCode, message: string, options: { at?: string; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.at = options.at;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The body sent to the refused: `{code, at, message, remedy, retry}`. */
export function refusalBody(refusal: Refusal): { code: RefusalCode; at: string | null; message: string; remedy: string; retry: boolean } {
  const { remedy, retry } = REFUSALS[refusal.code];
  return { code: refusal.code, at: refusal.at ?? null, message: refusal.message, remedy, retry };
}
