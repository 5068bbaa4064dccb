import { z } from 'zod';
import { emergencyNoticeSchema, linkSchema } from '#access/contract';

/** The four exclusive statuses of an identity (RNIV): provisoire, récupérée, validée, qualifiée. */
export const IDENTITY_STATUSES = ['provisional', 'retrieved', 'validated', 'qualified'] as const;

/** Strict traits and used names (RNIV). Names as received; comparison never uses them raw. */
export const traitsSchema = z.object({
  birthFamily: z.string(),
  /** All given names of the birth certificate, space separated. */
  birthGivens: z.string(),
  firstBirthGiven: z.string(),
  usedFamily: z.string().optional(),
  usedGiven: z.string().optional(),
  sex: z.enum(['M', 'F', 'UN']),
  /** `YYYY-MM-DD`; an unknown day or month is `00`. */
  birthDate: z.string(),
  birthPlace: z.object({ cog: z.string().optional(), label: z.string().optional() }).optional(),
});
export type Traits = z.infer<typeof traitsSchema>;

export const patientSchema = z.object({
  patientId: z.string(),
  traits: traitsSchema,
  status: z.enum(IDENTITY_STATUSES),
  /** Matricule INS, held to recognise prints; it leaves the region only when the status permits it (`permits`). */
  ins: z.object({ oid: z.string(), value: z.string() }).optional(),
  /** HOMA homonym, TWIN dangerous twin (same birth name and date, another given name), DOUT doubtful, FICT fictitious. */
  attributes: z.array(z.string()),
  /** `YYYY-MM-DD`, unknown parts `00`. */
  deceasedOn: z.string().optional(),
});
export type Patient = z.infer<typeof patientSchema>;

/**
 * Documents of high confidence by which an identity is checked (RNIV; codes of the HL7 France table of means): CN national identity card,
 * PA passport, CS residence permit, LE family record book, AN birth certificate extract, DC death certificate, AC other civil status act,
 * IE electronic identity (eIDAS), CC, CE, CM, PC, TC other accepted papers. `register`: checked in the register that was taken over.
 */
export const DOCUMENTS = ['CN', 'PA', 'CS', 'LE', 'AN', 'DC', 'AC', 'IE', 'CC', 'CE', 'CM', 'PC', 'TC', 'register'] as const;
export const DOUBTS = ['DOUT', 'FICT'] as const;
/** A death whose day is not known. */
export const UNKNOWN_DAY = '0000-00-00';

/** What is known of an identity, from which its status follows (`statusOf`). */
export const factsSchema = z.object({
  traits: traitsSchema,
  ins: z.object({ oid: z.string(), value: z.string() }).optional(),
  /** When the national service confirmed this INS for these traits (ISO 8601). */
  insiAt: z.string().optional(),
  document: z.enum(DOCUMENTS).optional(),
  /** The day they died, `YYYY-MM-DD`, unknown parts `00`. */
  deceasedOn: z.string().optional(),
  /** Marks that a person set. */
  doubts: z.array(z.enum(DOUBTS)),
});
export type IdentityFacts = z.infer<typeof factsSchema>;

/** `GET /api/patients?q=…`: INS, or name and birth date in any order, accents and case ignored. */
export const foundSchema = z.object({
  patients: z.array(patientSchema.extend({ linked: z.boolean() })),
  /** True when more matched than are listed: refine. */
  more: z.boolean(),
});
export type Found = z.infer<typeof foundSchema>;

/** A value that the patient had read and that a later version of its report says otherwise: printed text, old and new; an empty new one is cancelled. */
export const ownCorrectionSchema = z.object({
  documentId: z.string(),
  title: z.string(),
  laboratory: z.string(),
  at: z.string(),
  values: z.array(
    z.object({
      label: z.string(),
      text: z.string(),
      unit: z.string().optional(),
      former: z.object({ text: z.string(), unit: z.string().optional() }).optional(),
    }),
  ),
});
export type OwnCorrection = z.infer<typeof ownCorrectionSchema>;

/** `GET /api/patients/:patientId`: who they are, and why this reader is here; null for roles whose right needs no link. */
export const openedPatientSchema = z.object({
  patient: patientSchema,
  link: linkSchema.nullable(),
  /** Which rule opens the record to who asks, in plain words. */
  because: z.object({ fr: z.string(), en: z.string() }),
  /** For the patient: emergencies in which their record was opened and of which they have not said to have read, the latest first. */
  emergencies: z.array(emergencyNoticeSchema).optional(),
  /** For the patient: corrections of values that they had read, old and new, until they say that they saw them, the latest first. */
  corrections: z.array(ownCorrectionSchema).optional(),
});
export type OpenedPatient = z.infer<typeof openedPatientSchema>;

/** How two values of a trait compare. `close`: a slip of a hand could explain it, or one says less than the other. */
export const LIKENESSES = ['same', 'close', 'different', 'missing'] as const;
export type Likeness = (typeof LIKENESSES)[number];

/** Why an arrival waits. Each has its sentence in the catalogue of the worklist. */
export const WAIT_REASONS = [
  'no-ins',
  'invalid-ins',
  'incomplete',
  'traits-contradict-ins',
  'ins-unlike-traits',
  'possible-duplicate',
  'doubtful-record',
  'link-broken',
  'recalled',
] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

/** A doubtful arrival waiting for a person of the identity cell. No clinical value is ever in it. */
export const waitingSchema = z.object({
  waitingId: z.string(),
  depositId: z.string(),
  receivedAt: z.string(),
  sender: z.object({ finess: z.string(), name: z.string() }),
  /** Why no rule joined it. */
  reason: z.enum(WAIT_REASONS),
  printed: traitsSchema.partial().extend({ ins: z.string().optional(), localId: z.string().optional() }),
  candidates: z.array(
    patientSchema.extend({
      /** 0 to 100. */
      score: z.number(),
      /** Trait by trait, and the INS. */
      comparison: z.record(z.string(), z.enum(LIKENESSES)),
      /** What each trait brought to the score, in bits: for (positive) or against. */
      weights: z.record(z.string(), z.number()),
      /** The name known before, or elsewhere, under which it agrees better than under those borne now (`alias` of the weights). */
      knownAs: z.object({ family: z.string(), givens: z.string() }).optional(),
    }),
  ),
});
export type Waiting = z.infer<typeof waitingSchema>;

/** `GET /api/worklists/identity`: the oldest first. */
export const worklistSchema = z.object({
  waiting: z.array(waitingSchema),
  /** All that wait, listed or not. */
  total: z.number(),
  /** Since the beginning: how many arrivals had to wait for a person, of how many; null where nobody counts them. */
  share: z.object({ doubtful: z.number(), arrivals: z.number() }).nullable(),
});
export type Worklist = z.infer<typeof worklistSchema>;

/** `GET /api/worklists/duplicates`: records that a sender, or the national service, says are one person; the oldest first. */
export const duplicatesSchema = z.object({
  duplicates: z.array(
    z.object({
      one: patientSchema,
      another: patientSchema,
      toldBy: z.enum(['sender', 'service']),
      sender: z.string().nullable(),
      toldAt: z.string(),
    }),
  ),
});
export type Duplicates = z.infer<typeof duplicatesSchema>;

/** In the person's own words, kept for ever in the history. */
export const reasonSchema = z.object({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^[^\0]*$/),
});
export const linkBodySchema = reasonSchema.extend({ patientId: z.uuid() });

/** What became of the arrival, and how many others of the same number were filed by the new link. */
export const decidedSchema = z.object({
  state: z.enum(['linked', 'created', 'refused', 'waiting']),
  patientId: z.string().optional(),
  alsoFiled: z.number(),
});
export type Decided = z.infer<typeof decidedSchema>;

/** What may be done with an identity: by its status, in one table (`permits`). */
export const USES = [
  'automatic-filing',
  'national-service',
  'professional-mail',
  'send-matricule',
  'patient-mail',
  'patient-feed',
] as const;
export type Use = (typeof USES)[number];

/** One line of the life of an identity: what was done, by whom, why, what it changed. */
export const eventSchema = z.object({
  eventId: z.string(),
  /** The record that it concerns, when several are read as one. */
  patientId: z.string(),
  at: z.string(),
  kind: z.string(),
  who: z.string(),
  reason: z.string(),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
  isUndoable: z.boolean(),
});
export type IdentityEvent = z.infer<typeof eventSchema>;

/** A stay or a consultation that a hospital told of (HL7 v2 ADT). */
export const staySchema = z.object({
  /** FINESS of the structure that told it. */
  structure: z.string(),
  /** Number of the visit, in that structure. */
  number: z.string().optional(),
  /** HL7 table 0004: I, E, O, R; anything else is `other`. */
  kind: z.enum(['inpatient', 'emergency', 'outpatient', 'recurring', 'other']),
  /** The last ward told. */
  ward: z.string().optional(),
  /** Instants, ISO 8601. Without `from`: the admission was not told; without `until`: it lasts, or its end was not told. */
  from: z.string().optional(),
  until: z.string().optional(),
});
export type Stay = z.infer<typeof staySchema>;

/** A document filed in a record, without anything of what it says. */
export const filedSchema = z.object({ depositId: z.string(), patientId: z.string(), sender: z.string(), receivedAt: z.string() });
export type Filed = z.infer<typeof filedSchema>;

/** `GET /api/identities/:patientId`: a person as the identity cell works on them; no clinical value is ever in it. */
export const identityViewSchema = z.object({
  /** The record that is read. */
  patient: patientSchema,
  /** It, and those merged into it: each with its own traits and the documents at home in it. */
  records: z.array(patientSchema.extend({ filed: z.array(filedSchema) })),
  /** Other names that the person is known under, the earliest known first. */
  aliases: z.array(
    z.object({
      family: z.string(),
      givens: z.string(),
      /** Borne by the record before; printed by a sender whose arrival or number is linked to it; of a record merged into it. */
      origin: z.enum(['history', 'print', 'merged']),
      /** FINESS of the structure that printed it; null when a person or a service gave it. */
      sender: z.string().nullable(),
      /** ISO 8601. */
      knownAt: z.string(),
    }),
  ),
  document: z.enum(DOCUMENTS).nullable(),
  /** FINESS of the structure whose document made the record. */
  receivedFrom: z.string().nullable(),
  /** What the national service has said of the INS. */
  service: z.object({ state: z.enum(['confirmed', 'asked', 'none']), at: z.string().nullable() }),
  permits: z.array(z.enum(USES)),
  /** The latest first. */
  events: z.array(eventSchema),
});
export type IdentityView = z.infer<typeof identityViewSchema>;

const named = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/);
/** Traits typed by a person. */
export const typedTraitsSchema = z.object({
  birthFamily: named,
  birthGivens: named,
  firstBirthGiven: named,
  usedFamily: named.optional(),
  usedGiven: named.optional(),
  sex: z.enum(['M', 'F', 'UN']),
  birthDate: z.string().regex(/^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/),
  birthPlace: z
    .object({
      cog: z
        .string()
        .regex(/^\d[\dAB]\d{3}$/)
        .optional(),
      label: named.optional(),
    })
    .optional(),
});

/** `POST /api/identities/:patientId/changes`: one change to a record, with its reason. */
export const changeBodySchema = z.discriminatedUnion('kind', [
  reasonSchema.extend({ kind: z.literal('correct-traits'), traits: typedTraitsSchema, document: z.enum(DOCUMENTS).optional() }),
  reasonSchema.extend({ kind: z.literal('check-document'), document: z.enum(DOCUMENTS).optional() }),
  reasonSchema.extend({ kind: z.literal('attach-ins'), ins: z.string().max(30) }),
  reasonSchema.extend({ kind: z.literal('withdraw-ins') }),
  reasonSchema.extend({ kind: z.literal('set-doubt'), doubt: z.enum(DOUBTS), isOn: z.boolean() }),
  reasonSchema.extend({
    kind: z.literal('note-death'),
    deceasedOn: z
      .string()
      .regex(/^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/)
      .optional(),
  }),
  reasonSchema.extend({ kind: z.literal('undo'), eventId: z.uuid() }),
  reasonSchema.extend({ kind: z.literal('merge'), into: z.uuid() }),
  reasonSchema.extend({ kind: z.literal('split') }),
  reasonSchema.extend({ kind: z.literal('two-people'), other: z.uuid() }),
  reasonSchema.extend({ kind: z.literal('recall'), depositId: z.uuid() }),
]);
export type ChangeBody = z.infer<typeof changeBodySchema>;

/** `POST /api/identities`: a record made by a person. `isAnother`: yes, in spite of a record with the same traits. */
export const newIdentitySchema = reasonSchema.extend({
  traits: typedTraitsSchema,
  document: z.enum(DOCUMENTS).optional(),
  ins: z.string().max(30).optional(),
  isAnother: z.boolean().optional(),
});

/** What a change made possible: how many waiting arrivals a rule has filed since. */
export const changedSchema = z.object({ patientId: z.string(), filed: z.number() });
export type Changed = z.infer<typeof changedSchema>;
