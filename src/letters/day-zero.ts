import type { Discharge } from '#identity';
import type { DayZeroShare } from './contract.ts';

/** A letter of the record, by when it came and when it first left for a professional. */
export interface LetterKept {
  patientId: string;
  documentId: string;
  structure: string;
  receivedAt: Date;
  sentAt?: Date | undefined;
}

type Units = DayZeroShare['units'];

/**
 * For each unit, stays that ended, and how many had their letter filed, then sent, by the end of that day. A letter is that of the stay when the same
 * structure filed it of the same person after the stay began and before their next stay there. Pure.
 * @param dayOf the day of an instant in the region, `YYYY-MM-DD`
 * @param nameOf the name of a structure by its FINESS
 */
export function shareOf(
  discharges: readonly Discharge[],
  letters: readonly LetterKept[],
  { dayOf, nameOf }: { dayOf: (at: Date) => string; nameOf: (finess: string) => string },
): Units {
  const byPerson = Map.groupBy(letters, ({ patientId, structure }) => `${patientId}|${structure}`);
  const staysOf = Map.groupBy(discharges, ({ patientId = '', structure }) => `${patientId}|${structure}`);
  const units = new Map<string, Units[number]>();
  for (const { structure, ward = '', patientId, from, until } of discharges) {
    const key = `${structure}|${ward}`;
    const unit = units.get(key) ?? {
      structure,
      name: nameOf(structure),
      unit: ward,
      discharges: 0,
      unidentified: 0,
      filed: 0,
      sent: 0,
      written: 0,
    };
    units.set(key, unit);
    unit.discharges += 1;
    if (patientId === undefined) {
      unit.unidentified += 1;
      continue;
    }
    const person = `${patientId}|${structure}`;
    const begins = from ?? until ?? '';
    const next =
      (staysOf.get(person) ?? [])
        .map((stay) => stay.from ?? '')
        .filter((other) => other > begins)
        .toSorted()[0] ?? '~';
    const own = (byPerson.get(person) ?? []).filter(
      ({ receivedAt }) => receivedAt.toISOString() >= begins && receivedAt.toISOString() < next,
    );
    const day = dayOf(new Date(until!));
    if (own.length > 0) unit.written += 1;
    if (own.some(({ receivedAt }) => dayOf(receivedAt) <= day)) unit.filed += 1;
    if (own.some(({ sentAt }) => sentAt !== undefined && dayOf(sentAt) <= day)) unit.sent += 1;
  }
  return [...units.values()].toSorted((a, b) => `${a.name} ${a.unit}`.localeCompare(`${b.name} ${b.unit}`, 'fr'));
}
