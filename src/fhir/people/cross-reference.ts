import type { Principal } from '#access';
import { linkedNumbers, type Patient, personOf } from '#identity';
import { Refusal, type RefusalCode, type Sql } from '#kernel';
import { type Asking, type FhirDeps, open } from '../world/door.ts';
import { mayLookForAnyone } from './find-patient.ts';
import { cutNumber, domainsOf, patientsOfNumber, isKnownDomain } from './numbers.ts';
import { shareable, systemOf } from '../make/people.ts';
import { shownTo } from './shown-patients.ts';

interface Asked {
  /** `system|value` */
  source: string;
  /** Systems whose numbers are wanted; empty: all. */
  targets: string[];
}
interface Found {
  numbers: TargetNumber[];
  /** The record of the region; not told to a system, which reads none. */
  patientId?: string;
}
type TargetNumber = { system: string; value: string };

/**
 * `GET /fhir/Patient/$ihe-pix` (IHE PIXm, ITI-83): the other numbers of the person that one number names, those that people linked. The INS only of
 * an identity whose status permits it. A professional is told the numbers of those alone whom they follow, since numbers tell where someone is
 * treated; a registered system asks by a number of its own structures, and is told no other structure's.
 * @throws Refusal `patient.unknown-domain`, `patient.unknown-target`; `patient.unknown-number` when it is nobody's, or several people's
 */
export async function crossReference(deps: FhirDeps, asking: Asking, pairs: readonly [string, string][]): Promise<Record<string, unknown>> {
  const asked = readInput(pairs);
  const isSystem = asking.who.role === 'laboratory-system';
  if (!isSystem) mayLookForAnyone(asking);
  const action = isSystem ? 'source.read' : 'patient.search';
  // What is not found is told after the door has written that it was looked for.
  const found = await open(deps, asking, { action, object: 'Patient/$ihe-pix' }, (tx) => look(tx, asking, asked));
  if (typeof found === 'string')
    throw new Refusal(found, WORDS[found]!, { at: found === 'patient.unknown-target' ? 'targetSystem' : SOURCE });
  const { numbers, patientId } = found;
  const parameter = [
    ...(patientId === undefined ? [] : [{ name: 'targetId', valueReference: { reference: `Patient/${patientId}` } }]),
    ...numbers.map((valueIdentifier) => ({ name: 'targetIdentifier', valueIdentifier })),
  ];
  return { resourceType: 'Parameters', ...(parameter.length > 0 && { parameter }) };
}

const SOURCE = 'sourceIdentifier';
/** The words of the transaction itself (ITI-83 §3.83.4.2.2). */
const WORDS: Partial<Record<RefusalCode, string>> = {
  'patient.unknown-domain': 'sourceIdentifier Assigning Authority not found',
  'patient.unknown-target': 'targetSystem not found',
  'patient.unknown-number': 'sourceIdentifier Patient Identifier not found',
};

async function look(tx: Sql, asking: Asking, { source: given, targets }: Asked): Promise<Found | RefusalCode> {
  const { who, base } = asking;
  // The id of a record here, said with the address of this server, is its number of the region.
  const source = given.startsWith(`${base}|Patient/`) ? `urn:ietf:rfc:3986|urn:uuid:${given.slice(base.length + 9)}` : given;
  const { system = '', number } = cutNumber(source);
  if (!(await isKnownDomain(tx, who, system))) return 'patient.unknown-domain';
  for (const target of targets) if (target !== base && !(await isKnownDomain(tx, who, target))) return 'patient.unknown-target';
  const [patient, another] = await patientsOfNumber(tx, source);
  // One number that two senders gave to two people names nobody.
  if (!patient || another) return 'patient.unknown-number';
  const found = who.role === 'laboratory-system' ? await ownNumbers(tx, who, patient, source) : await shownNumbers(tx, asking, patient);
  if (!found) return 'patient.unknown-number';
  const isAsked = (one: TargetNumber) => !(domainsOf(system).some((root) => systemOf(root) === one.system) && one.value === number);
  const isWanted = (one: TargetNumber) =>
    targets.length === 0 || targets.some((target) => domainsOf(target).some((root) => systemOf(root) === one.system));
  return { ...found, numbers: found.numbers.filter((one) => isAsked(one) && isWanted(one)) };
}

async function shownNumbers(tx: Sql, asking: Asking, patient: Patient): Promise<Found> {
  const [shown] = await shownTo(tx, asking, [patient]);
  if (!shown!.isKnown) return { numbers: [], patientId: patient.patientId };
  const { homes } = await personOf(tx, patient.patientId);
  return { numbers: [...insOf(patient), ...(await linkedNumbers(tx, homes)).map(toNumber)], patientId: patient.patientId };
}

/** Nothing of someone whom no number of this system's structures names. */
async function ownNumbers(tx: Sql, { structures = [] }: Principal, patient: Patient, source: string): Promise<Found | undefined> {
  const { homes } = await personOf(tx, patient.patientId);
  const own = (await linkedNumbers(tx, homes)).filter(({ senderFiness }) => structures.includes(senderFiness)).map(toNumber);
  const numbers = [...insOf(patient), ...own];
  const { system = '', number } = cutNumber(source);
  const isOwn =
    own.length > 0 && numbers.some((one) => domainsOf(system).some((root) => systemOf(root) === one.system) && one.value === number);
  return isOwn ? { numbers } : undefined;
}

function insOf(patient: Patient): TargetNumber[] {
  const { ins } = shareable(patient);
  return ins ? [{ system: systemOf(ins.oid), value: ins.value }] : [];
}

const toNumber = ({ domain, localId }: { domain: string; localId: string }): TargetNumber => ({ system: systemOf(domain), value: localId });

function readInput(pairs: readonly [string, string][]): Asked {
  const of = (wanted: string) => pairs.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const [source, ...more] = of(SOURCE);
  const { system = '', number } = cutNumber(source ?? '');
  if (more.length > 0 || system === '' || number === '')
    throw new Refusal('request.invalid', 'one sourceIdentifier, as system|value, is needed', { at: SOURCE });
  return { source: source!, targets: of('targetSystem') };
}
