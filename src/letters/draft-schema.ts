import { z } from 'zod';
import { ROUTES } from './treatment-codes.ts';

/** What a doctor types of a discharge letter, at any moment: every heading may still be empty. Days are `YYYY-MM-DD`. */

const words = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\0]*$/);
const day = z.union([z.literal(''), z.iso.date()]);
/** Decimal text, comma or dot, as far as it is typed; empty: not said. */
const number = z
  .string()
  .max(12)
  .regex(/^[\d.,]*$/);
const amount = z.strictObject({ value: number, unit: words(20) });
/** A dose and how often it is taken: once every so many hours or days. */
const regimen = z.strictObject({ dose: amount, every: amount });

const treatmentSchema = z.strictObject({
  /** What the stay did of it. */
  change: z.enum(['continued', 'started', 'changed', 'stopped']),
  name: words(200),
  /** CIS or ATC, as far as it is typed; empty: not said. */
  code: z
    .string()
    .max(8)
    .regex(/^[\dA-Za-z]*$/)
    .default(''),
  /** How it is given (EDQM); empty: not said. */
  route: z.enum(['', ...ROUTES]).default(''),
  now: regimen,
  /** Before it was changed. */
  before: regimen,
  /** Day on which it was started or stopped. */
  day,
  /** How to take it, in words for the patient. */
  instructions: words(500),
  reason: words(500),
});

const planSchema = z.strictObject({ kind: z.enum(['visit', 'examination', 'procedure']), words: words(300), day });

/** A result that is still awaited when the patient leaves: by the words of its analysis, as laboratories print them. */
const pendingSchema = z.strictObject({ words: words(200), day });

const recipientSchema = z.strictObject({
  id: z.string().regex(/^rpps:\d{6,12}$/),
  name: words(200),
  as: z.enum(['treating-doctor', 'referring', 'other']),
});

export const draftSchema = z.strictObject({
  entry: day,
  exit: day,
  unit: words(120),
  /** What the hospital is (JDV_J02): the directory does not tell a public from a private one, its people do. */
  place: z.enum(['SA01', 'SA02', 'SA03', 'SA04', 'SA12', 'SA21', 'SA36']).default('SA01'),
  admission: z.enum(['', 'emergency', 'planned', 'transfer', 'other']),
  discharge: z.enum(['', 'home', 'rehabilitation', 'hospital-at-home', 'other-hospital', 'nursing-home', 'other']),
  reason: words(4_000),
  synthesis: words(20_000),
  adverseEvents: words(4_000),
  germs: z.enum(['', 'not-searched', 'none', 'found']),
  germsFound: words(1_000),
  transfusion: z.enum(['', 'no', 'yes']),
  transfusionEvents: words(1_000),
  derivatives: z.enum(['', 'no', 'yes']),
  derivativesEvents: words(1_000),
  treatments: z.array(treatmentSchema).max(60),
  /** Said, rather than left empty. */
  hasNoTreatment: z.boolean(),
  results: words(8_000),
  pending: z.array(pendingSchema).max(30),
  hasNoPending: z.boolean(),
  plan: z.array(planSchema).max(40),
  hasNoPlan: z.boolean(),
  recipients: z.array(recipientSchema).max(20),
  /** The patient named no doctor. */
  hasNoRecipient: z.boolean(),
  /** The patient refuses that it be sent to professionals. */
  isSendingRefused: z.boolean(),
});
