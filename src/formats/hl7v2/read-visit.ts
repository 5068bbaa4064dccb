import type { Encounter } from '../lab-report.ts';
import { components, firstNamed, raw, repetitions, type Segment, words, wordsOf } from './lexer.ts';
import type { Movement, Visit } from './message.ts';
import { type Hl7Context, partyOf, plainId, readCx, readEi, readXcn } from './read-types.ts';

/** PV1 (HL7 v2.5 §3.4.3). */
export function readVisit(c: Hl7Context, pv1: Segment): Visit {
  const visit: Visit = {
    ids: repetitions(c, pv1, 19)
      .flatMap((cx) => readCx(c, cx) ?? [])
      .map(plainId),
  };
  const kind = words(c, pv1, 2);
  if (kind !== undefined) visit.class = kind;
  const [ward, room, bed, facility] = components(c, repetitions(c, pv1, 3)[0] ?? '');
  for (const [key, part] of Object.entries({ ward, room, bed }) as ['ward' | 'room' | 'bed', string | undefined][]) {
    const text = wordsOf(c, part);
    if (text !== undefined) visit[key] = text;
  }
  if (facility) visit.facility = partyOf(c, facility.split(c.d.subcomponent, 3));
  const attending = repetitions(c, pv1, 7).flatMap((xcn) => readXcn(c, xcn) ?? []);
  if (attending.length > 0) visit.attending = attending;
  const [admittedAt, dischargedAt] = [words(c, pv1, 44), words(c, pv1, 45)];
  if (admittedAt !== undefined) visit.admittedAt = admittedAt;
  if (dischargedAt !== undefined) visit.dischargedAt = dischargedAt;
  return visit;
}

/** Patient class of table 0004 as ActCode says it. */
const ENCOUNTERS: Readonly<Record<string, { code: string; display: string }>> = {
  I: { code: 'IMP', display: 'Hospitalisation' },
  O: { code: 'AMB', display: 'Ambulatoire' },
  E: { code: 'EMER', display: 'Urgences' },
};
const ACT_CODE = '2.16.840.1.113883.5.4';

/** The stay as a report has it; undefined when nothing of it is said. */
export function encounterOf({ ids, class: kind, ward, attending, admittedAt, dischargedAt }: Visit): Encounter | undefined {
  const known = ENCOUNTERS[kind ?? ''];
  const encounter: Encounter = {
    ...(ids.length > 0 && { ids }),
    ...(known && { code: { ...known, system: ACT_CODE } }),
    ...(admittedAt !== undefined && { start: admittedAt }),
    ...(dischargedAt !== undefined && { end: dischargedAt }),
    ...(attending && { responsible: attending[0]! }),
    ...(ward !== undefined && { facility: { name: ward } }),
  };
  for (const _ in encounter) return encounter;
  return undefined;
}

/** ZBE, the movement (IHE PAM-FR 2.11). */
export function readMovement(c: Hl7Context): Movement | undefined {
  const zbe = firstNamed(c, 'ZBE');
  if (!zbe) return undefined;
  const movement: Movement = { ids: repetitions(c, zbe, 1).flatMap((ei) => readEi(c, ei) ?? []) };
  const [at, action, historic, originalEvent, nature] = [2, 4, 5, 6, 9].map((field) => words(c, zbe, field));
  if (at !== undefined) movement.at = at;
  if (action !== undefined) movement.action = action;
  if (historic !== undefined) movement.isHistoric = historic === 'Y';
  if (originalEvent !== undefined) movement.originalEvent = originalEvent;
  if (nature !== undefined) movement.nature = nature;
  const [medicalUnit, nursingUnit] = [readUnit(c, zbe, 7), readUnit(c, zbe, 8)];
  if (medicalUnit) movement.medicalUnit = medicalUnit;
  if (nursingUnit) movement.nursingUnit = nursingUnit;
  return movement;
}

/** XON of a care unit: its name, its code in component 10 (3 in older messages). */
function readUnit(c: Hl7Context, zbe: Segment, field: number): { name?: string; code?: string } | undefined {
  if (raw(zbe, field) === undefined) return undefined;
  const [name, code] = [words(c, zbe, field, 1), words(c, zbe, field, 10) ?? words(c, zbe, field, 3)];
  return { ...(name !== undefined && { name }), ...(code !== undefined && { code }) };
}
