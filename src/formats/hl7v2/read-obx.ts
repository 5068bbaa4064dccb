import { Refusal } from '#kernel';
import { FINESS_ROOT } from '../cda/oids.ts';
import type { Organization, Participant, Result } from '../lab-report.ts';
import { components, firstWords, placeOf, raw, repetitions, type Segment, warn, wordsOf } from './lexer.ts';
import { type Hl7Context, once, readCwe, readEi, readXcn } from './read-types.ts';
import { readRange, readUnit, readValues } from './read-value.ts';

/**
 * Observation result status (table 0085) → status of a result. `undefined`: the line is no result.
 * S partial, P preliminary, R not verified and I awaited are to come again; D, W and X say that there is no such result; N was not asked.
 */
const STATUSES: Readonly<Record<string, string | undefined>> = {
  F: 'completed',
  C: 'completed',
  P: 'active',
  R: 'active',
  S: 'active',
  I: 'active',
  A: 'active',
  B: 'active',
  X: 'aborted',
  D: 'aborted',
  W: 'aborted',
  N: 'aborted',
  O: undefined,
};

/**
 * One OBX that is a result (HL7 v2.5 §7.4.2).
 * @param defaults what its OBR says for all its lines: the sampling time, the status of the order
 * @returns undefined for a line that only describes the order (OBX-11 O)
 * @throws Refusal `report.unreadable` when it makes a result final without saying its value (OBX-11 U), or names no analyte
 */
export function readResult(
  c: Hl7Context,
  obx: Segment,
  defaults: { at: string | undefined; status: string | undefined },
): Result | undefined {
  const status = statusOf(c, obx, defaults.status);
  if (status === undefined) return undefined;
  const named = raw(obx, 3);
  const code = named === undefined ? undefined : readCwe(c, named, true);
  if (!code) throw new Refusal('report.unreadable', 'the line does not say what was measured', { at: placeOf(obx, 3) });
  const result: Result = { kind: 'result', code, status };
  const stated = raw(obx, 14);
  const at = (stated === undefined ? undefined : once(c, 'at', stated, firstWords)) ?? defaults.at;
  if (at !== undefined) result.at = at;
  const unit = readUnit(c, obx);
  const values = readValues(c, obx, unit);
  if (values.length > 0) result.value = values[0]!;
  if (values.length > 1) result.otherValues = values.slice(1);
  const flags = readFlags(c, obx);
  if (flags.length > 0) result.interpretations = flags;
  const range = raw(obx, 7);
  const reference = range === undefined ? undefined : readRange(c, range, unit);
  if (reference) result.reference = reference;
  takePeople(c, obx, result);
  return result;
}

function readFlags(c: Hl7Context, obx: Segment): string[] {
  const flags: string[] = [];
  for (const flag of repetitions(c, obx, 8)) {
    const said = firstWords(c, flag);
    if (said !== undefined) flags.push(said);
  }
  return flags;
}

function statusOf(c: Hl7Context, obx: Segment, ofOrder: string | undefined): string | undefined {
  const said = raw(obx, 11);
  if (said === 'U') {
    throw new Refusal('report.unreadable', 'a result made final without its value (OBX-11 U): send the value again', {
      at: placeOf(obx, 11),
    });
  }
  if (said !== undefined && said in STATUSES) return STATUSES[said];
  if (said === undefined && ofOrder !== undefined) return ofOrder;
  warn(c, 'status.unknown', placeOf(obx, 11), 'neither the line nor its order says that the result is final: it is taken as provisional');
  return 'active';
}

/** A TS; undefined when absent. */
export function moment(c: Hl7Context, value: string | undefined): string | undefined {
  return value === undefined ? undefined : firstWords(c, value);
}

function takePeople(c: Hl7Context, obx: Segment, result: Result): void {
  const producer = raw(obx, 15);
  const analysedAt = moment(c, raw(obx, 19));
  const organization = producer === undefined ? undefined : once(c, 'producer', producer, readProducer);
  if (organization || analysedAt !== undefined) {
    const performer: Participant = { ids: [] };
    if (analysedAt !== undefined) performer.time = analysedAt;
    if (organization) performer.organization = organization;
    result.performer = performer;
  }
  const validators = raw(obx, 16);
  if (validators !== undefined) {
    const people = once(c, 'validators', validators, readPeople);
    if (people.length > 0) result.validators = people;
  }
  const method = raw(obx, 17);
  const coded = method === undefined ? undefined : once(c, 'method', method, readCwe);
  if (coded) result.method = coded;
  const device = raw(obx, 18);
  const id = device === undefined ? undefined : readEi(c, device);
  if (id) result.device = { ids: [id] };
}

const readPeople = (c: Hl7Context, value: string): Participant[] => value.split(c.d.repetition, 50).flatMap((xcn) => readXcn(c, xcn) ?? []);

/** OBX-15: the laboratory that made the result, by its national identifier or by its name alone. */
export function readProducer(c: Hl7Context, value: string): Organization | undefined {
  const [code, name] = components(c, value).map((part) => wordsOf(c, part));
  const national = code === undefined ? undefined : nationalStructure(code);
  const words = name ?? (national === undefined ? code : undefined);
  if (national === undefined && words === undefined) return undefined;
  return { ids: national === undefined ? [] : [{ root: FINESS_ROOT, extension: national }], ...(words !== undefined && { name: words }) };
}

/** The national identifier of a structure (IdNatStruct): `1` and the FINESS, `3` and the SIRET; a bare FINESS gets its `1`. */
export function nationalStructure(text: string): string | undefined {
  if (/^\d[\dAB]\d{7}$/.test(text)) return `1${text}`;
  return /^(?:1\d[\dAB]\d{7}|3\d{14})$/.test(text) ? text : undefined;
}
