import { type DocumentHeader, readFhirPatient } from '#formats';
import { compareTraits, patientById, personOf, type Traits, traitsOf } from '#identity';
import { Refusal } from '#kernel';
import { idText } from '#record';
import { identifierOf } from '../make/report.ts';
import { readSourcePatient } from '../people/source-patients.ts';
import { survivorOf } from '../people/source-feed.ts';
import { patientOfId } from '../wire/ids.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Asking } from '../world/door.ts';
import type { WriteDeps } from '../write/deps.ts';

/**
 * Of whom a fiche, or a submission set, says that its document is, held against the patient whom the document itself prints: it is filed under that
 * one, so that a sender who names another has mistaken one for the other, and nothing is kept. Source: IHE MHD 4.2, ITI-65 (a known subject).
 */

/** A person as they are said: by numbers, traits, or both. */
interface Person {
  numbers: readonly PatientNumber[];
  traits?: ReturnType<typeof traitsOf>;
}
interface PatientNumber {
  system?: unknown;
  value?: unknown;
  type?: { coding?: ({ code?: unknown } | null)[] };
}
interface Named {
  reference?: unknown;
  identifier?: PatientNumber | null;
}

export interface ToHold {
  type: 'DocumentReference' | 'List';
  /** What is said: the fiche or the set. */
  said: JsonObject;
  /** Patients that come in the same Bundle, by their fullUrl. */
  beside: ReadonlyMap<string, JsonObject>;
}

/** @throws Refusal `request.invalid` when they are another, or are named by an address here under which nobody is known to this sender */
export async function checkSubject(
  deps: WriteDeps,
  asking: Asking,
  { patient }: DocumentHeader,
  { type, said, beside }: ToHold,
): Promise<void> {
  const { subject, contained, context } = said as {
    subject?: Named | null;
    contained?: (JsonObject | null)[];
    context?: { sourcePatientInfo?: Named | null } | null;
  };
  const refuse = (element: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at: `${type}.${element}` });
  };
  const isOther = (person: Person) => isOtherNumber(person, patient) ?? isOtherByTraits(person, patient);
  const other = () => refuse('subject', 'the document is of another patient than its fiche, or its set, says');
  const within = Array.isArray(contained) ? contained.filter((one) => one?.['resourceType'] === 'Patient') : [];
  if (within.some((one) => isOther(personIn(one!)))) other();
  for (const [element, named] of Object.entries({ subject, 'context.sourcePatientInfo': context?.sourcePatientInfo })) {
    const people = await peopleNamed(deps, asking, named ?? {}, beside);
    if (people === undefined)
      refuse(element, 'this sender wrote no such patient here: name the patient of the document by an identifier, or write it first');
    else if (people.some(isOther)) other();
  }
}

/** @returns none when nothing here says who it is; undefined when it is an address here, of nobody */
async function peopleNamed(
  deps: WriteDeps,
  { who, base }: Asking,
  { reference, identifier }: Named,
  beside: ReadonlyMap<string, JsonObject>,
): Promise<Person[] | undefined> {
  const byNumber = identifier ? [{ numbers: [identifier] }] : [];
  if (typeof reference !== 'string') return byNumber;
  const sent = beside.get(reference);
  if (sent) return [...byNumber, personIn(sent)];
  const plain = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
  const [, condition] = /^Patient\?(.*)$/.exec(plain) ?? [];
  if (condition !== undefined) return [...byNumber, ...numbersAsked(condition).map((number) => ({ numbers: [number] }))];
  const [, id = ''] = /^Patient\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(plain) ?? [];
  // Only what has the form of an id of this server is one: `Patient/123` is how the sender calls the patient at home.
  if (patientOfId('Patient', id) === undefined) return byNumber;
  const source = await readSourcePatient(deps.db, who.id, id);
  const person = source ? personIn(source) : await personOfRecord(deps, id);
  return person && [...byNumber, person];
}

const numbersAsked = (condition: string): PatientNumber[] =>
  new URLSearchParams(condition).getAll('identifier').map((number) => {
    const [system = '', value = ''] = number.split('|');
    return { system, value };
  });

/** A Patient resource; one that its sender joined to another bears the number of that one too. */
function personIn(resource: JsonObject): Person {
  const { identifier } = resource as { identifier?: (PatientNumber | null)[] };
  const [system, value] = survivorOf(resource)?.split('|') ?? [];
  const own = Array.isArray(identifier) ? identifier.filter((one): one is PatientNumber => one !== null && !isOfPayer(one)) : [];
  const traits = traitsOf(readFhirPatient(resource));
  const { usedFamily, usedGiven } = traits;
  // A name of no stated use is the one that the sender knows.
  const named = { ...(usedFamily && { birthFamily: usedFamily }), ...(usedGiven && { firstBirthGiven: usedGiven }), ...traits };
  return { numbers: value === undefined ? own : [...own, { system, value }], traits: named };
}

/** The number under which care is paid for may be a parent's; it has the system of the INS, and another type (FR Core). */
const isOfPayer = ({ type }: PatientNumber) => Array.isArray(type?.coding) && type.coding.some((one) => one?.code === 'NH');

async function personOfRecord({ db }: WriteDeps, id: string): Promise<Person | undefined> {
  const found = await patientById(db, (await personOf(db, id)).patientId);
  if (!found) return undefined;
  const { ins, traits } = found;
  return { numbers: ins ? [{ system: `urn:oid:${ins.oid}`, value: ins.value }] : [], traits };
}

/** By numbers of the same domain; undefined when there is no domain in common, so that numbers say nothing. */
function isOtherNumber({ numbers }: Person, { ids }: DocumentHeader['patient']): boolean | undefined {
  const printed = ids.map((id) => identifierOf(idText(id)) as PatientNumber);
  const common = numbers.filter(({ system }) => printed.some((own) => own.system === system));
  if (common.length === 0) return undefined;
  const meets = (one: PatientNumber) => printed.some((own) => own.system === one.system && own.value === one.value);
  return [...new Set(common.map(({ system }) => system))].some((domain) => !common.some((one) => one.system === domain && meets(one)));
}

/** Two traits apart: one alone may be a slip of whoever typed it, or a name that changed. */
const TRAITS_APART = 2;

function isOtherByTraits({ traits = {} }: Person, patient: DocumentHeader['patient']): boolean {
  const printed = traitsOf(patient);
  if (!isWhole(printed)) return false;
  const { birthFamily, firstBirthGiven, sex, birthDate } = compareTraits(traits, printed);
  return [birthFamily, firstBirthGiven, sex, birthDate].filter((likeness) => likeness === 'different').length >= TRAITS_APART;
}

const isWhole = (traits: ReturnType<typeof traitsOf>): traits is Traits =>
  [traits.birthFamily, traits.birthGivens, traits.firstBirthGiven, traits.sex, traits.birthDate].every((trait) => trait !== undefined);
