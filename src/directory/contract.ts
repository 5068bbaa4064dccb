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
});
export type Structure = z.infer<typeof structureSchema>;

export const SENDER_STATES = ['test', 'production', 'closed'] as const;

/** `GET /api/directory/structures`: the places of the region, each with the systems that deposit for it. Never a key nor a secret. */
export const directorySchema = z.object({
  structures: z.array(structureSchema.extend({ senders: z.array(z.string()).describe('Client ids of its systems') })),
  senders: z.array(
    z.object({
      clientId: z.string(),
      name: z.string(),
      software: z.string().optional(),
      softwareVersion: z.string().optional(),
      formats: z.array(z.string()),
      state: z.enum(SENDER_STATES),
      connectedSince: z.string(),
    }),
  ),
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
  more: z.boolean(),
  corrected: z.array(z.object({ typed: z.string(), used: z.array(z.string()) })),
});
