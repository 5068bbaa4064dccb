import { hash } from 'node:crypto';
import { pdfText, type PrintedPatient, writeClinicalDocument } from '#formats';
import { Refusal } from '#kernel';
import { hl7TimeOf, levelOne, oidOf } from './made-document.ts';

/** A report of biology (JDV_J07), as the national model of documents whose body is one file takes it. */
const BIOLOGY_REPORT = { code: '11502-2', system: '2.16.840.1.113883.6.1', display: "CR d'examens biologiques" };
const STRUCTURES = '1.2.250.1.71.4.2.2';

/**
 * A PDF that came alone, by mail, from a laboratory whose software writes nothing else, as the level 1 document of it. The patient is whom the subject
 * of the mail names, under a number that no other document bears: nothing is ever joined on it, a person of the identity cell says whose it is.
 *
 * @param structure FINESS and name of the laboratory, as registered
 * @throws Refusal `report.unreadable` when the PDF cannot be read, or the subject names nobody
 */
export async function documentOfPdf(
  pdf: Uint8Array,
  { subject, structure, sentAt }: { subject: string; structure: { finess: string; name: string }; sentAt: Date },
): Promise<Buffer> {
  await pdfText(pdf);
  const named = patientInSubject(subject);
  if (!named) {
    throw new Refusal('report.unreadable', 'a PDF alone is of whom the subject of its mail names: NAME given-name dd/mm/yyyy at its end', {
      at: 'Subject',
    });
  }
  const key = hash('sha256', JSON.stringify([structure.finess, hash('sha256', pdf)])).slice(0, 32);
  const at = hl7TimeOf(sentAt);
  const custodian = { ids: [{ root: STRUCTURES, extension: `1${structure.finess}` }], name: structure.name };
  const id = { root: oidOf(key) };
  const document = levelOne({
    id,
    setId: id,
    code: BIOLOGY_REPORT,
    // The day of the sampling is in the PDF alone: whoever reads the date is told whose it is.
    title: "Compte rendu d'examens biologiques (PDF ; date du courriel)",
    createdAt: at,
    patient: { ids: [{ root: oidOf(hash('sha256', `patient ${key}`).slice(0, 32)) }], ...named },
    authors: [{ ids: [], organization: custodian, time: at }],
    custodian,
    day: at.slice(0, 8),
    base64: Buffer.from(pdf).toString('base64'),
  });
  return Buffer.from(writeClinicalDocument(document));
}

/**
 * `CR de biologie ESSAI-DURAND Lucie 12/06/1955`: the day of birth ends the subject, before it the given name, before it the name in capitals, as the
 * national rule of transmissions by mail writes it. When all is in capitals the last word is the given name.
 */
export function patientInSubject(subject: string): Omit<PrintedPatient, 'ids'> | undefined {
  const words = subject
    .slice(-300)
    .split(/[\s+]+/)
    .filter((word) => word !== '');
  const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(words.pop() ?? '') ?? [];
  if (day === undefined) return undefined;
  const givens = takeWhile(words, (word) => /^\p{Lu}/u.test(word) && !isCapital(word));
  const family = takeWhile(words, isCapital);
  if (givens.length === 0) givens.push(...family.splice(-1));
  const [first] = givens;
  if (first === undefined || family.length === 0) return undefined;
  return { birthFamily: family.join(' '), firstBirthGiven: first, birthDate: `${year}${month}${day}` };
}

const isCapital = (word: string): boolean => /^\p{Lu}[\p{Lu}'’-]+$/u.test(word);

/** Takes words from the end of a list. */
function takeWhile(words: string[], holds: (word: string) => boolean): string[] {
  const taken: string[] = [];
  while (words.length > 0 && holds(words.at(-1)!)) taken.unshift(words.pop()!);
  return taken;
}
