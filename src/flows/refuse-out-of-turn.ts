import { type LabReport, ONLY_CORRECTIONS, type ReadingWarning } from '#formats';
import { type Identification, personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { hasDraft, idText, isWithdrawnIn, resultsBefore, seriesOf, type StatesOfSeries, type StoredResult, structureOf } from '#record';
import type { InHand } from './read-arrival.ts';

/**
 * A report against those of its series that the record holds: what would hide a value that is right, or leave a wrong one where it is, is refused, and
 * its sender told what to send instead.
 *
 * @returns that a later version is there already: this one is kept behind it
 * @throws Refusal `report.other-patient`, `report.out-of-turn`, `report.unreadable`
 */
export async function refuseOutOfTurn(
  sql: Sql,
  { read, header }: InHand,
  identified: Identification,
  results: readonly StoredResult[],
): Promise<ReadingWarning[]> {
  if (read.kind !== 'laboratory-report' || identified.kind === 'wait') return [];
  const { report } = read;
  const isState = report.format === 'fhir';
  const isPartial = isAddition(report);
  // Most reports: nothing was before them, or what was is told by its place in a count.
  if (!isState && !isPartial && header.replaces.length === 0) return [];
  const { finess: structure } = structureOf(header);
  const setId = idText(header.setId ?? header.id);
  // A final report under its own number: nothing but a draft of it may have come before.
  if (isState && !header.setId && !report.isCorrection && !(await hasDraft(sql, setId))) return [];
  const patientId = identified.kind === 'one' ? identified.patientId : undefined;
  const states = await seriesOf(sql, { patientId, structure, setId, uniqueIds: [setId, ...header.replaces.map(idText)] });
  const others = states.filter((state) => state.patientId !== patientId);
  if (others.length > 0) await refuseOfOthers(sql, others, patientId, { structure, setId });
  if (patientId === undefined) return [];
  const own = states.filter((state) => state.patientId === patientId);
  if (isState) refuseOtherOrder(report, own);
  if (isPartial) await refusePartial(sql, report, { patientId, structure, setId }, results);
  return isState && own.some(({ version }) => version > report.version) ? [BEHIND] : [];
}

const BEHIND: ReadingWarning = {
  code: 'version.behind',
  at: 'DiagnosticReport.issued',
  message: 'a version of this report that was issued later is in the record: that one is read, this one is kept in its history',
};

/** One report is of one person. The former one would stay, as it is, in the record of somebody else. */
async function refuseOfOthers(
  sql: Sql,
  others: readonly StatesOfSeries[],
  patientId: string | undefined,
  series: { structure: string; setId: string },
): Promise<void> {
  const homes = patientId === undefined ? [] : (await personOf(sql, patientId)).homes;
  for (const other of new Set(others.map((state) => state.patientId))) {
    if (homes.includes(other) || (await isWithdrawnIn(sql, { ...series, patientId: other }))) continue;
    throw new Refusal('report.other-patient', 'the report that this one follows is in the record of another patient', {
      at: 'ClinicalDocument/recordTarget',
    });
  }
}

const isAwaited = ({ events }: LabReport) => events.some(({ status }) => status === 'active');

/**
 * Nothing goes back from final to preliminary (FHIR R4 DiagnosticReport.status): a draft issued after what is final, or the other way round, says that
 * one of the times is wrong, and the values of the draft would be read for those of the report.
 */
function refuseOtherOrder(report: LabReport, own: readonly StatesOfSeries[]): void {
  const draft = isAwaited(report);
  const contrary = own.some(({ version, status }) =>
    draft ? status !== 'preliminary' && version < report.version : status === 'preliminary' && version > report.version,
  );
  if (!contrary) return;
  throw new Refusal(
    'report.out-of-turn',
    draft
      ? 'a final report of this number was issued before this preliminary one'
      : 'a preliminary report of this number was issued after this one',
    { at: 'DiagnosticReport.issued' },
  );
}

/** A message of HL7 v2 of which each line corrects one; a report of FHIR that is `appended`. */
const isAddition = ({ warnings, state }: LabReport) => state === 'appended' || warnings.some(({ code }) => code === ONLY_CORRECTIONS);

/**
 * A message of HL7 v2 replaces the former one about the same orders as a whole (snapshot, HL7 v2.5 §2.10.4), and so does a resource of FHIR (R4 §3.1.0.5).
 * One that sends what is new alone would hide the results that it does not repeat: nobody would see them any more, and nothing would say so.
 */
async function refusePartial(
  sql: Sql,
  { version, format }: LabReport,
  series: { patientId: string; structure: string; setId: string },
  results: readonly StoredResult[],
): Promise<void> {
  const before = await resultsBefore(sql, { ...series, version });
  if (before === undefined) return;
  const told = new Set(results.map(keyOf));
  const left = (JSON.parse(before) as StoredResult[]).filter((result) => !told.has(keyOf(result)));
  if (left.length === 0) return;
  const [at, message] =
    format === 'fhir'
      ? ['DiagnosticReport.result', `the report only adds results, and leaves out ${left.length} of those before: send it whole`]
      : [
          'OBX-11',
          `the message corrects results of its orders and leaves out ${left.length} others: send the orders whole, what did not change too`,
        ];
  throw new Refusal('report.unreadable', message, { at });
}

const keyOf = ({ loinc, local, label, isolate }: StoredResult): string => `${loinc ?? local ?? label}^${isolate ?? ''}`;
