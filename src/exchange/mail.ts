import type { DocumentHeader, PrintedPatient } from '#formats';
import { writeFile, writeMime } from '#transports';

/** What a mail of secure health messaging carries: one person, one document. */
export interface MailContent {
  header: Pick<DocumentHeader, 'title' | 'code' | 'patient' | 'custodian'>;
  /** The archive, then the readable copy, as parts of a mail; no copy when a document is withdrawn. */
  files: readonly Buffer[];
  action: 'new' | 'replace' | 'delete';
  /** A discharge letter told its reader that it would come: their mail of the letter is the one answered. */
  isAwaited?: boolean;
}

export interface MailEnvelope {
  from: string;
  to: string;
  messageId: string;
  /** Message-ID of the mail that this one corrects, withdraws or completes. */
  answers?: string;
  date: Date;
  /** Reference number of the product (X-MSS-NIL). */
  nil?: string;
  isToPatient?: boolean;
}

const INS_OIDS = ['1.2.250.1.213.1.4.8', '1.2.250.1.213.1.4.9', '1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.11'];

/**
 * The mail, byte for byte: `IHE_XDM.ZIP`, then the readable copy; the headers that operators and receiving software read.
 * Sources: CI-SIS « Transmission au LPS par courriel MSSanté » v1.1; Référentiel socle MSSanté #2 §3.8 (X-MSS-*); RFC 8098 §2.1 (receipt asked).
 */
export function writeMail({ header, files, action, isAwaited = false }: MailContent, envelope: MailEnvelope): Buffer {
  const { from, nil, isToPatient = false, ...more } = envelope;
  return writeMime({
    ...more,
    // A reader's list says which laboratory writes, not which address of the region.
    from: { name: header.custodian.name ?? '', address: from },
    subject: subjectOf(header, action),
    headers: {
      'Disposition-Notification-To': from,
      ...codesOf(header),
      ...(nil !== undefined && { 'X-MSS-NIL': nil }),
      // Nobody reads what is answered to a system: a patient who could answer would be believed heard.
      ...(isToPatient && { 'X-MSS-MES': 'FIN' }),
    },
    text: wordsOf(header, { action, isAwaited, isToPatient }),
    files,
  });
}

/** What operators and receiving software read of a mail that holds an archive. */
export const codesOf = ({ code, patient }: Pick<DocumentHeader, 'code' | 'patient'>): Record<string, string> => ({
  ...(code.code !== undefined && { 'X-MSS-CODECDA': code.code }),
  'X-MSS-INS': hasIns(patient) ? 'O' : 'N',
});

/** A file that a mail carries. */
export interface Enclosure {
  filename: string;
  content: Buffer;
  contentType: string;
}

/** `IHE_XDM.ZIP` first, then the readable copy. */
export const enclosures = (
  { header, archive, pdf }: Pick<MailContent, 'header'> & { archive: Uint8Array; pdf?: Uint8Array },
  date: Date,
): Enclosure[] => [
  { filename: 'IHE_XDM.ZIP', content: Buffer.from(archive), contentType: 'application/zip' },
  ...(pdf ? [{ filename: pdfName(header, date), content: Buffer.from(pdf), contentType: 'application/pdf' }] : []),
];

/** The same, as parts of a mail: written once for all whom the document goes to. */
export const filesOf = (carried: Parameters<typeof enclosures>[0], date: Date): Buffer[] =>
  enclosures(carried, date).map(({ content, ...file }) => writeFile({ ...file, bytes: content }));

/** `XDM/1.0/DDM+CR d'examens biologiques ESSAI LUCIE 12/06/1955`: one line, whatever the document holds. */
export function subjectOf({ title, patient }: Pick<DocumentHeader, 'title' | 'patient'>, action: MailContent['action']): string {
  const mark = { new: '', replace: '[Annule et remplace] ', delete: '[Annule] ' }[action];
  return `XDM/1.0/DDM+${mark}${[title, patient.birthFamily, patient.firstBirthGiven ?? patient.birthGivens, frenchDay(patient.birthDate)].filter(Boolean).join(' ')}`
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** Qualified in the sense of the header: matricule, its OID and the four traits. */
function hasIns({ ids, birthFamily, birthGivens, firstBirthGiven, birthDate, sex }: PrintedPatient): boolean {
  const traits = [birthFamily, birthGivens ?? firstBirthGiven, birthDate, sex];
  return ids.some(({ root, extension }) => INS_OIDS.includes(root) && extension !== undefined) && traits.every(Boolean);
}

const frenchDay = (day = '') => (/^\d{8}/.test(day) ? `${day.slice(6, 8)}/${day.slice(4, 6)}/${day.slice(0, 4)}` : '');

/** `20261122_CR-d-examens-biologiques_ESSAI_LUCIE.pdf` */
function pdfName({ title, patient }: MailContent['header'], date: Date): string {
  const plain = (text = '') =>
    text
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '');
  const day = date.toISOString().slice(0, 10).replaceAll('-', '');
  return `${[day, plain(title), plain(patient.birthFamily), plain(patient.firstBirthGiven ?? patient.birthGivens)].filter(Boolean).join('_')}.pdf`;
}

function wordsOf(
  { title, custodian }: MailContent['header'],
  { action, isAwaited, isToPatient }: Required<Pick<MailContent, 'action' | 'isAwaited'>> & { isToPatient: boolean },
): string {
  const sender = custodian.name ?? 'La structure émettrice';
  const said = {
    new: `${sender} vous transmet le document « ${title} ».`,
    replace: `${sender} vous transmet une version corrigée du document « ${title} ». Elle annule et remplace celle que vous avez reçue.`,
    delete: `${sender} retire le document « ${title} » qui vous avait été transmis. Il ne doit plus être utilisé : supprimez-le du dossier où il a été classé.`,
  }[action];
  const awaited = isAwaited
    ? '\r\n\r\nCe résultat était attendu à la sortie d’hospitalisation : la lettre de sortie vous a été transmise.'
    : '';
  const what = isToPatient
    ? 'Vous le lisez aussi dans votre dossier. Pour toute question, adressez-vous à votre médecin : ce message n’attend pas de réponse.'
    : 'Le fichier IHE_XDM.ZIP se range de lui-même dans un logiciel de soins.';
  return `${said}${awaited}\r\n\r\n${what}\r\n`;
}
