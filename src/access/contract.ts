import { z } from 'zod';

/** Who can sign in. Occupational doctors and insurers have no role, on purpose. */
export const ROLES = [
  'gp',
  'specialist',
  'nurse',
  'pharmacist',
  'midwife',
  'dentist',
  'biologist',
  'secretary',
  'regulator',
  'identity-cell',
  'operator',
  'dpo',
  'patient',
  'laboratory-system',
] as const;
export type Role = (typeof ROLES)[number];

/** The signed-in person or system, as the rest of the house knows it. */
export interface Principal {
  /** Stable, with its kind: `rpps:810…`, `patient:<patientId>`, `staff:<id>`, `system:<clientId>`. */
  id: string;
  /** Shown to patients in the list of accesses: `Dr Anne LEFEVRE-DEMO`. */
  name: string;
  role: Role;
  organisation?: { finess: string; name: string };
  /** For a patient: the one record they own. */
  patientId?: string;
  /** For a secretary: the principal id of the professional they act for. */
  actsFor?: string;
  /** For a system: the structures (FINESS) it may deposit for. */
  structures?: string[];
  /** Through which software the person asks, and what it may ask: never more than the person. Not kept in a session. */
  software?: {
    clientId: string /** SMART scopes, separated by blanks. */;
    scope: string /** The patient of the launch. */;
    patientId?: string;
  };
}

/** A principal as kept in a session; checked when read back. */
export const principalSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  organisation: z.object({ finess: z.string(), name: z.string() }).optional(),
  patientId: z.string().optional(),
  actsFor: z.string().optional(),
  structures: z.array(z.string()).optional(),
});

/** `GET /api/session`: who I am; `person` is null when nobody is signed in. */
export const sessionSchema = z.object({
  mode: z.enum(['demo', 'production']),
  /** Minutes without the reader's hand after which the page covers itself and the session ends. */
  idleMinutes: z.number(),
  /** Zone of the region (IANA): every hour is shown in it. */
  zone: z.string(),
  person: z
    .object({
      id: z.string(),
      name: z.string(),
      role: z.enum(ROLES),
      organisation: z.object({ finess: z.string(), name: z.string() }).optional(),
      patientId: z.string().optional(),
    })
    .nullable(),
});
export type SessionInfo = z.infer<typeof sessionSchema>;

/** Why this reader sees this record; shown in the banner and by the key W. */
export const linkSchema = z.object({
  /** `treating-doctor`, `care-team`, `consent`, `producer`; `break-glass` is said on the screen for as long as the record is open. */
  kind: z.string(),
  /** ISO 8601 instant. */
  since: z.string(),
});
export type CareLink = z.infer<typeof linkSchema>;

/** An emergency in which a record was opened without its patient's word, as they are told of it. */
export const emergencyNoticeSchema = z.object({
  /** ISO 8601 instant. */
  at: z.string(),
  who: z.string(),
  organisation: z.string().optional(),
  reason: z.string().optional(),
});
export type EmergencyNotice = z.infer<typeof emergencyNoticeSchema>;

/** One line of the list "who looked at my record", in plain words of the language asked for. */
export const accessLineSchema = z.object({
  at: z.string(),
  who: z.string(),
  role: z.enum(ROLES),
  organisation: z.string().optional(),
  /** `a consulté les résultats de biologie`. */
  action: z.string(),
  /** `allowed` or `denied`. */
  outcome: z.enum(['allowed', 'denied']),
  /** `Votre médecin traitant`. */
  rule: z.string(),
  /** There when the record was opened without the patient's word. */
  mode: z.literal('break-glass').optional(),
  /** Why, in the words of the one who declared the emergency. */
  reason: z.string().optional(),
  /** Identifiers of the action and of the rule, for those who translate or filter. */
  actionId: z.string(),
  ruleId: z.string(),
});
export type AccessLine = z.infer<typeof accessLineSchema>;

/** `GET /api/patients/:patientId/accesses?language=fr|en&before=…`: newest first, 100 at a time. */
export const accessesSchema = z.object({
  accesses: z.array(accessLineSchema),
  /** Given back as `before` to read further; null at the end. */
  next: z.string().nullable(),
});
export type Accesses = z.infer<typeof accessesSchema>;

/** `POST /api/patients/:patientId/care-link`: the link declared, in force. */
export const declaredLinkSchema = z.object({ link: linkSchema });

/** `POST /api/patients/:patientId/break-glass`: a doctor opens the record in an emergency. */
export const breakGlassSchema = z.object({
  /** What justifies it; the patient reads it. */
  reason: z
    .string()
    .trim()
    .min(10)
    .max(500)
    .regex(/^[^\0]*$/),
});

/** What a patient may close to everyone: the regulation centre, all professionals even in an emergency, any new document, the whole record. */
export const CLOSINGS = ['refuses-regulation', 'opposes-consultation', 'opposes-feeding', 'closed'] as const;

/** `GET /api/patients/:patientId/sharing`: who may open my record, whom I shut out. */
export const sharingSchema = z.object({
  /** Links in force; `holder` is what ends one: `rpps:…` or `structure:FINESS`. */
  links: z.array(
    z.object({ holder: z.string(), name: z.string().optional(), kind: z.string(), since: z.string(), until: z.string().optional() }),
  ),
  blocked: z.array(z.object({ holder: z.string(), name: z.string().optional(), since: z.string() })),
  refusesBreakGlass: z.boolean(),
  closings: z.array(z.enum(CLOSINGS)),
});
export type Sharing = z.infer<typeof sharingSchema>;

/** `POST /api/patients/:patientId/sharing`: one decision of the patient; answers the sharing as it becomes. */
export const sharingDecisionSchema = z.discriminatedUnion('decision', [
  z.object({ decision: z.enum(['block', 'unblock', 'end-links']), holder: z.string().regex(/^(rpps:\d{8,12}|structure:\w{9})$/) }),
  z.object({ decision: z.enum(['refuse-break-glass', 'allow-break-glass']) }),
  z.object({ decision: z.enum(['close', 'reopen']), closing: z.enum(CLOSINGS) }),
]);
export type SharingDecision = z.infer<typeof sharingDecisionSchema>;

/** `GET /api/audit?from=…&to=…&actor=…&patientId=…&outcome=…&mode=…&after=…`: for the data protection officer, 100 at a time, newest first. */
export const auditPageSchema = z.object({
  events: z.array(
    accessLineSchema.extend({
      /** Principal id. */
      actor: z.string(),
      patientId: z.string().optional(),
      /** Identifier of the document or deposit concerned. */
      object: z.string().optional(),
      via: z.string(),
    }),
  ),
  /** Given back as `after` to read further; null at the end. */
  next: z.string().nullable(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

/** `GET /api/audit/alerts?from=…&to=…`: a day when not said. */
export const auditAlertsSchema = z.object({
  from: z.string(),
  to: z.string(),
  alerts: z.array(
    z.object({
      /**
       * An emergency declared; many records opened; many refused for want of a link; a reader who bears the patient's name; a patient who bears
       * the names of a professional of the reader's structure; a record that is watched.
       */
      kind: z.enum(['break-glass', 'mass-reading', 'no-care-link', 'same-name', 'colleague', 'watched']),
      at: z.string(),
      actor: z.string(),
      who: z.string(),
      role: z.enum(ROLES),
      organisation: z.string().optional(),
      patientId: z.string().optional(),
      patients: z.number().optional(),
      reason: z.string().optional(),
      /** Of an emergency: its place in the trail of the record, and how the patient was told of it. */
      sequence: z.number().optional(),
      told: z.array(z.enum(['screen', 'mail', 'letter'])).optional(),
    }),
  ),
});
export type AuditAlerts = z.infer<typeof auditAlertsSchema>;
export type AuditAlert = AuditAlerts['alerts'][number];

/** `GET /api/audit/watched`: records whose every reading is told. */
export const watchedSchema = z.object({ watched: z.array(z.object({ patientId: z.string(), since: z.string(), by: z.string() })) });
export type Watched = z.infer<typeof watchedSchema>;

/** `POST /api/audit/watched`: watches a record closely, or no longer; answers those watched. */
export const watchSchema = z.object({ patientId: z.uuid(), isWatched: z.boolean() });

/** `GET /api/rights`: the rights in force, as the officer reads them. Labels come from the tables, in French. */
export const rightsSchema = z.object({
  version: z.string(),
  professions: z.array(z.string()),
  /** One line a category of documents, one cell a profession; null where the column is not in effect. */
  categories: z.array(
    z.object({
      category: z.string(),
      label: z.string(),
      cells: z.array(z.object({ read: z.boolean(), feed: z.boolean(), readSourced: z.boolean(), feedSourced: z.boolean() }).nullable()),
    }),
  ),
  stands: z.array(z.string()),
  /** One line a reason to hide an item, one cell for what the reader is to it: does it stay open to them? */
  reasons: z.array(z.object({ reason: z.string(), label: z.string(), isOpen: z.array(z.boolean()) })),
  /** Sensitive families of results: who reads them, when the person does. */
  families: z.array(
    z.object({
      /** As the tables of terminology call it. */
      family: z.string(),
      professionals: z.enum(['care-team', 'treating-doctor-prescriber-laboratory', 'prescriber-laboratory', 'none']),
      patient: z.enum(['at-once', 'after-told', 'after-told-by-prescriber', 'none']),
      isPushed: z.boolean(),
      representatives: z.boolean(),
      /** What the rule rests on. */
      basis: z.string(),
      /** Settled by the region's own table; otherwise the strict default. */
      isRegional: z.boolean(),
    }),
  ),
  /** The region's table in force, and since which day; null: the strict default. */
  familyTable: z.object({ version: z.string(), from: z.string() }).nullable(),
  /** Since when these tables and those before were in force, the latest first, and what each changed. */
  history: z.array(
    z.object({
      since: z.string(),
      version: z.string(),
      changes: z.array(
        z.object({
          kind: z.enum(['matrix', 'mark', 'family']),
          /** Category or mark in French; id of a family. */
          row: z.string(),
          /** Profession, what the reader is, or field of the family's rule. */
          column: z.string(),
          /** null: there was none, or is none. */
          from: z.string().nullable(),
          to: z.string().nullable(),
        }),
      ),
    }),
  ),
});
export type Rights = z.infer<typeof rightsSchema>;

/** `GET /api/smart/authorisations/:step`: what a software asks of whoever is signed in, before they say yes. */
export const softwareAskingSchema = z.object({
  software: z.string(),
  /** Origin of the page that the answer goes back to. */
  returnsTo: z.string(),
  scopes: z.array(
    z.object({
      context: z.enum(['patient', 'user']),
      /** Type of resource, or `*`. */
      type: z.string(),
      /** `r`, `s`, `c`, `u`, `d`. */
      permissions: z.array(z.string()),
      /** What narrows it: name and value of each condition. */
      query: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
  /** Does it ask who the person is? */
  asksWho: z.boolean(),
  /** Does it ask to go on for as long as the session lasts, instead of an hour? */
  stays: z.boolean(),
  /** Whose record: none, the person's own, or one that they choose. */
  patient: z.enum(['none', 'own', 'chosen']),
});
export type SoftwareAsking = z.infer<typeof softwareAskingSchema>;

/** `POST /api/smart/authorisations/:step`: answers `{ next }`, where the browser goes. */
export const softwareAnswerSchema = z.object({ isAllowed: z.boolean(), patientId: z.uuid().optional() });
export type SoftwareAnswer = z.infer<typeof softwareAnswerSchema>;
