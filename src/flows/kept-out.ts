import type { Coded, DocumentHeader, Item, Organization, Participant, Section } from '#formats';
import { Refusal } from '#kernel';
import { familiesOf, isKeptOut, type SaidOfPurpose, type SensitiveContext, whyNotForRecord } from '#terminology/contract';
import type { ReadArrival } from './read-arrival.ts';

/** What is said of a document's purpose, and where it says it. */
interface Said extends SaidOfPurpose {
  at: string;
}

/**
 * Stops what no record may hold, before anything else is asked of it: nothing is looked up, nothing of it is kept.
 * @throws Refusal `deposit.kept-out`, with the place that said so
 */
export function refuseKeptOut(read: ReadArrival): void {
  const header = read.kind === 'laboratory-report' ? read.report : read.document;
  if (isAnonymousPatient(header)) refuse({ isAnonymous: true }, { at: 'recordTarget/patientRole/patient' });
  const isReport = read.kind === 'laboratory-report';
  for (const said of [...saidByHeader(header), ...(isReport ? read.report.sections.flatMap(saidBySection) : [])]) {
    const why = whyNotForRecord(said);
    // Letters of an occupational doctor or an expert may be of care: only their tests never are.
    if (why && (isReport || why.purpose === undefined)) refuse(why, said);
  }
}

/** Places and codes are told; words are not: they can hold a name. */
function refuse(why: SensitiveContext, { at, code }: Said): void {
  const families = familiesOf({ row: '', label: '' }, why);
  if (!isKeptOut(families)) return;
  throw new Refusal('deposit.kept-out', `${reasonOf(why)}: it enters no record${code === undefined ? '' : ` (${code})`}`, { at });
}

function reasonOf({ isAnonymous, purpose }: SensitiveContext): string {
  if (isAnonymous) return 'anonymous screening or care';
  return purpose === undefined ? 'birth under secrecy' : PURPOSES[purpose];
}

const PURPOSES = {
  care: 'care',
  occupational: 'a test for work, not for care',
  insurance: 'a test for an insurer, not for care',
  forensic: 'a test for justice, not for care',
};

function isAnonymousPatient({ patient }: DocumentHeader): boolean {
  const { isAnonymous, birthFamily, usedFamily } = patient;
  return isAnonymous === true || [birthFamily, usedFamily].some((name) => /^anonymes?$/i.test(name ?? ''));
}

function saidByHeader(header: DocumentHeader): Said[] {
  const { title, events, encounter, orderDetails = [], participants, authors } = header;
  const prescribers = participants.filter(({ type }) => type === 'REF');
  return [
    { at: 'title', words: title },
    ...events.flatMap(({ code }) => saidByCode('documentationOf/serviceEvent/code', code)),
    ...orderDetails.flatMap(({ code }) => saidByCode('inFulfillmentOf/order/code', code)),
    ...saidByCode('componentOf/encompassingEncounter/code', encounter?.code),
    ...saidByCode('componentOf/encompassingEncounter//healthCareFacility/code', encounter?.facility?.code),
    { at: 'componentOf/encompassingEncounter//location/name', words: encounter?.facility?.name },
    ...prescribers.flatMap((who) => saidByParticipant('participant[@typeCode="REF"]', who)),
    ...authors.flatMap((who) => saidByParticipant('author', who)),
  ];
}

function saidByParticipant(at: string, { code, function: as, organization }: Participant): Said[] {
  return [...saidByCode(`${at}//code`, code), ...saidByCode(`${at}/functionCode`, as), ...saidByOrganization(at, organization)];
}

function saidByOrganization(at: string, organization: Organization | undefined): Said[] {
  return [{ at: `${at}//name`, words: organization?.name }, ...saidByCode(`${at}//standardIndustryClassCode`, organization?.industry)];
}

function saidByCode(at: string, coded: Coded | undefined): Said[] {
  if (!coded) return [];
  const { code, display, originalText } = coded;
  return [
    { at, code, words: display },
    { at, words: originalText },
  ];
}

function saidBySection({ title, code, entries, sections }: Section): Said[] {
  return [
    { at: 'section/title', words: title },
    ...saidByCode('section/code', code),
    ...entries.flatMap((entry) => [...saidByCode('act/code', entry.code), ...entry.items.flatMap(saidByItem)]),
    ...sections.flatMap(saidBySection),
  ];
}

function saidByItem(item: Item): Said[] {
  if (item.kind === 'battery') return [...saidByCode('organizer/code', item.code), ...item.items.flatMap(saidByItem)];
  if (item.kind === 'result') return saidByCode('observation/code', item.code);
  return [];
}
