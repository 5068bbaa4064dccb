import { escapeAttribute } from '#kernel';
import type {
  Administration,
  Attachment,
  Battery,
  Coded,
  Entry,
  Image,
  Isolate,
  Item,
  Participant,
  PreviousResult,
  Result,
  Section,
  Specimen,
  TypedParticipant,
} from '../lab-report.ts';
import { LOINC, PDF_COPY_CODE, TEMPLATE } from './oids.ts';
import { writeAssignedEntity, writeAuthor, writeParticipantRole } from './write-people.ts';
import {
  att,
  leaf,
  writeCoded,
  writeId,
  writeIds,
  writeInterpretations,
  writeReference,
  writeTime,
  writeValue,
  writeWords,
} from './write-values.ts';

const templates = (...roots: string[]) => roots.map((root) => `<templateId root="${root}"/>`).join('');

const SECTION_TEMPLATES: Readonly<Record<Section['kind'], string>> = {
  chapter: templates(TEMPLATE.chapter, TEMPLATE.chapterFr),
  'sub-chapter': templates(TEMPLATE.subChapter, TEMPLATE.subChapterFr),
  'second-intention': templates(TEMPLATE.secondIntention),
  comment: templates('2.16.840.1.113883.10.12.201', '1.3.6.1.4.1.19376.1.4.1.2.16', TEMPLATE.commentSection),
  reason: templates('1.3.6.1.4.1.19376.1.5.3.1.3.1', '1.3.6.1.4.1.19376.1.5.3.1.3.2', TEMPLATE.reason),
  vaccinations: templates('2.16.840.1.113883.10.20.1.6', '1.3.6.1.4.1.19376.1.5.3.1.3.23', TEMPLATE.vaccinations),
  'pdf-copy': templates(TEMPLATE.pdfCopy),
  other: '',
};

const ENTRY = templates('1.3.6.1.4.1.19376.1.3.1', '1.2.250.1.213.1.1.3.21');
const PERFORMER = templates(TEMPLATE.performer, '1.2.250.1.213.1.1.3.23');
const VALIDATOR = templates(TEMPLATE.validator, '1.2.250.1.213.1.1.3.109');
const SPECIMEN = templates('1.3.6.1.4.1.19376.1.3.1.2', '1.2.250.1.213.1.1.3.77');
const RECEPTION = templates('1.3.6.1.4.1.19376.1.3.1.3', '1.2.250.1.213.1.1.3.107');
const BATTERY = templates('1.3.6.1.4.1.19376.1.3.1.4', '1.2.250.1.213.1.1.3.78');
const ISOLATE = templates(TEMPLATE.isolate, '1.2.250.1.213.1.1.3.79');
const RESULT = templates('1.3.6.1.4.1.19376.1.3.1.6', '1.2.250.1.213.1.1.3.80');
const SIMPLE = templates('1.3.6.1.4.1.19376.1.5.3.1.4.13', '1.2.250.1.213.1.1.3.48');
const COMMENT = templates('2.16.840.1.113883.10.20.1.40', '1.3.6.1.4.1.19376.1.5.3.1.4.2', '1.2.250.1.213.1.1.3.32');
const IMAGE = templates('2.16.840.1.113883.10.12.304', '1.2.250.1.213.1.1.3.103');
const VACCINE = templates('2.16.840.1.113883.10.20.1.24', '1.3.6.1.4.1.19376.1.5.3.1.4.12', '1.2.250.1.213.1.1.3.45');
const PRODUCT = templates('2.16.840.1.113883.10.20.1.53', '1.3.6.1.4.1.19376.1.5.3.1.4.7.2', '1.2.250.1.213.1.1.3.43');

/** What the writer of a body needs beside the section. */
export interface Writing {
  /** Where in the narrative each comment stands. */
  places: ReadonlyMap<string, string>;
  /** A UUID for what the model wants identified and the report does not. Deterministic: the same report gives the same document. */
  newUuid: () => string;
}

export function writeSection(w: Writing, section: Section): string {
  let xml = `<component><section>${SECTION_TEMPLATES[section.kind]}${writeId(section.id)}${writeCoded('code', section.code)}${leaf('title', section.title)}`;
  if (section.narrative !== undefined) xml += `<text>${section.narrative}</text>`;
  for (const entry of section.entries) xml += writeEntry(w, entry, section);
  for (const inner of section.sections) xml += writeSection(w, inner);
  return `${xml}</section></component>`;
}

function writeEntry(w: Writing, entry: Entry, section: Section): string {
  if (entry.isBare) {
    let xml = '';
    for (const item of entry.items) xml += `<entry>${writeItem(w, item, section.kind === 'reason' ? SIMPLE : RESULT)}</entry>`;
    return xml;
  }
  let xml = `<entry typeCode="DRIV">${ENTRY}<act classCode="ACT" moodCode="EVN">${writeId(entry.id)}${writeCoded('code', entry.code)}<statusCode${att('code', entry.status)}/>`;
  xml += writePeople(entry);
  for (const specimen of entry.specimens ?? [])
    xml += `<entryRelationship typeCode="COMP">${writeSpecimen(w, specimen)}</entryRelationship>`;
  for (const item of entry.items) xml += `<entryRelationship typeCode="COMP">${writeItem(w, item)}</entryRelationship>`;
  return `${xml}${writeComments(w, entry.comments)}</act></entry>`;
}

function writePerformer(performer: Participant | undefined): string {
  if (!performer) return '';
  return `<performer typeCode="PRF">${PERFORMER}${writeTime('time', performer.time)}${writeAssignedEntity(performer)}</performer>`;
}

function writeValidators(validators: readonly Participant[] | undefined): string {
  let xml = '';
  if (validators) for (const validator of validators) xml += writeParticipation('AUTHEN', validator, VALIDATOR);
  return xml;
}

/** Who did, wrote, validated and took part, in the order of the schema. */
interface People {
  performer?: Participant;
  authors?: Participant[];
  validators?: Participant[];
  device?: Participant;
  participants?: TypedParticipant[];
}

function writePeople({ performer, authors, validators, device, participants }: People): string {
  let xml = writePerformer(performer);
  if (authors) for (const author of authors) xml += writeAuthor(author);
  xml += writeValidators(validators);
  if (device) xml += writeParticipation('DEV', device);
  if (participants) for (const participant of participants) xml += writeParticipation(participant.type, participant);
  return xml;
}

const writeParticipation = (type: string, person: Participant, roots = '') =>
  `<participant${att('typeCode', type)}>${roots}${person.time === undefined ? '' : `<time>${writeTime('high', person.time)}</time>`}${writeParticipantRole(person)}</participant>`;

const commentAct = (w: Writing, words: string) =>
  `<act classCode="ACT" moodCode="EVN">${COMMENT}<code code="48767-8" displayName="Commentaire" codeSystem="${LOINC}" codeSystemName="LOINC"/>${writeWords(
    'text',
    words,
    w.places.get(words),
  )}<statusCode code="completed"/></act>`;

/** Comments hung on an act or a result; in an organizer they are components. */
function writeComments(w: Writing, comments: readonly string[] | undefined): string {
  let xml = '';
  if (comments) for (const words of comments) xml += `<entryRelationship typeCode="SUBJ">${commentAct(w, words)}</entryRelationship>`;
  return xml;
}

function writeItem(w: Writing, item: Item, roots = RESULT): string {
  switch (item.kind) {
    case 'result':
      return writeResult(w, item, roots);
    case 'battery':
      return writeBattery(w, item);
    case 'isolate':
      return writeIsolate(w, item);
    case 'image':
      return writeMedia(item, IMAGE);
    case 'attachment':
      return writeAttachment(w, item);
    case 'administration':
      return writeAdministration(w, item);
  }
}

function writeSpecimen(w: Writing, specimen: Specimen): string {
  const { act, sampledAt, site, sampler, ids, type, receivedAt } = specimen;
  let xml = `<procedure classCode="PROC" moodCode="EVN">${SPECIMEN}${writeCoded('code', act)}`;
  if (sampledAt !== undefined) xml += `<effectiveTime>${writeTime('high', sampledAt)}</effectiveTime>`;
  xml += writeCoded('targetSiteCode', site);
  if (sampler) xml += `<performer>${writeTime('time', sampler.time)}${writeAssignedEntity(sampler)}</performer>`;
  if (ids || type) {
    xml += `<participant typeCode="PRD"><participantRole classCode="SPEC">${writeIds(ids)}<playingEntity>${writeCoded('code', type)}</playingEntity></participantRole></participant>`;
  }
  if (receivedAt !== undefined) {
    xml += `<entryRelationship typeCode="COMP"><act classCode="ACT" moodCode="EVN">${RECEPTION}<code code="SPRECEIVE" displayName="Échantillon reçu" codeSystem="1.3.5.1.4.1.19376.1.5.3.2" codeSystemName="IHEActCode"/>${writeTime(
      'effectiveTime',
      receivedAt,
    )}</act></entryRelationship>`;
  }
  return `${xml}${writeComments(w, specimen.comments)}</procedure>`;
}

/** `specimen` of an organizer or of a result. */
export const writeSpecimenRole = (ids: Specimen['ids'], type: Coded | undefined, classCode = '') =>
  `<specimen typeCode="SPC"><specimenRole classCode="SPEC">${writeIds(ids)}<specimenPlayingEntity${classCode}>${writeCoded('code', type)}</specimenPlayingEntity></specimenRole></specimen>`;

function writeBattery(w: Writing, battery: Battery): string {
  const { specimen } = battery;
  let xml = `<organizer classCode="BATTERY" moodCode="EVN">${BATTERY}${writeId(battery.id)}${writeCoded('code', battery.code)}<statusCode${att('code', battery.status)}/>${writeTime('effectiveTime', battery.at)}`;
  xml += writePeople(battery);
  if (specimen) xml += `<component>${writeSpecimen(w, specimen)}</component>`;
  return `${xml}${writeComponents(w, battery)}</organizer>`;
}

function writeIsolate(w: Writing, isolate: Isolate): string {
  let xml = `<organizer classCode="CLUSTER" moodCode="EVN">${ISOLATE}${writeId(isolate.id)}<statusCode${att('code', isolate.status)}/>${writeTime('effectiveTime', isolate.at)}`;
  xml += writeSpecimenRole(isolate.specimenIds, isolate.organism, ' classCode="MIC"');
  xml += writePeople(isolate);
  return `${xml}${writeComponents(w, isolate)}</organizer>`;
}

function writeComponents(w: Writing, organizer: Battery | Isolate): string {
  let xml = '';
  for (const item of organizer.items) xml += `<component>${writeItem(w, item)}</component>`;
  for (const words of organizer.comments ?? []) xml += `<component>${commentAct(w, words)}</component>`;
  return xml;
}

function writeResult(w: Writing, result: Result, roots: string): string {
  let xml = `<observation classCode="OBS" moodCode="EVN">${roots}${writeId(result.id)}${writeCoded('code', result.code)}`;
  if (result.narrative !== undefined) xml += writeWords('text', result.narrative, w.places.get(result.narrative));
  xml += `<statusCode${att('code', result.status)}/>${writeTime('effectiveTime', result.at)}${writeValue(result.value)}`;
  for (const other of result.otherValues ?? []) xml += writeValue(other);
  xml += writeInterpretations(result.interpretations) + writeCoded('methodCode', result.method);
  if (result.specimen) xml += writeSpecimenRole(result.specimen.ids, result.specimen.type);
  xml += writePeople(result);
  xml += writeComments(w, result.comments);
  for (const item of result.media ?? []) xml += `<entryRelationship typeCode="COMP">${writeMedia(item, IMAGE)}</entryRelationship>`;
  for (const previous of result.previous ?? []) xml += writePrevious(previous);
  xml += writeReference(result.reference);
  for (const other of result.otherReferences ?? []) xml += writeReference(other);
  return `${xml}</observation>`;
}

const writePrevious = ({ code, status, at, value, interpretations }: PreviousResult) =>
  `<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN">${writeCoded('code', code)}<statusCode${att('code', status)}/>${writeTime(
    'effectiveTime',
    at,
  )}${writeValue(value)}${writeInterpretations(interpretations)}</observation></entryRelationship>`;

const writeMedia = ({ ref, mediaType, base64 }: Image | Attachment, roots: string) =>
  `<observationMedia classCode="OBS" moodCode="EVN"${ref === undefined ? '' : ` ID="${escapeAttribute(ref)}"`}>${roots}<value${att('mediaType', mediaType)} representation="B64">${base64}</value></observationMedia>`;

/** FR-Document-attache: what kind of document, then the document. */
function writeAttachment(w: Writing, item: Attachment): string {
  const type = item.type ?? { code: PDF_COPY_CODE, display: 'Copie du document', system: LOINC };
  const words = type.originalText ?? type.display;
  const text = writeWords('text', words, type.ref ?? (words === undefined ? undefined : w.places.get(words)));
  const observation = `<observation classCode="OBS" moodCode="EVN">${SIMPLE}<templateId root="1.2.250.1.213.1.1.3.48.18"/><id root="${w.newUuid()}"/><code code="69764-9" displayName="Type de document" codeSystem="${LOINC}" codeSystemName="LOINC"/>${text}<statusCode code="completed"/>${
    item.at === undefined ? '<effectiveTime nullFlavor="NA"/>' : writeTime('effectiveTime', item.at)
  }${writeCoded('value', type, ' xsi:type="CD"')}</observation>`;
  return `<organizer classCode="CLUSTER" moodCode="EVN"><templateId root="${TEMPLATE.attached}"/>${
    item.id ? writeId(item.id) : `<id root="${w.newUuid()}"/>`
  }<code code="55107-7" displayName="Document attaché" codeSystem="${LOINC}" codeSystemName="LOINC"/><statusCode${att('code', item.status ?? 'completed')}/><component>${observation}</component><component>${writeMedia(
    item,
    '',
  )}</component></organizer>`;
}

function writeAdministration(w: Writing, given: Administration): string {
  const words = given.narrative === undefined ? '' : writeWords('text', given.narrative, w.places.get(given.narrative));
  const when = given.at === undefined ? '<effectiveTime nullFlavor="NA"/>' : writeTime('effectiveTime', given.at);
  const product = `<consumable typeCode="CSM"><manufacturedProduct>${PRODUCT}<manufacturedMaterial>${writeCoded('code', given.product)}${leaf('name', given.productName)}</manufacturedMaterial></manufacturedProduct></consumable>`;
  return `<substanceAdministration classCode="SBADM" moodCode="EVN"${given.isNegated ? ' negationInd="true"' : ''}>${VACCINE}${
    given.id ? writeId(given.id) : `<id root="${w.newUuid()}"/>`
  }${writeCoded('code', given.code)}${words}<statusCode${att('code', given.status)}/>${when}${product}${writeComments(w, given.comments)}</substanceAdministration>`;
}
