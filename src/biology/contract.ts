import { z } from 'zod';
import { FORMULA_IDS } from '#terminology/contract';

/**
 * `GET /api/biology/catalogue`: what the screen needs to name, order and search the comparable rows. The rules themselves
 * (which codes join, which units convert) ran on the server: the browser orders and draws, and decides nothing medical.
 */
export const catalogueRowSchema = z.object({
  /** Stable key of the row: `creatinine.serum`. */
  row: z.string(),
  label: z.string(),
  labelEn: z.string(),
  /** What a narrow column of names shows in their place. */
  short: z.string().optional(),
  shortEn: z.string().optional(),
  /** What the patient is told: plain name, and what it measures in one sentence. */
  plain: z.string().optional(),
  plainEn: z.string().optional(),
  measures: z.string().optional(),
  measuresEn: z.string().optional(),
  /** In words: `sérum`, `urines`. */
  specimen: z.string(),
  specimenEn: z.string(),
  /** Usual unit as French laboratories print it; absent for what has none (pH, INR, text). */
  unit: z.string().optional(),
  ucum: z.string().optional(),
  chapter: z.string(),
  chapterEn: z.string(),
  panel: z.string(),
  synonyms: z.array(z.string()),
  /** Results of two techniques must not be joined by a line (troponin, ferritin, tumour markers…). */
  methodSensitive: z.boolean(),
  /** Within-person and analytical variation, coefficients in percent: what the expected change is computed from. */
  variation: z.object({ within: z.number(), analytical: z.number().optional() }).optional(),
  /** Blood groups and antibody screens: never shown as a plain row, because a grid is no ground for a transfusion. */
  immunoHaematology: z.literal(true).optional(),
  /** Result of a formula (glomerular filtration rate, anion gap). */
  calculated: z.literal(true).optional(),
  /** The region's own bounds, in the unit of the row: they only add to what the laboratory said. */
  critical: z.object({ below: z.number().optional(), above: z.number().optional() }).optional(),
  /** Cigogne calculates it from these rows, never a laboratory: marked so wherever it is shown. */
  derived: z
    .object({
      formula: z.enum(FORMULA_IDS),
      inputs: z.array(z.string()),
      cautions: z.array(z.string()),
      /** Also where the laboratory reported the same quantity: the two stand side by side. */
      isBesideReported: z.literal(true).optional(),
    })
    .optional(),
});
export type CatalogueRow = z.infer<typeof catalogueRowSchema>;

export const presetSchema = z.object({ id: z.string(), label: z.string(), labelEn: z.string(), rows: z.array(z.string()) });

export const catalogueSchema = z.object({
  version: z.string(),
  /** In display order: chapters, then panels, then rows stand in the order of this list. */
  rows: z.array(catalogueRowSchema),
  presets: z.array(presetSchema),
});
export type Catalogue = z.infer<typeof catalogueSchema>;

/**
 * What those who treat the patient note beside a report: seen, a comment, something to do, that it is done (`about` the task), a
 * call to the patient. Never shown to the patient, and to nobody from whom a part of the report is hidden.
 */
export const noteSchema = z.object({
  noteId: z.uuid(),
  documentId: z.uuid(),
  kind: z.enum(['seen', 'comment', 'task', 'done', 'call']),
  about: z.uuid().optional(),
  words: z.string().optional(),
  byId: z.string(),
  byName: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type Note = z.infer<typeof noteSchema>;

/** `POST /api/patients/:patientId/reports/:documentId/notes`. */
export const newNoteSchema = noteSchema.pick({ kind: true, about: true }).extend({ words: z.string().trim().min(1).max(500).optional() });
export type NewNote = z.infer<typeof newNoteSchema>;

/** What one wants of an analyte of one patient, apart from the laboratory's interval. In `unit`, the unit of the row when it was set. */
export const targetSchema = z.object({
  row: z.string().min(1).max(300),
  unit: z.string().max(60).optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  byName: z.string(),
  at: z.string(),
});
export type Target = z.infer<typeof targetSchema>;

/** `POST /api/patients/:patientId/targets`; without low and high, lifts the target of the row. */
export const newTargetSchema = targetSchema.pick({ row: true, unit: true, low: true, high: true });
export type NewTarget = z.infer<typeof newTargetSchema>;

/** `GET /api/patients/:patientId/follow-up`. */
export const followUpSchema = z.object({ notes: z.array(noteSchema), targets: z.array(targetSchema) });
export type FollowUp = z.infer<typeof followUpSchema>;

/** Rows that someone looks at together: their own, or shared with their structure. */
export const savedViewSchema = z.object({
  viewId: z.uuid(),
  label: z.string(),
  rows: z.array(z.string()),
  byName: z.string(),
  isShared: z.boolean(),
  isMine: z.boolean(),
});
export type SavedView = z.infer<typeof savedViewSchema>;

/** `GET /api/biology/views`. */
export const savedViewsSchema = z.object({ views: z.array(savedViewSchema) });
export type SavedViews = z.infer<typeof savedViewsSchema>;

/** `POST /api/biology/views`. */
export const newViewSchema = z.object({
  label: z.string().trim().min(1).max(40),
  rows: z.array(z.string().min(1).max(300)).min(1).max(200),
  isShared: z.boolean(),
});
export type NewView = z.infer<typeof newViewSchema>;
