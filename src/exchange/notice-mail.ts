import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';

/** What a mail without document says: French first, then English. */
export interface NoticeWords {
  subject: string;
  fr: readonly string[];
  en: readonly string[];
}

interface NoticeEnvelope {
  from: string;
  to: string;
  /** What the mail is about; the same one, sent again after a crash, has the same Message-ID. */
  key: string;
  date: Date;
  nil?: string | undefined;
  isToPatient?: boolean;
}

/** A mail of words alone: no document, no result, and no answer asked for by a machine (RFC 3834). */
export function writeNotice(
  { subject, fr, en }: NoticeWords,
  { from, to, key, date, nil, isToPatient = false }: NoticeEnvelope,
): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to,
    date,
    subject,
    messageId: `<${createHash('sha256').update(`${key} ${to}`).digest('hex').slice(0, 40)}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(nil !== undefined && { 'X-MSS-NIL': nil }),
      // Nobody reads what is answered to a system.
      ...(isToPatient && { 'X-MSS-MES': 'FIN' }),
    },
    text: `${[...fr, '—', ...en].join('\r\n\r\n')}\r\n`,
  });
  return composer.compile().build();
}

const day = (at: string, locale: string, zone: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: zone }).format(new Date(at));

/** What tells a patient that something they had read was corrected. Neither the value nor its laboratory is named: both are in their record. */
export function correctedWords(): NoticeWords {
  return {
    subject: 'Un résultat que vous avez lu a été corrigé',
    fr: [
      'Un résultat d’analyse que vous avez lu dans votre dossier a été corrigé depuis par son laboratoire.',
      'Ouvrez votre dossier dans Cigogne : l’ancienne valeur et la nouvelle y sont côte à côte. En cas de doute, parlez-en à votre médecin.',
    ],
    en: [
      'A result that you read in your record has been corrected since by its laboratory.',
      'Open your record in Cigogne: the former value and the new one are side by side. When in doubt, speak to your doctor.',
    ],
  };
}

/** What recalls to a professional that a patient is to be told. Neither the patient nor the document is named: both are on their page. */
export function reminderWords({ dueAt, state }: { dueAt: string; state: 'due' | 'late' }, zone: string): NoticeWords {
  const [fr, en] = [day(dueAt, 'fr-FR', zone), day(dueAt, 'en-GB', zone)];
  const isLate = state === 'late';
  return {
    subject: isLate ? 'En retard : un document à annoncer à un patient' : `Un document à annoncer à un patient avant le ${fr}`,
    fr: [
      isLate
        ? `Un document est caché à un patient en attendant qu’il lui soit annoncé. Il devait l’être avant le ${fr}.`
        : `Un document est caché à un patient en attendant qu’il lui soit annoncé, avant le ${fr}.`,
      'Il est dans Cigogne, page « Mes patients », sous « À annoncer au patient ». Une fois l’annonce faite, montrez-lui le document : il ne s’ouvre pas de lui-même.',
    ],
    en: [
      isLate
        ? `A document is hidden from a patient until they are told of it. This was due before ${en}.`
        : `A document is hidden from a patient until they are told of it, before ${en}.`,
      'You find it in Cigogne, on the page “My patients”. Once the patient has been told, show it to them: it does not open by itself.',
    ],
  };
}
