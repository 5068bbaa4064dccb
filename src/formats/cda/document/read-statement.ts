import { child, children, firstChild, keyOf, localName, nextSibling, NONE } from '#kernel';
import type { ExternalReference, Relation, Statement, StatementKind } from '../../clinical-document.ts';
import type { Coded, Participant, ResultValue } from '../../lab-report.ts';
import { readParticipant } from '../read-people.ts';
import { readSpecimenRole } from '../read-parts.ts';
import { attr, type Reading, said, warn } from '../reading.ts';
import { readBase64, readCoded, readIdentifier, readIdentifiers, readQuantity, readReferenceRange, readValue } from '../read-values.ts';
import { V } from '../vocabulary.ts';
import { readEntryParticipant, readProduct, readSubject, readTemplates } from './read-product.ts';
import { readAmount, readTiming } from './read-timing.ts';

const KINDS: ReadonlyMap<number, StatementKind> = new Map([
  [V.act, 'act'],
  [V.observation, 'observation'],
  [V.procedure, 'procedure'],
  [V.encounter, 'encounter'],
  [V.substanceAdministration, 'administration'],
  [V.supply, 'supply'],
  [V.organizer, 'organizer'],
  [V.observationMedia, 'media'],
  [V.regionOfInterest, 'region'],
]);

/** The statement in an `entry`, an `entryRelationship` or a `component`; undefined when it holds none. */
export function readStatementIn(r: Reading, holder: number): Statement | undefined {
  for (let c = firstChild(r.tape, holder); c !== NONE; c = nextSibling(r.tape, c)) {
    const kind = KINDS.get(keyOf(r.tape, c));
    if (kind) return readStatement(r, c, kind);
  }
  return undefined;
}

function readStatement(r: Reading, n: number, kind: StatementKind): Statement {
  const statement: Statement = { kind, templates: readTemplates(r, n), ids: readIdentifiers(r, n), times: [], relations: [] };
  const classCode = attr(r, n, V.classCode);
  if (classCode !== undefined) statement.classCode = classCode;
  const mood = attr(r, n, V.moodCode);
  if (mood !== undefined) statement.mood = mood;
  const negation = attr(r, n, V.negationInd);
  if (negation !== undefined) statement.isNegated = negation === 'true' || negation === '1';
  const ref = attr(r, n, V.ID);
  if (ref !== undefined) statement.ref = ref;
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const take = PARTS.get(keyOf(r.tape, c));
    if (take) take(r, c, statement);
    else warn(r, 'entry.unread', c, `the model holds no ${localName(r.tape, c).slice(0, 40)} of an entry: it stays in the original`);
  }
  return statement;
}

type Take = (r: Reading, c: number, s: Statement) => void;

const push = <T>(list: T[] | undefined, value: T | undefined): T[] | undefined => {
  if (value === undefined) return list;
  if (!list) return [value];
  list.push(value);
  return list;
};

/** Takes a coded part into a list of the statement. */
const codedInto =
  (key: 'methods' | 'approaches' | 'sites'): Take =>
  (r, c, s) => {
    const list = push(s[key], readCoded(r, c));
    if (list) s[key] = list;
  };

const codedAs =
  (key: 'priority' | 'route' | 'code' | 'administrationUnit'): Take =>
  (r, c, s) => {
    const coded: Coded | undefined = readCoded(r, c);
    if (coded) s[key] = coded;
  };

const amountAs =
  (key: 'dose' | 'rate' | 'quantity'): Take =>
  (r, c, s) => {
    const amount = readAmount(r, c);
    if (amount) s[key] = amount;
  };

const personInto =
  (key: 'performers' | 'authors' | 'informants', ...roles: number[]): Take =>
  (r, c, s) => {
    s[key] = [...(s[key] ?? []), readPerson(r, c, roles)];
  };

/** A participation whose role is one of several elements. */
export function readPerson(r: Reading, n: number, roles: readonly number[]): Participant {
  const role = roles.map((name) => child(r.tape, n, name)).find((found) => found !== NONE) ?? NONE;
  const person = readParticipant(r, n, role);
  const related = child(r.tape, n, V.relatedEntity);
  const relation = related === NONE ? undefined : attr(r, related, V.classCode);
  if (relation !== undefined) person.relation = relation;
  return person;
}

const nothing: Take = () => undefined;

const PARTS: ReadonlyMap<number, Take> = new Map<number, Take>([
  [V.templateId, nothing],
  [V.id, nothing],
  [V.realmCode, nothing],
  [V.typeId, nothing],
  [V.code, codedAs('code')],
  [
    V.text,
    (r, c, s) => {
      const { text, ref } = said(r, c);
      if (text !== undefined || ref !== undefined)
        s.text = { ...(text !== undefined && { words: text }), ...(ref !== undefined && { ref }) };
    },
  ],
  [
    V.statusCode,
    (r, c, s) => {
      const status = attr(r, c, V.code);
      if (status !== undefined) s.status = status;
    },
  ],
  [V.effectiveTime, (r, c, s) => s.times.push(readTiming(r, c))],
  [V.priorityCode, codedAs('priority')],
  [
    V.repeatNumber,
    (r, c, s) => {
      const times = attr(r, c, V.value) ?? attr(r, child(r.tape, c, V.high), V.value);
      if (times !== undefined) s.repeat = times;
    },
  ],
  [V.value, takeValue],
  [
    V.interpretationCode,
    (r, c, s) => {
      const list = push(s.interpretations, attr(r, c, V.code));
      if (list) s.interpretations = list;
    },
  ],
  [V.methodCode, codedInto('methods')],
  [V.approachSiteCode, codedInto('approaches')],
  [V.targetSiteCode, codedInto('sites')],
  [V.routeCode, codedAs('route')],
  [V.doseQuantity, amountAs('dose')],
  [V.rateQuantity, amountAs('rate')],
  [V.maxDoseQuantity, takeMaxDose],
  [V.administrationUnitCode, codedAs('administrationUnit')],
  [V.consumable, takeProduct],
  [V.product, takeProduct],
  [V.quantity, amountAs('quantity')],
  [
    V.independentInd,
    (r, c, s) => {
      s.isIndependent = attr(r, c, V.value) === 'true';
    },
  ],
  [
    V.expectedUseTime,
    (r, c, s) => {
      s.expectedUse = readTiming(r, c);
    },
  ],
  [
    V.subject,
    (r, c, s) => {
      s.subject = readSubject(r, c);
    },
  ],
  [
    V.specimen,
    (r, c, s) => {
      s.specimens = [...(s.specimens ?? []), readSpecimenRole(r, c)];
    },
  ],
  [V.performer, personInto('performers', V.assignedEntity)],
  [V.author, personInto('authors', V.assignedAuthor)],
  [V.informant, personInto('informants', V.assignedEntity, V.relatedEntity)],
  [
    V.participant,
    (r, c, s) => {
      s.participants = [...(s.participants ?? []), readEntryParticipant(r, c)];
    },
  ],
  [V.entryRelationship, takeRelation],
  [V.component, takeRelation],
  [V.reference, takeReference],
  [V.precondition, takeCondition],
  [
    V.referenceRange,
    (r, c, s) => {
      const list = push(s.ranges, readReferenceRange(r, c));
      if (list) s.ranges = list;
    },
  ],
]);

function takeValue(r: Reading, c: number, s: Statement): void {
  if (s.kind === 'media') {
    s.media = { mediaType: attr(r, c, V.mediaType) ?? 'application/octet-stream', base64: readBase64(r, c) };
    return;
  }
  const value: ResultValue | undefined = s.kind === 'region' ? { type: 'integer', value: attr(r, c, V.value) ?? '' } : readValue(r, c);
  const list = push(s.values, value);
  if (list) s.values = list;
}

function takeMaxDose(r: Reading, c: number, s: Statement): void {
  const numerator = readQuantity(r, child(r.tape, c, V.numerator));
  const denominator = readQuantity(r, child(r.tape, c, V.denominator));
  const nullFlavor = attr(r, c, V.nullFlavor);
  if (!numerator && !denominator && nullFlavor === undefined) return;
  s.maxDose = { ...(numerator && { numerator }), ...(denominator && { denominator }), ...(nullFlavor !== undefined && { nullFlavor }) };
}

function takeProduct(r: Reading, c: number, s: Statement): void {
  const product = readProduct(r, c);
  if (product) s.product = product;
}

function takeRelation(r: Reading, c: number, s: Statement): void {
  const statement = readStatementIn(r, c);
  if (!statement) {
    warn(r, 'entry.unread', c, 'a relation to no entry that the model knows: it stays in the original');
    return;
  }
  const relation: Relation = { type: attr(r, c, V.typeCode) ?? 'COMP', statement };
  const inversion = attr(r, c, V.inversionInd);
  if (inversion !== undefined) relation.isInverted = inversion === 'true' || inversion === '1';
  const sequence = attr(r, child(r.tape, c, V.sequenceNumber), V.value);
  if (sequence !== undefined) relation.sequence = sequence;
  const templates = readTemplates(r, c);
  if (templates.length > 0) relation.templates = templates;
  s.relations.push(relation);
}

const EXTERNAL: readonly (readonly [number, ExternalReference['kind']])[] = [
  [V.externalDocument, 'document'],
  [V.externalAct, 'act'],
  [V.externalObservation, 'observation'],
  [V.externalProcedure, 'procedure'],
];

function takeReference(r: Reading, c: number, s: Statement): void {
  for (const [name, kind] of EXTERNAL) {
    const n = child(r.tape, c, name);
    if (n === NONE) continue;
    const reference: ExternalReference = {
      type: attr(r, c, V.typeCode) ?? '',
      kind,
      templates: readTemplates(r, n),
      ids: readIdentifiers(r, n),
    };
    const code = readCoded(r, child(r.tape, n, V.code));
    if (code) reference.code = code;
    const { text } = said(r, child(r.tape, n, V.text));
    if (text !== undefined) reference.text = text;
    const setId = readIdentifier(r, child(r.tape, n, V.setId));
    if (setId) reference.setId = setId;
    const version = attr(r, child(r.tape, n, V.versionNumber), V.value);
    if (version !== undefined) reference.version = version;
    s.references = [...(s.references ?? []), reference];
  }
}

function takeCondition(r: Reading, c: number, s: Statement): void {
  for (const criterion of children(r.tape, c, V.criterion)) {
    const code = readCoded(r, child(r.tape, criterion, V.code));
    const { text } = said(r, child(r.tape, criterion, V.text));
    const value = readValue(r, child(r.tape, criterion, V.value));
    s.conditions = [
      ...(s.conditions ?? []),
      { ...(code && { code }), ...(text !== undefined && { words: text }), ...(value && { value }) },
    ];
  }
}
