import { z } from 'zod';

/** What the mapping workbench takes and gives. Counts, codes and printed words of one laboratory; no patient anywhere. */

const text = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\0]*$/);

/** A code of the laboratory without LOINC, or a label when it sends no code; of one specimen as printed. */
export const observedCodeSchema = z.object({
  codeId: z.string(),
  local: z.string().nullable(),
  localSystem: z.string().nullable(),
  /** As printed, most frequent first: several labels under one code are a warning. */
  labels: z.array(z.string()),
  specimen: z.string().nullable(),
  /** Most frequent first; null = printed without unit (words, or a number without unit). */
  units: z.array(z.object({ unit: z.string().nullable(), results: z.number() })),
  results: z.number(),
  /** The row where its results stand now: one of the catalogue when mapped. */
  row: z.string(),
  rowLabel: z.string().nullable(),
  state: z.enum(['to-map', 'waiting', 'mapped']),
});
export type ObservedCode = z.infer<typeof observedCodeSchema>;

export const lineViewSchema = z.object({
  lineId: z.string(),
  codeId: z.string(),
  local: z.string().nullable(),
  label: z.string().nullable(),
  unit: z.string().nullable(),
  specimen: z.string().nullable(),
  /** null: the mapping is withdrawn. */
  loinc: z.string().nullable(),
  row: z.string().nullable(),
  rowLabel: z.string().nullable(),
  reason: z.string(),
  proposedBy: z.string(),
  proposedAt: z.string(),
  /** Names of the other sites that it speaks for. */
  sites: z.array(z.string()),
  /** By the reader: someone else must validate it. */
  isMine: z.boolean(),
  state: z.enum(['waiting', 'in-force', 'former', 'refused']),
  version: z.number().nullable(),
  decidedBy: z.string().nullable(),
  /** By a biologist of another laboratory, whom the region designated. */
  asDesignated: z.boolean(),
  decidedAt: z.string().nullable(),
  verdictReason: z.string().nullable(),
});
export type LineView = z.infer<typeof lineViewSchema>;

export const jobViewSchema = z.object({
  jobId: z.string(),
  version: z.number(),
  publishedAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  results: z.number(),
  expectedResults: z.number(),
  changedResults: z.number(),
  changedDocuments: z.number(),
});
export type JobView = z.infer<typeof jobViewSchema>;

export const qualitySchema = z.object({
  laboratoryFiness: z.string(),
  name: z.string(),
  results: z.number(),
  /** In a row of the catalogue, unit included. */
  comparable: z.number(),
  unknownCodes: z.number(),
  uncoded: z.number(),
  /** Reason of refusal of a conversion → results. */
  refusals: z.record(z.string(), z.number()),
  unknownUnits: z.array(z.object({ unit: z.string(), results: z.number() })),
  conflicts: z.array(z.object({ loinc: z.string(), units: z.array(z.string()), rowLabel: z.string().nullable() })),
});
export type Quality = z.infer<typeof qualitySchema>;

/** `GET /api/mapping`. */
export const workbenchSchema = z.object({
  laboratory: z.object({ finess: z.string(), name: z.string() }),
  /** Other sites that deposit by a system of this laboratory: a line may speak for all of them. */
  sites: z.array(z.object({ finess: z.string(), name: z.string() })),
  /** Of the reader's own laboratory: they may propose. Otherwise the region designated them, and they only decide. */
  isOwn: z.boolean(),
  /** Names of the biologists of other laboratories who may validate here. */
  validators: z.array(z.string()),
  /** Laboratories that the reader may validate for, whichever is shown. */
  designatedFor: z.array(z.object({ finess: z.string(), name: z.string() })),
  version: z.number(),
  codes: z.array(observedCodeSchema),
  lines: z.array(lineViewSchema),
  jobs: z.array(jobViewSchema),
  /** Absent until something was counted. */
  quality: qualitySchema.optional(),
});
export type Workbench = z.infer<typeof workbenchSchema>;

export const proposalSchema = z.object({
  row: z.string(),
  label: z.string(),
  specimen: z.string(),
  /** Usual unit as printed in France. */
  unit: z.string(),
  loinc: z.string(),
  /** Long name of the code, as seen in its source. */
  name: z.string(),
  /** 0 to 1. */
  score: z.number(),
  reasons: z.array(z.string()),
});
export type ProposalView = z.infer<typeof proposalSchema>;

/** `GET /api/mapping/codes/{codeId}`: what it may be, best first; with `q`, the rows that these words name. */
export const proposalsSchema = z.object({ code: observedCodeSchema, proposals: z.array(proposalSchema) });
export type Proposals = z.infer<typeof proposalsSchema>;

/** What is asked of a code: which LOINC code it means (null withdraws), for one unit only when `unit` is given (empty = without unit),
 * for all sites that share a system with this laboratory when `allSites`. */
export const wishSchema = z.object({
  codeId: text(64),
  loinc: text(12).nullable(),
  unit: text(80).nullable(),
  allSites: z.boolean().optional(),
});
export type Wish = z.infer<typeof wishSchema>;
export const proposedLineSchema = wishSchema.extend({ reason: text(500).min(3) });
const finess = z.string().regex(/^\d[\dAB]\d{7}$/);
/** Whose bench: the reader's own laboratory unless said. Of another, only when the region designated them for it. */
export const benchSchema = z.object({ laboratory: finess.optional() });
export const verdictSchema = z.object({ validated: z.boolean(), reason: text(500) });

/** `POST /api/mapping/dry-run`: what the line would change of everything that the laboratory has sent. */
export const dryRunSchema = z.object({
  results: z.number(),
  unchanged: z.number(),
  changes: z.array(
    z.object({
      from: z.string(),
      fromLabel: z.string().nullable(),
      to: z.string(),
      toLabel: z.string().nullable(),
      results: z.number(),
      refused: z.string().nullable(),
      /** Some values printed, and what they become in the unit of the row; the same when nothing is converted. */
      examples: z.array(
        z.object({
          label: z.string(),
          value: z.number(),
          unit: z.string().nullable(),
          becomes: z.object({ value: z.number(), decimals: z.number(), unit: z.string() }).nullable(),
        }),
      ),
    }),
  ),
});
export type DryRunView = z.infer<typeof dryRunSchema>;

/** Why a line of a catalogue is not taken. `twice`: the same code stands above it with another LOINC code. */
export const CATALOGUE_FAULTS = ['no-name', 'too-long', 'not-loinc', 'twice'] as const;
export type CatalogueFault = (typeof CATALOGUE_FAULTS)[number];

/** `POST /api/mapping/catalogue`: the text of the file; with `isTrial` nothing is kept. `reason` stands in the lines that it proposes. */
export const catalogueToTakeSchema = z.object({ text: z.string().max(4_000_000), reason: text(500).min(3), isTrial: z.boolean() });
export const catalogueTakenSchema = z.object({
  codes: z.number().describe('Lines read'),
  announced: z.number().describe('Codes that the bench did not know'),
  proposed: z.number().describe('LOINC codes that wait for another biologist'),
  outside: z.number().describe('LOINC codes that nothing is compared under, or deprecated'),
  refused: z.array(z.object({ line: z.number(), fault: z.enum(CATALOGUE_FAULTS) })).describe('The first of them'),
  refusedInAll: z.number(),
  ignored: z.array(z.string()).describe('Columns that are not read'),
});
export type CatalogueTaken = z.infer<typeof catalogueTakenSchema>;

/** `GET /api/region/coding`: counts of every laboratory, and who may validate for those whose biologist is alone. */
export const regionCodingSchema = z.object({
  laboratories: z.array(qualitySchema),
  designations: z.array(
    z.object({ laboratory: z.string(), rpps: z.string(), name: z.string(), reason: z.string(), by: z.string(), at: z.string() }),
  ),
});
export type RegionCodingView = z.infer<typeof regionCodingSchema>;

/** `POST /api/region/mapping-validators`: a biologist of another laboratory may validate for this one from now on, or no longer. */
export const wishedDesignationSchema = z.object({
  laboratory: finess,
  rpps: z
    .string()
    .regex(/^8?\d{11}$/)
    .describe('RPPS number, 11 digits; or the national identifier, with its 8 before'),
  designated: z.boolean(),
  reason: text(500).min(3),
});
export type WishedDesignation = z.infer<typeof wishedDesignationSchema>;
