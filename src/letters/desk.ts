import { choicesOfPatient, type ItemReader, type Principal, treatingDoctorsOf } from '#access';
import { practitioner } from '#directory';
import { staysOf } from '#identity';
import type { Sql } from '#kernel';
import { documentsOf, type StoredReport, type StoredResult, type VisibleReport, visibleReports } from '#record';
import type { LetterDesk, LetterRecipient, LetterStay } from './contract.ts';
import { draftsOf } from './store.ts';

interface Asked {
  patientId: string;
  homes: readonly string[];
  who: Principal;
  reader: ItemReader;
  now: Date;
  zone: string;
}

/** What an author takes up again: their drafts, their letters in force, the stays of their structure, whom to write to. */
export async function deskOf(tx: Sql, { patientId, homes, who, reader, now, zone }: Asked): Promise<LetterDesk> {
  const finess = who.organisation?.finess ?? '';
  const rows = await draftsOf(tx, homes, who.id, finess);
  const items = new Map((await documentsOf(tx, homes)).map((item) => [item.documentId, item]));
  const choices = await choicesOfPatient(tx, patientId, now);
  const suggested = await recipientsOf(tx, patientId, now);
  const { reports, standing } = await visibleReports(tx, homes, reader);
  return {
    drafts: rows
      .filter(({ documentId }) => documentId === null)
      .map(({ draftId, content, savedAt, replaces }) => ({
        draftId,
        content,
        savedAt: savedAt.toISOString(),
        ...(replaces !== null && { replaces }),
      })),
    finished: rows.flatMap(({ documentId, content, savedAt }) => {
      const item = documentId === null ? undefined : items.get(documentId);
      return item?.current && item.status === 'current' ? [{ documentId: item.documentId, content, savedAt: savedAt.toISOString() }] : [];
    }),
    stays: (await staysOf(tx, patientId, zone)).flatMap((stay) => (stay.structure === finess ? stayIn(stay, zone) : [])),
    toCome: reports.flatMap((report) => (standing.get(report.documentId)?.current ? announcedIn(report, zone) : [])),
    suggested,
    shutOut: choices.flatMap(({ kind, holder }) => (kind === 'blocks' ? [holder] : [])),
    isClosed: choices.some(({ kind }) => kind === 'opposes-feeding' || kind === 'closed'),
  };
}

/** The lines of a preliminary report that announce a value: by the words that the report which brings it will bear. */
function announcedIn({ head, results }: VisibleReport, zone: string): LetterDesk['toCome'] {
  const { sampledAt } = JSON.parse(head) as Pick<StoredReport, 'sampledAt'>;
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(new Date(sampledAt));
  return (JSON.parse(results) as StoredResult[]).flatMap(({ label, text, status: own }) =>
    own === 'provisional' && text.trim() === '' ? [{ words: label, day }] : [],
  );
}

/** As days of the region; a stay whose beginning nobody told is no stay to write of. */
function stayIn({ kind, ward, from, until }: Awaited<ReturnType<typeof staysOf>>[number], zone: string): LetterStay[] {
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const day = (instant: string) => dayOf.format(new Date(instant));
  if (from === undefined) return [];
  return [{ entry: day(from), kind, ...(until !== undefined && { exit: day(until) }), ...(ward !== undefined && { unit: ward }) }];
}

async function recipientsOf(tx: Sql, patientId: string, now: Date): Promise<LetterRecipient[]> {
  const found: LetterRecipient[] = [];
  for (const id of await treatingDoctorsOf(tx, patientId, now)) {
    const person = await practitioner(tx, id.slice('rpps:'.length));
    const name = person ? [person.title === 'DR' ? 'Dr' : person.title, person.given, person.family].filter(Boolean).join(' ') : '';
    if (name !== '') found.push({ id, name, as: 'treating-doctor' });
  }
  return found;
}
