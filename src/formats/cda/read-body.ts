import { child, children, firstChild, innerSource, keyOf, nextSibling, NONE } from '#kernel';
import type {
  Administration,
  Attachment,
  Battery,
  Entry,
  Isolate,
  Item,
  Participant,
  Section,
  Specimen,
  TypedParticipant,
} from '../lab-report.ts';
import { PDF_COPY_CODE, RECEIVED_CODE, TEMPLATE } from './oids.ts';
import { readImage, readSpecimenRole, takeComment } from './read-parts.ts';
import { readResult } from './read-result.ts';
import { readParticipant } from './read-people.ts';
import { attr, type Reading, said, warn, words } from './reading.ts';
import { readCoded, readIdentifier, readIdentifiers, readMoment } from './read-values.ts';
import { V } from './vocabulary.ts';

const SECTION_KINDS: readonly (readonly [string, Section['kind']])[] = [
  [TEMPLATE.chapter, 'chapter'],
  [TEMPLATE.chapterFr, 'chapter'],
  [TEMPLATE.subChapter, 'sub-chapter'],
  [TEMPLATE.subChapterFr, 'sub-chapter'],
  [TEMPLATE.secondIntention, 'second-intention'],
  [TEMPLATE.commentSection, 'comment'],
  [TEMPLATE.reason, 'reason'],
  [TEMPLATE.vaccinations, 'vaccinations'],
  [TEMPLATE.pdfCopy, 'pdf-copy'],
];

/** `component/section` and what it holds. */
export function readSections(r: Reading, parent: number): Section[] {
  const sections: Section[] = [];
  for (const component of children(r.tape, parent, V.component)) {
    for (const n of children(r.tape, component, V.section)) sections.push(readSection(r, n));
  }
  return sections;
}

function readSection(r: Reading, n: number): Section {
  const section: Section = { kind: kindOf(r, n), entries: [], sections: readSections(r, n) };
  const id = readIdentifier(r, child(r.tape, n, V.id));
  if (id) section.id = id;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) section.code = code;
  const title = words(r, child(r.tape, n, V.title));
  if (title !== undefined) section.title = title;
  const text = child(r.tape, n, V.text);
  if (text !== NONE) section.narrative = innerSource(r.tape, text);
  for (const entry of children(r.tape, n, V.entry)) {
    const read = readEntry(r, entry);
    if (read) section.entries.push(read);
  }
  return section;
}

const templatesOf = (r: Reading, n: number) => new Set(children(r.tape, n, V.templateId).map((t) => attr(r, t, V.root)));

function kindOf(r: Reading, n: number): Section['kind'] {
  const templates = templatesOf(r, n);
  const known = SECTION_KINDS.find(([template]) => templates.has(template));
  if (known) return known[1];
  return attr(r, child(r.tape, n, V.code), V.code) === PDF_COPY_CODE ? 'pdf-copy' : 'other';
}

function readEntry(r: Reading, n: number): Entry | undefined {
  const act = child(r.tape, n, V.act);
  if (act !== NONE) return readAct(r, act);
  const items: Item[] = [];
  const entry: Entry = { isBare: true, status: '', items };
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === V.templateId) continue;
    if (!takeItem(r, c, items))
      warn(r, 'entry.unread', c, 'this entry is of a kind that the model does not know: it stays in the original');
  }
  const [item] = items;
  if (!item) return undefined;
  entry.status = 'status' in item && item.status !== undefined ? item.status : 'completed';
  return entry;
}

/** Code, status, people and comments shared by acts, batteries and isolates. */
interface Holder {
  id?: ReturnType<typeof readIdentifier> & object;
  items: Item[];
  comments?: string[];
  performer?: Participant;
  authors?: Participant[];
  validators?: Participant[];
  participants?: TypedParticipant[];
}

function readAct(r: Reading, act: number): Entry {
  const entry: Entry = { status: attr(r, child(r.tape, act, V.statusCode), V.code) ?? '', items: [] };
  const code = readCoded(r, child(r.tape, act, V.code));
  if (code) entry.code = code;
  for (let c = firstChild(r.tape, act); c !== NONE; c = nextSibling(r.tape, c)) {
    if (keyOf(r.tape, c) === V.entryRelationship) takeRelationship(r, c, entry);
    else takeHolderPart(r, c, entry);
  }
  return entry;
}

function takeRelationship(r: Reading, n: number, entry: Entry): void {
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === V.procedure) (entry.specimens ??= []).push(readSpecimen(r, c));
    else if (key === V.act) takeInnerAct(r, c, attr(r, n, V.typeCode), entry);
    else if (!takeItem(r, c, entry.items)) warnUnread(r, c);
  }
}

/** An act inside an act: a comment, or results one level deeper than the model puts them, which are not lost for that. */
function takeInnerAct(r: Reading, n: number, typeCode: string | undefined, into: Holder): void {
  if (typeCode === 'SUBJ' || children(r.tape, n, V.entryRelationship).length === 0) {
    takeComment(r, n, into);
    return;
  }
  warn(r, 'entry.nested-act', n, 'an act inside an act: its results are read as those of the outer one');
  into.items.push(...readAct(r, n).items);
}

const warnUnread = (r: Reading, n: number) =>
  warn(r, 'entry.unread', n, 'this element is of a kind that the model does not know: it stays in the original');

function takeHolderPart(r: Reading, c: number, into: Holder): void {
  const key = keyOf(r.tape, c);
  if (key === V.performer) {
    if (into.performer) warnUnread(r, c);
    else into.performer = readParticipant(r, c, child(r.tape, c, V.assignedEntity));
  } else if (key === V.participant) {
    const type = attr(r, c, V.typeCode) ?? '';
    const participant = readParticipant(r, c, child(r.tape, c, V.participantRole));
    if (type === 'AUTHEN') (into.validators ??= []).push(participant);
    else (into.participants ??= []).push({ type, ...participant });
  } else if (key === V.author) (into.authors ??= []).push(readParticipant(r, c, child(r.tape, c, V.assignedAuthor)));
  else if (key === V.id && !into.id) {
    const id = readIdentifier(r, c);
    if (id) into.id = id;
  }
}

/** @returns false when the element is no item of the model */
function takeItem(r: Reading, n: number, items: Item[]): boolean {
  const key = keyOf(r.tape, n);
  if (key === V.observation) items.push(readResult(r, n));
  else if (key === V.organizer) items.push(readOrganizer(r, n));
  else if (key === V.observationMedia) items.push(readImage(r, n));
  else if (key === V.substanceAdministration) items.push(readAdministration(r, n));
  else return false;
  return true;
}

function readOrganizer(r: Reading, n: number): Battery | Isolate | Attachment {
  const templates = templatesOf(r, n);
  if (templates.has(TEMPLATE.attached)) return readAttachment(r, n);
  const isolated = templates.has(TEMPLATE.isolate) || attr(r, n, V.classCode) === 'CLUSTER';
  const status = attr(r, child(r.tape, n, V.statusCode), V.code) ?? '';
  const organizer: Battery | Isolate = isolated
    ? { kind: 'isolate', organism: {}, status, items: [] }
    : { kind: 'battery', status, items: [] };
  const at = readMoment(r, child(r.tape, n, V.effectiveTime));
  if (at !== undefined) organizer.at = at;
  if (organizer.kind === 'battery') {
    const code = readCoded(r, child(r.tape, n, V.code));
    if (code) organizer.code = code;
  }
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === V.component || key === V.entryRelationship) takeComponent(r, c, organizer);
    else if (key === V.specimen) takeOrganizerSpecimen(r, c, organizer);
    else takeHolderPart(r, c, organizer);
  }
  return organizer;
}

function takeComponent(r: Reading, n: number, organizer: Battery | Isolate): void {
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === V.act) takeInnerAct(r, c, 'SUBJ', organizer);
    else if (key === V.procedure && organizer.kind === 'battery' && !organizer.specimen) organizer.specimen = readSpecimen(r, c);
    else if (!takeItem(r, c, organizer.items)) warnUnread(r, c);
  }
}

function takeOrganizerSpecimen(r: Reading, n: number, organizer: Battery | Isolate): void {
  const specimen = readSpecimenRole(r, n);
  if (organizer.kind === 'battery') {
    organizer.specimen ??= specimen;
    return;
  }
  if (specimen.type) organizer.organism = specimen.type;
  if (specimen.ids) organizer.specimenIds = specimen.ids;
}

/** The sampling (FR-Prelevement). */
function readSpecimen(r: Reading, n: number): Specimen {
  const specimen: Specimen = {};
  const act = readCoded(r, child(r.tape, n, V.code));
  if (act) specimen.act = act;
  const sampledAt = readMoment(r, child(r.tape, n, V.effectiveTime));
  if (sampledAt !== undefined) specimen.sampledAt = sampledAt;
  const site = readCoded(r, child(r.tape, n, V.targetSiteCode));
  if (site) specimen.site = site;
  const performer = child(r.tape, n, V.performer);
  if (performer !== NONE) specimen.sampler = readParticipant(r, performer, child(r.tape, performer, V.assignedEntity));
  for (const participant of children(r.tape, n, V.participant)) {
    const role = child(r.tape, participant, V.participantRole);
    const ids = readIdentifiers(r, role);
    if (ids.length > 0) specimen.ids = ids;
    const type = readCoded(r, child(r.tape, child(r.tape, role, V.playingEntity), V.code));
    if (type) specimen.type = type;
  }
  for (const relationship of children(r.tape, n, V.entryRelationship)) takeSpecimenAct(r, child(r.tape, relationship, V.act), specimen);
  return specimen;
}

function takeSpecimenAct(r: Reading, n: number, specimen: Specimen): void {
  if (n === NONE) return;
  if (attr(r, child(r.tape, n, V.code), V.code) === RECEIVED_CODE) {
    const receivedAt = readMoment(r, child(r.tape, n, V.effectiveTime));
    if (receivedAt !== undefined) specimen.receivedAt = receivedAt;
  } else takeComment(r, n, specimen);
}

/** FR-Document-attache: an organizer that holds the kind of document and the document. */
function readAttachment(r: Reading, n: number): Attachment {
  const attachment: Attachment = { kind: 'attachment', mediaType: '', base64: '' };
  const id = readIdentifier(r, child(r.tape, n, V.id));
  if (id) attachment.id = id;
  const status = attr(r, child(r.tape, n, V.statusCode), V.code);
  if (status !== undefined) attachment.status = status;
  for (const component of children(r.tape, n, V.component)) {
    const media = child(r.tape, component, V.observationMedia);
    if (media !== NONE) {
      const { kind: _, ...image } = readImage(r, media);
      Object.assign(attachment, image);
    }
    const observation = child(r.tape, component, V.observation);
    const type = readCoded(r, child(r.tape, observation, V.value));
    if (type) attachment.type = type;
    const at = readMoment(r, child(r.tape, observation, V.effectiveTime));
    if (at !== undefined) attachment.at = at;
  }
  return attachment;
}

function readAdministration(r: Reading, n: number): Administration {
  const given: Administration = { kind: 'administration', status: attr(r, child(r.tape, n, V.statusCode), V.code) ?? '' };
  const id = readIdentifier(r, child(r.tape, n, V.id));
  if (id) given.id = id;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) given.code = code;
  const at = readMoment(r, child(r.tape, n, V.effectiveTime));
  if (at !== undefined) given.at = at;
  if (attr(r, n, V.negationInd) === 'true') given.isNegated = true;
  const product = child(r.tape, child(r.tape, n, V.consumable), V.manufacturedProduct);
  const material = child(r.tape, product, V.manufacturedMaterial);
  const coded = readCoded(r, child(r.tape, material, V.code));
  if (coded) given.product = coded;
  const name = words(r, child(r.tape, material, V.name));
  if (name !== undefined) given.productName = name;
  const { text } = said(r, child(r.tape, n, V.text));
  if (text !== undefined) given.narrative = text;
  for (const relationship of children(r.tape, n, V.entryRelationship)) {
    const act = child(r.tape, relationship, V.act);
    if (act !== NONE) takeComment(r, act, given);
  }
  return given;
}
