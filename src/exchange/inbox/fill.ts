import { type DocumentReader, readersOf } from '#access';
import { practitioner } from '#directory';
import type { Sql } from '#kernel';
import type { FoundDocument, StandingDocument } from '#record';
import type { StoredResult } from '#record/contract';
import type { Met } from '../awaited.ts';
import type { Facts, Routed } from '../rules.ts';
import { bearsWords, namesOf } from '../words.ts';
import { announceLines } from './announce.ts';
import type { LineContent, LineValue, Severity } from './contract.ts';
import { type Escalation, stagesOf } from './escalation.ts';
import { correctedValues, type CriticalTable, judgeReport, stillWrong } from './judge.ts';
import { tellPatient } from './own-corrections.ts';
import { expectedFor, meetExpected } from './store-absences.ts';
import { linesOfDocuments, mailReaders, type NewLine, supersedeLines, writeLines } from './store-inbox.ts';

export interface InboxDeps {
  /** The region's critical values, by row. */
  critical: CriticalTable;
  escalation: Escalation;
}

interface Arrived {
  patientId: string;
  homes: readonly string[];
  item: StandingDocument;
  /** Versions that this one replaces. */
  formers: FoundDocument['formers'];
  facts: Facts;
  /** Of a report of biology. */
  results: StoredResult[];
  /** Where each recipient works (FINESS). */
  practices: ReadonlyMap<string, string[]>;
  /** What it brings of what discharge letters await. */
  met: Met;
  routed: Routed;
  now: Date;
}

/** An earlier version, with what it said. */
interface Former {
  item: StandingDocument;
  results: StoredResult[];
}

interface Person {
  id: string;
  name: string;
}

/**
 * A line for each professional that the rules send a document to, whether or not they have an address; and for each who read a value that it
 * corrects, by name, with what they had read.
 */
export async function fillInbox(tx: Sql, { critical, escalation }: InboxDeps, arrived: Arrived): Promise<void> {
  const { patientId, homes, item, formers, facts, results, practices, met, routed, now } = arrived;
  const judged = item.kind === 'laboratory-report' ? judgeReport(results, critical) : { ...NOTHING_TO_JUDGE };
  const before = formers.map((former) => ({ item: former.item, results: resultsOf(former) }));
  const corrections = await correctionsOf(tx, { homes, formers: before, results, now });
  await tellPatient(tx, { patientId, homes, item, formers: before, results, masks: facts.masks, now });
  const named = routed.destinations.filter(({ recipient }) => recipient.startsWith('rpps:'));
  const known = new Set(named.map(({ recipient }) => recipient));
  const people = [
    ...named.map(({ recipient, name, role }) => ({
      id: recipient,
      name,
      why: role === 'prescriber' ? ('prescriber' as const) : ('copy' as const),
    })),
    ...[...corrections].filter(([id]) => !known.has(id)).map(([id, { name }]) => ({ id, name, why: 'reader' as const })),
  ];
  const lines: NewLine[] = [];
  for (const { id, name, why } of people) {
    const changed = corrections.get(id)?.values ?? [];
    if (why === 'reader' && changed.length === 0) continue;
    const severity = severityFor(why, judged.severity, changed);
    const isProtected = facts.isSensitive || facts.masks.length > 0;
    const values = why === 'reader' && isProtected ? [] : joined(changed, judged.values);
    const content: LineContent = {
      title: item.kind === 'laboratory-report' ? (item.detail ?? item.title) : item.title,
      sampledAt: item.servedAt,
      laboratory: item.structure.name,
      results: judged.results,
      outside: judged.outside,
      values,
      ...awaitedBy(met, id),
    };
    const [first] = why === 'copy' ? [] : stagesOf(severity, escalation);
    lines.push({
      patientId,
      documentId: item.documentId,
      structure: item.structure.finess,
      holder: id,
      holderName: name,
      practice: practices.get(id) ?? (await practitioner(tx, id.slice('rpps:'.length)))?.structures ?? [],
      why,
      severity,
      content: isProtected ? { ...content, isProtected } : content,
      cameAt: now,
      nextAt: first && new Date(now.getTime() + first.afterMs),
    });
  }
  const holders = named.map(({ recipient }) => recipient);
  await Promise.all([
    formers.length > 0 &&
      supersedeLines(
        tx,
        homes,
        formers.map((former) => former.item.documentId),
      ),
    writeLines(tx, lines),
    meetExpectations(tx, { homes, holders, results, documentId: item.documentId }),
    announceLines(tx, lines),
  ]);
}

/**
 * Who only read the earlier version is told that it changed, and no more: whoever it was addressed to answers for what is critical, and nobody further is told
 * because a reader did not.
 */
function severityFor(why: NewLine['why'], judged: Severity, changed: readonly LineValue[]): Severity {
  return changed.length > 0 && (why === 'reader' || judged !== 'critical') ? 'corrected' : judged;
}

/** The letter that told this person that the result would come, and how it called it. */
function awaitedBy({ rows }: Met, holder: string): Pick<LineContent, 'awaited'> {
  const own = rows.filter(({ people }) => people.some(({ id }) => id === holder));
  const [last] = own.toSorted((a, b) => b.notedAt.getTime() - a.notedAt.getTime());
  return last ? { awaited: { letterId: last.letterId, words: own.map(({ words }) => words) } } : {};
}

const NOTHING_TO_JUDGE = { severity: 'unjudged' as const, results: 0, outside: 0, values: [] as LineValue[] };

const resultsOf = ({ item, kept }: FoundDocument['formers'][number]): StoredResult[] =>
  item.kind === 'laboratory-report' ? (JSON.parse(kept.results) as StoredResult[]) : [];

/** Who read a former version, by the trail, by a line answered or by mail, and what it says otherwise now. */
async function correctionsOf(
  tx: Sql,
  { homes, formers, results, now }: { homes: readonly string[]; formers: readonly Former[]; results: StoredResult[]; now: Date },
): Promise<Map<string, { name: string; values: LineValue[] }>> {
  const found = new Map<string, { name: string; values: LineValue[] }>();
  for (const { item: former, results: formerResults } of formers) {
    if (former.kind !== 'laboratory-report') continue;
    const values = correctedValues(formerResults, results);
    const lines = await linesOfDocuments(tx, homes, [former.documentId]);
    const readers: Person[] = await readersByName(tx, {
      homes,
      documentId: former.documentId,
      since: new Date(former.receivedAt),
      until: now,
    });
    for (const { answeredBy, answeredName } of lines) {
      if (answeredBy?.startsWith('rpps:')) readers.push({ id: answeredBy, name: answeredName ?? '' });
    }
    for (const { id, name } of readers) if (values.length > 0) found.set(id, { name, values });
    // Told of a correction that they did not look at: what they read is older still.
    for (const { holder, holderName, severity, state, content } of lines) {
      if (severity !== 'corrected' || state !== 'new') continue;
      const still = stillWrong((JSON.parse(content) as LineContent).values, results);
      if (still.length > 0) found.set(holder, { name: holderName, values: still });
    }
  }
  return found;
}

export async function readersByName(tx: Sql, of: Parameters<typeof readersOf>[1]): Promise<(Person & Partial<DocumentReader>)[]> {
  const byRecord = await readersOf(tx, of);
  const byMail = await mailReaders(tx, of.homes, of.documentId);
  const known = new Set(byRecord.map(({ id }) => id));
  return [...byRecord.filter(({ id }) => id.startsWith('rpps:')), ...byMail.filter(({ id }) => !known.has(id))];
}

/** A corrected value that is outside too is shown once, with what it was. What is critical comes first: a list shows the first few. */
function joined(changed: readonly LineValue[], outside: readonly LineValue[]): LineValue[] {
  const shown = new Set(changed.map(({ label, text }) => `${label} ${text}`));
  const critical = new Set(outside.filter((value) => value.isCritical).map(({ label, text }) => `${label} ${text}`));
  const all = [
    ...changed.map((value) => (critical.has(`${value.label} ${value.text}`) ? { ...value, isCritical: true as const } : value)),
    ...outside.filter(({ label, text }) => !shown.has(`${label} ${text}`)),
  ];
  return all.toSorted((a, b) => Number(b.isCritical ?? false) - Number(a.isCritical ?? false));
}

/** What was prescribed has come back when a result or a battery of the report bears its words. */
export async function meetExpectations(
  tx: Sql,
  { homes, holders, results, documentId }: { homes: readonly string[]; holders: string[]; results: StoredResult[]; documentId: string },
): Promise<void> {
  if (results.length === 0 || holders.length === 0) return;
  const names = namesOf(results);
  for (const expected of await expectedFor(tx, { homes, holders })) {
    if (bearsWords(expected.words, names)) await meetExpected(tx, expected, documentId);
  }
}

/** A document left the record: each who read it is told so, by name; nothing of what it said is repeated. */
export async function tellWithdrawn(
  tx: Sql,
  { escalation }: Pick<InboxDeps, 'escalation'>,
  {
    patientId,
    homes,
    documentId,
    structure,
    now,
  }: { patientId: string; homes: readonly string[]; documentId: string; structure: string; now: Date },
): Promise<void> {
  const lines = await linesOfDocuments(tx, homes, [documentId]);
  const since = lines.reduce((first, { cameAt }) => (cameAt < first ? cameAt : first), now);
  const readers = lines.length === 0 ? [] : await readersByName(tx, { homes, documentId, since, until: now });
  const answered = lines.flatMap(({ answeredBy, answeredName }) =>
    answeredBy?.startsWith('rpps:') ? [{ id: answeredBy, name: answeredName ?? '' }] : [],
  );
  const people = new Map([...readers, ...answered].map(({ id, name }) => [id, name]));
  await supersedeLines(tx, homes, [documentId]);
  const [first] = stagesOf('withdrawn', escalation);
  const [line] = lines;
  if (!line) return;
  const { title, sampledAt, laboratory } = JSON.parse(line.content) as LineContent;
  const content = { title, sampledAt, laboratory, results: 0, outside: 0, values: [] };
  const told: NewLine[] = [];
  for (const [holder, holderName] of people) {
    const practice = lines.find((one) => one.holder === holder)?.practice ?? [];
    const why = lines.find((one) => one.holder === holder)?.why ?? 'reader';
    told.push({
      patientId,
      documentId,
      structure,
      holder,
      holderName,
      practice,
      why,
      severity: 'withdrawn',
      content,
      cameAt: now,
      nextAt: first && new Date(now.getTime() + first.afterMs),
    });
  }
  await writeLines(tx, told);
  await announceLines(tx, told);
}
