import { escapeAttribute } from '#kernel';
import type { ClinicalDocument, DocumentSection, Relation, Statement } from '../../clinical-document.ts';
import type { Participant } from '../../lab-report.ts';
import { writeSpecimenRole } from '../write-body.ts';
import { type HeaderModel, writeHeader } from '../write-header.ts';
import { writeAssignedEntity, writeAuthor, writeInformant } from '../write-people.ts';
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
} from '../write-values.ts';
import {
  writeAmount,
  writeEntryParticipant,
  writeExternal,
  writeMaxDose,
  writeProduct,
  writeSubject,
  writeTemplates,
  writeTiming,
} from './write-parts.ts';

/**
 * Writes a document as CDA R2, as it is: headings, narrative and entries go out as they stand in the model. Whoever makes one
 * answers for the rules of its own model; `writeDischargeLetter` does for the discharge letter.
 *
 * `readClinicalDocument` of the result gives the document back, but for its warnings. Order of elements: schema of CDA R2.
 */
export function writeClinicalDocument(document: ClinicalDocument): string {
  const model: HeaderModel = {
    templates: writeTemplates(document.templates),
    title: writeCoded('code', document.code) + leaf('title', document.title),
    validator: '',
    prescriber: '',
    performer: '',
  };
  return `${writeHeader(document, model)}<component>${writeBody(document)}</component></ClinicalDocument>`;
}

function writeBody({ format, body, sections }: ClinicalDocument): string {
  if (format === 'cda-n1') {
    return `<nonXMLBody><text${att('mediaType', body?.mediaType)} representation="B64">${body?.base64 ?? ''}</text></nonXMLBody>`;
  }
  return `<structuredBody>${sections.map(writeSection).join('')}</structuredBody>`;
}

function writeSection(section: DocumentSection): string {
  const { templates, id, code, title, narrative, language, confidentiality, authors = [], informants = [], entries, sections } = section;
  let xml = `<component><section>${writeTemplates(templates)}${writeId(id)}${writeCoded('code', code)}${leaf('title', title)}`;
  if (narrative !== undefined) xml += `<text>${narrative}</text>`;
  xml += writeCoded('confidentialityCode', confidentiality);
  if (language !== undefined) xml += `<languageCode${att('code', language)}/>`;
  xml += authors.map(writeAuthor).join('') + informants.map(writeInformant).join('');
  for (const entry of entries) xml += `<entry>${writeStatement(entry)}</entry>`;
  return `${xml}${sections.map(writeSection).join('')}</section></component>`;
}

const ELEMENTS: Readonly<Record<Statement['kind'], string>> = {
  act: 'act',
  observation: 'observation',
  procedure: 'procedure',
  encounter: 'encounter',
  administration: 'substanceAdministration',
  supply: 'supply',
  organizer: 'organizer',
  media: 'observationMedia',
  region: 'regionOfInterest',
};

/** All the classes of CDA put their parts in one order; each has some of them. */
function writeStatement(s: Statement): string {
  const name = ELEMENTS[s.kind];
  const negation = s.isNegated === undefined ? '' : ` negationInd="${s.isNegated}"`;
  return `<${name}${att('classCode', s.classCode)}${att('moodCode', s.mood)}${negation}${att('ID', s.ref)}>${writeTemplates(s.templates)}${writeIds(
    s.ids,
  )}${writeCoded('code', s.code)}${s.text ? writeText(s.text) : ''}${s.status === undefined ? '' : `<statusCode${att('code', s.status)}/>`}${s.times
    .map((timing) => writeTiming('effectiveTime', timing))
    .join('')}${writeWhat(s)}${writePeople(s)}${writeLinks(s)}</${name}>`;
}

/** Words by their place in the narrative, else as they are. */
const writeText = ({ words, ref }: { words?: string; ref?: string }): string =>
  words === undefined && ref !== undefined ? `<text><reference value="#${escapeAttribute(ref)}"/></text>` : writeWords('text', words, ref);

function writeWhat(s: Statement): string {
  const use = s.expectedUse ? writeTiming('expectedUseTime', s.expectedUse) : '';
  const independent = s.isIndependent === undefined ? '' : `<independentInd value="${s.isIndependent}"/>`;
  const repeat = s.repeat === undefined ? '' : `<repeatNumber${att('value', s.repeat)}/>`;
  const coded = (tag: string, list: Statement['methods']) => (list ?? []).map((each) => writeCoded(tag, each)).join('');
  return (
    writeCoded('priorityCode', s.priority) +
    repeat +
    independent +
    writeAmount('quantity', s.quantity) +
    use +
    writeCoded('routeCode', s.route) +
    writeValues(s) +
    writeInterpretations(s.interpretations) +
    coded('methodCode', s.methods) +
    coded('approachSiteCode', s.approaches) +
    coded('targetSiteCode', s.sites) +
    writeAmount('doseQuantity', s.dose) +
    writeAmount('rateQuantity', s.rate) +
    writeMaxDose(s.maxDose) +
    writeCoded('administrationUnitCode', s.administrationUnit)
  );
}

function writeValues({ kind, media, values = [] }: Statement): string {
  if (media) return `<value${att('mediaType', media.mediaType)} representation="B64">${media.base64}</value>`;
  if (kind === 'region')
    return values.map((value) => `<value${att('value', value.type === 'integer' ? value.value : undefined)}/>`).join('');
  return values.map(writeValue).join('');
}

function writePeople(s: Statement): string {
  const { specimens = [], performers = [], authors = [], informants = [], participants = [] } = s;
  return (
    writeSubject(s.subject) +
    specimens.map(({ ids, type }) => writeSpecimenRole(ids, type)).join('') +
    writeProduct(s.kind === 'supply' ? 'product' : 'consumable', s.product) +
    performers.map(writePerformer).join('') +
    authors.map(writeAuthor).join('') +
    informants.map(writeInformant).join('') +
    participants.map(writeEntryParticipant).join('')
  );
}

const writePerformer = (person: Participant): string =>
  `<performer typeCode="PRF">${writeCoded('sdtc:functionCode', person.function)}${writeTime('time', person.time)}${writeAssignedEntity(person)}</performer>`;

/** In an organizer what it holds comes last, in everything else before the references. */
function writeLinks(s: Statement): string {
  const tag = s.kind === 'organizer' ? 'component' : 'entryRelationship';
  const relations = s.relations.map((relation) => writeRelation(tag, relation)).join('');
  const references = (s.references ?? []).map(writeExternal).join('');
  const conditions = (s.conditions ?? [])
    .map(
      ({ code, words, value }) =>
        `<precondition><criterion>${writeCoded('code', code)}${leaf('text', words)}${writeValue(value)}</criterion></precondition>`,
    )
    .join('');
  const ranges = (s.ranges ?? []).map(writeReference).join('');
  return s.kind === 'organizer' ? references + conditions + relations : relations + references + conditions + ranges;
}

function writeRelation(tag: string, { type, isInverted, sequence, templates, statement }: Relation): string {
  const inversion = isInverted === undefined ? '' : ` inversionInd="${isInverted}"`;
  return `<${tag}${att('typeCode', type)}${inversion}>${writeTemplates(templates)}${
    sequence === undefined ? '' : `<sequenceNumber${att('value', sequence)}/>`
  }${writeStatement(statement)}</${tag}>`;
}
