import { z } from 'zod';

export const STRUCTURE_KINDS = ['laboratory', 'hospital', 'practice', 'pharmacy', 'region', 'other'] as const;

/** A place of care, by its FINESS number. */
export const structureSchema = z.object({
  /** 9 characters; `2A` and `2B` exist. */
  finess: z.string(),
  name: z.string(),
  kind: z.enum(STRUCTURE_KINDS),
  /** The group that a laboratory belongs to. */
  group: z.string().optional(),
  place: z.string().optional(),
  /** As the directory writes it: `0261911000`. */
  phone: z.string().optional(),
});
export type Structure = z.infer<typeof structureSchema>;

export const SENDER_STATES = ['test', 'production', 'closed'] as const;

/** What may be said of a system to those who run the region: neither its keys nor its secret, only how many keys it has. */
export const shownSenderSchema = z.object({
  clientId: z.string(),
  name: z.string(),
  structures: z.array(z.string()),
  software: z.string().optional(),
  softwareVersion: z.string().optional(),
  formats: z.array(z.string()),
  state: z.enum(SENDER_STATES),
  contact: z.string().optional(),
  resultsUrl: z.string().optional(),
  keys: z.number().int().describe('How many public keys it has'),
  mailboxes: z.array(z.string()),
  connectedSince: z.string(),
});
export type ShownSender = z.infer<typeof shownSenderSchema>;

export const SENDER_FORMATS = ['cda-cr-bio', 'hl7v2-oru', 'hprim', 'fhir', 'pdf'] as const;

const DOSSIER = '{dossier}';

/** Is this an https address in which nothing is to be filled in but the laboratory's own number of a report, once, after its host? */
export function isResultsUrl(template: string): boolean {
  const [before, after, ...more] = template.split(DOSSIER);
  if (after === undefined || more.length > 0 || /[{}\s]/.test(before + after) || !URL.canParse(before!)) return false;
  const { protocol, username, password, pathname, search, hash, origin } = new URL(`${before}0${after}`);
  return protocol === 'https:' && username + password === '' && before!.startsWith(`${origin}/`) && `${pathname}${search}${hash}` !== '';
}

/** The address of one report at its laboratory. @param setId as the record keeps it: the laboratory's number comes after `^` */
export const resultsAt = (template: string, setId: string): string =>
  template.replace(DOSSIER, () => encodeURIComponent(setId.slice(setId.indexOf('^') + 1)));

/** `PUT /api/directory/senders/:clientId`: the system as it must be from now on. Keys that are not given stay as they are. */
export const senderToKeepSchema = z.object({
  name: z.string().trim().min(1).max(200),
  structures: z.array(z.string()).min(1).max(200).describe('FINESS of the structures it may deposit for'),
  software: z.string().trim().max(100).optional(),
  softwareVersion: z.string().trim().max(50).optional(),
  formats: z.array(z.enum(SENDER_FORMATS)),
  state: z.enum(SENDER_STATES),
  contact: z.string().trim().max(200).optional().describe('Whom to call when it sends something wrong'),
  resultsUrl: z
    .string()
    .trim()
    .max(300)
    .refine((url) => url === '' || isResultsUrl(url))
    .optional()
    .describe('Where its reports are read at the laboratory: https, with {dossier} for the number of the report there; empty: nowhere'),
  mailboxes: z.array(z.email()).max(20).optional().describe('Addresses of secure mail from which it deposits'),
  jwks: z
    .object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(10) })
    .optional()
    .describe('Public keys (RFC 7517)'),
});
export type SenderToKeep = z.infer<typeof senderToKeepSchema>;

/** `GET /api/directory/structures`: the places of the region, each with the systems that deposit for it. Never a key nor a secret. */
export const directorySchema = z.object({
  structures: z.array(structureSchema.extend({ senders: z.array(z.string()).describe('Client ids of its systems') })),
  senders: z.array(shownSenderSchema),
});
export type Directory = z.infer<typeof directorySchema>;

const placeSchema = z.object({ siteId: z.string(), name: z.string(), city: z.string().nullish(), postalCode: z.string().nullish() });

/** Someone or somewhere that a search of the directory found. */
export const foundSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('practitioner'),
    /** National identifier: `8` and the RPPS number. */
    rpps: z.string(),
    family: z.string(),
    given: z.string(),
    title: z.string().optional(),
    profession: z.string().optional(),
    speciality: z.string().optional(),
    places: z.array(placeSchema),
    /** MSSanté addresses of theirs. */
    mailboxes: z.array(z.string()),
  }),
  placeSchema.extend({
    kind: z.literal('structure'),
    finess: z.string().optional(),
    street: z.string().optional(),
    phone: z.string().optional(),
    /** MSSanté addresses of the organisation, not of its people. */
    mailboxes: z.array(z.string()),
  }),
]);
export type Found = z.infer<typeof foundSchema>;

/** `GET /api/directory/search?q=` */
export const directoryAnswerSchema = z.object({
  found: z.array(foundSchema),
  more: z.boolean().describe('Others match too: type more'),
  /** Words that nobody bears as typed, with what was looked for instead. */
  corrected: z.array(z.object({ typed: z.string(), used: z.array(z.string()) })),
});
export type DirectoryAnswer = z.infer<typeof directoryAnswerSchema>;
