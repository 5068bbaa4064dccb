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

/** `GET /api/directory/structures`: the region's places, and which laboratories send already. */
export const structuresSchema = z.object({
  structures: z.array(
    structureSchema.extend({ senders: z.array(z.object({ clientId: z.string(), name: z.string(), state: z.string() })) }),
  ),
});
export type Structures = z.infer<typeof structuresSchema>;
