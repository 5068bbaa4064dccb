import type { Printout } from '#formats';
import type { EmergencyRow } from './store-emergencies.ts';

/** The patient as a letter names them: their name, and when they were born (`AAAA-MM-JJ`). */
export interface Addressee {
  name: string;
  birthDate: string;
}

const frenchDay = (day: string) => day.split('-').toReversed().join('/');

/**
 * The words by which a patient is told that their record was opened in an emergency without their word: who, when, where, why, and what they can do
 * about it. Nothing of what was read is in them. French, then English.
 * @param zone IANA zone of the region
 */
export function emergencyWords(
  { at, actorName, organisationName, reason }: Pick<EmergencyRow, 'at' | 'actorName' | 'organisationName' | 'reason'>,
  zone: string,
): { fr: string[]; en: string[] } {
  const told = (locale: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: zone }).format(at);
  const who = [actorName, organisationName].filter(Boolean).join(', ');
  return {
    fr: [
      `Le ${told('fr-FR')}, votre dossier de santé partagé a été ouvert en urgence, sans votre accord, par ${who}.`,
      ...(reason === null ? [] : [`Motif donné par ce médecin : « ${reason} ».`]),
      'Un médecin peut le faire seulement si vous ne pouvez pas donner votre accord et si attendre vous mettrait en danger. Son accès se ferme au bout de huit heures.',
      'Chacune de ses lectures est inscrite dans votre dossier, à la page « Qui a vu » : vous pouvez la lire, ou la demander au délégué à la protection des données de la région. Vous pouvez refuser pour l’avenir que votre dossier soit ouvert en urgence, et fermer votre dossier à un professionnel.',
      'Si vous pensez que cette ouverture n’était pas justifiée, écrivez au délégué à la protection des données, ou adressez une réclamation à la CNIL.',
    ],
    en: [
      `On ${told('en-GB')}, your shared health record was opened in an emergency, without your agreement, by ${who}.`,
      ...(reason === null ? [] : [`Reason given by this doctor: “${reason}”.`]),
      'Each reading is written in your record, where you can see it, refuse emergency access in the future, or close your record to a professional. You may write to the data protection officer of the region, or complain to the CNIL.',
    ],
  };
}

/** The letter, to be folded so that the name shows: the postal address is not in the register, whoever posts it writes it. */
export function emergencyLetter(emergency: EmergencyRow, to: Addressee, { now, zone }: { now: Date; zone: string }): Printout {
  const { fr, en } = emergencyWords(emergency, zone);
  const paragraph = (text: string) => ({ kind: 'paragraph' as const, text, isBold: false });
  const day = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: zone }).format(now);
  return {
    title: 'Votre dossier a été ouvert en urgence',
    identity: [to.name, `Naissance ${frenchDay(to.birthDate)}`],
    about: [`Le ${day}`, 'Personnel et confidentiel'],
    author: 'Délégué à la protection des données',
    foot: `Information du patient · événement ${emergency.sequence} du dossier …${emergency.patientId.slice(-8)}`,
    createdAt: `${now.toISOString().slice(0, 19).replaceAll(/\D/g, '')}+0000`,
    blocks: [...fr.map(paragraph), { kind: 'heading', level: 2, text: 'In English' }, ...en.map(paragraph)],
    media: new Map(),
  };
}
