import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { INS_OIDS, type Traits } from '#identity';
import { StartError } from '#kernel';
import { OUTPUT_FORMATS } from './outputs.ts';
import type { PracticePatient } from './recognise.ts';

const server = {
  host: z.string(),
  port: z.number().int().min(1).max(65_535),
  secure: z.boolean().default(true),
  /** PEM: the authority of the operator, and what we show it. */
  caFile: z.string().optional(),
  certificateFile: z.string().optional(),
  keyFile: z.string().optional(),
};

/** `address`: when the user is not named by it; receipts leave from there. */
const mailbox = z.strictObject({ ...server, user: z.string(), passwordFile: z.string(), address: z.email().optional() });

const configSchema = z.strictObject({
  /** File of the practice's patients, as its software exports them; absent: the software says them by FHIR. */
  patients: z.string().optional(),
  /** FHIR server of the software: patients are read there, documents put there, and what was read is heard from there. */
  software: z.strictObject({ base: z.url({ protocol: /^https?$/ }), tokenFile: z.string().optional() }).optional(),
  /** HL7 v2 (MDM) port of the software; `numbers`: OID of the authority of its patient numbers. */
  mllp: z.strictObject({ ...server, numbers: z.string().regex(/^[0-2](\.\d+)+$/), application: z.string().optional() }).optional(),
  /** FHIR interface of the region, where the record is read too. */
  record: z
    .strictObject({
      base: z.url({ protocol: /^https?$/ }),
      /** As the region registered this software, and its private key (JWK): each patient is read in the name of their doctor. */
      clientId: z.string().optional(),
      keyFile: z.string().optional(),
      /** Or the token of one person, renewed by whoever writes the file. */
      tokenFile: z.string().optional(),
    })
    .refine(({ clientId, keyFile, tokenFile }) => (tokenFile === undefined ? clientId !== undefined && keyFile !== undefined : !clientId))
    .optional(),
  /** IANA zone of times without offset. */
  zone: z.string().default('Europe/Paris'),
  /** A folder in which documents are put. */
  inbox: z.string().optional(),
  mailbox: mailbox.optional(),
  /** Further ones: each doctor's own, say. */
  mailboxes: z.array(mailbox).max(100).optional(),
  /** Server by which receipts leave, and the address of the mailbox. */
  receipts: z.strictObject({ ...server, from: z.email() }).optional(),
  /** Where the software reads. */
  output: z.strictObject({ folder: z.string(), formats: z.array(z.enum(OUTPUT_FORMATS)).min(1) }).optional(),
});
export type PracticeConfig = z.infer<typeof configSchema>;

/**
 * The file that says how a practice is connected; paths in it are from its own folder.
 * @param options.hasSoftware the software is beside it already
 * @throws StartError with what is wrong
 */
export function readPracticeConfig(file: string, { hasSoftware = false } = {}): PracticeConfig {
  const config = parsed(file, configSchema);
  const from = (path: string) => resolve(dirname(file), path);
  const { inbox, mailbox: box, mailboxes = [], receipts, output, patients, software, mllp, record } = config;
  const files = ({ caFile, certificateFile, keyFile }: { [file in 'caFile' | 'certificateFile' | 'keyFile']?: string | undefined }) => ({
    ...(caFile !== undefined && { caFile: from(caFile) }),
    ...(certificateFile !== undefined && { certificateFile: from(certificateFile) }),
    ...(keyFile !== undefined && { keyFile: from(keyFile) }),
  });
  const opened = (one: z.infer<typeof mailbox>) => ({ ...one, ...files(one), passwordFile: from(one.passwordFile) });
  if (!inbox && !box && mailboxes.length === 0 && !record)
    throw new StartError(`${file} names neither an inbox, a mailbox nor a record: say where documents come from.`);
  if (!patients && !software && !hasSoftware)
    throw new StartError(`${file} names neither a file of patients nor a software: say whose documents are filed.`);
  return {
    ...config,
    ...(patients !== undefined && { patients: from(patients) }),
    ...(software && { software: { ...software, ...(software.tokenFile !== undefined && { tokenFile: from(software.tokenFile) }) } }),
    ...(mllp && { mllp: { ...mllp, ...files(mllp) } }),
    ...(record && {
      record: {
        ...record,
        ...(record.tokenFile !== undefined && { tokenFile: from(record.tokenFile) }),
        ...(record.keyFile !== undefined && { keyFile: from(record.keyFile) }),
      },
    }),
    ...(inbox !== undefined && { inbox: from(inbox) }),
    ...(box && { mailbox: opened(box) }),
    mailboxes: mailboxes.map(opened),
    ...(receipts && { receipts: { ...receipts, ...files(receipts) } }),
    ...(output && { output: { ...output, folder: from(output.folder) } }),
  };
}

const patientSchema = z.strictObject({
  number: z.string().min(1),
  ins: z
    .strictObject({ oid: z.enum(Object.values(INS_OIDS) as [string, ...string[]]), value: z.string().regex(/^[0-9AB]{15}$/) })
    .optional(),
  isQualified: z.boolean(),
  /** RPPS of who treats them in the practice. */
  doctor: z
    .string()
    .regex(/^8\d{11}$/)
    .optional(),
  traits: z.strictObject({
    birthFamily: z.string().min(1),
    birthGivens: z.string().min(1),
    firstBirthGiven: z.string().min(1),
    usedFamily: z.string().optional(),
    usedGiven: z.string().optional(),
    sex: z.enum(['M', 'F', 'UN']),
    birthDate: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    birthPlace: z.strictObject({ cog: z.string().optional(), label: z.string().optional() }).optional(),
  }) satisfies z.ZodType<Traits>,
});

/** The patients that the software exported, as JSON. @throws StartError with what is wrong */
export function readPatients(file: string): Omit<PracticePatient, 'patientId'>[] {
  const patients = parsed(file, z.array(patientSchema));
  const numbers = new Set(patients.map(({ number }) => number));
  if (numbers.size !== patients.length) throw new StartError(`${file} gives the same number to two patients.`);
  return patients.map(({ ins, ...patient }) => ({ ...patient, ...(ins && { ins }) })) as Omit<PracticePatient, 'patientId'>[];
}

function parsed<T>(file: string, schema: z.ZodType<T>): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new StartError(`${file} cannot be read: check that it exists and that this account may read it.`);
  }
  const json = (() => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new StartError(`${file} is not JSON.`);
    }
  })();
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  // Where and what kind, never the value: it may be a patient's.
  const [issue] = read.error.issues;
  throw new StartError(`${file} is wrong at ${issue!.path.join('.') || 'its top'}: ${issue!.code}.`);
}

/** What a connection to one of the servers needs, its files read. @throws StartError when a file cannot be */
export function serverOf({
  host,
  port,
  secure,
  caFile,
  certificateFile,
  keyFile,
}: NonNullable<PracticeConfig['receipts' | 'mailbox' | 'mllp']>) {
  const certificate = certificateFile !== undefined && keyFile !== undefined && { cert: fileText(certificateFile), key: fileText(keyFile) };
  return { host, port, secure, ...(caFile !== undefined && { ca: fileText(caFile) }), ...(certificate && { certificate }) };
}

/** @throws StartError */
export function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new StartError(`${file} cannot be read: check that it exists and that this account may read it.`);
  }
}
