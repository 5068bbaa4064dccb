import { z } from 'zod';

export const STRUCTURE_KINDS = ['laboratory', 'hospital', 'practice', 'pharmacy', 'region'] as const;

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
