import type { Role } from './contract.ts';
import type { Category } from './matrix.ts';

/**
 * What one can ask of Cigogne, and what each role must show to do it. Data, not code: a region's own table can replace it.
 * An action or a role that is not written here is refused.
 */

/** What a role must show:
 * - `role`: nothing more than the role;
 * - `consent`: the patient's consent, that they declare having collected;
 * - `emergency`: an emergency that they declare, unless the patient refused it in advance;
 * - `regulation`: that they work in a regulation centre, unless the patient refused it in advance;
 * - `link`: a care link with the patient, of their own or of their structure;
 * - `treating-doctor`: the care link of the treating doctor;
 * - `own-record`: the record is theirs, or of someone they represent;
 * - `holder`: the record is theirs; who represents them has not this right;
 * - `delegation`: the professional they act for has a care link;
 * - `own-structure`: the thing comes from a structure of theirs;
 * - `own-structure-or-link`: either;
 * - `own-structure-or-designated`: the same as `own-structure`, or the region designated them for that structure.
 */
export type Need =
  | 'role'
  | 'consent'
  | 'emergency'
  | 'regulation'
  | 'link'
  | 'treating-doctor'
  | 'own-record'
  | 'holder'
  | 'delegation'
  | 'own-structure'
  | 'own-structure-or-link'
  | 'own-structure-or-designated';

export interface ActionRights {
  /** What the action is, as told to the patient in the list of accesses. */
  words: { fr: string; en: string };
  /** The category of documents that the action reads or feeds: the matrix must grant it too. `asked` = given by the question; `each` = of each item read. */
  category?: Category | 'asked' | 'each';
  direction?: 'read' | 'feed';
  needs: Partial<Record<Role, Need>>;
}

const CLINICAL_WORK = ['gp', 'specialist', 'nurse', 'pharmacist', 'midwife', 'dentist', 'biologist'] as const;

function each(roles: readonly Role[], need: Need): Partial<Record<Role, Need>> {
  return Object.fromEntries(roles.map((role) => [role, need]));
}

/** Reading one report: a biologist also reads what their own laboratory produced. */
const ONE_REPORT = {
  ...each(CLINICAL_WORK, 'link'),
  biologist: 'own-structure-or-link',
  regulator: 'regulation',
  patient: 'own-record',
  secretary: 'delegation',
} as const;

/** Reading all the biology of a patient: a biologist needs a link, which their laboratory's own report gives for a while. */
const ALL_REPORTS = { ...each(CLINICAL_WORK, 'link'), regulator: 'regulation', patient: 'own-record', secretary: 'delegation' } as const;

export const ACTIONS = {
  'patient.search': {
    words: { fr: 'a cherché un patient', en: 'searched for a patient' },
    needs: each([...CLINICAL_WORK, 'secretary', 'regulator', 'identity-cell'], 'role'),
  },
  'patient.mine': {
    words: { fr: 'a affiché sa liste de patients', en: 'listed their patients' },
    needs: each([...CLINICAL_WORK, 'secretary'], 'role'),
  },
  'patient.open': {
    words: { fr: 'a ouvert le dossier', en: 'opened the record' },
    needs: { ...ALL_REPORTS, 'identity-cell': 'role' },
  },
  'biology.read': {
    words: { fr: 'a consulté les résultats de biologie', en: 'read the biology results' },
    category: 'biology-report',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'biology.follow': {
    words: { fr: 'suit l’arrivée des résultats', en: 'follows the arrival of results' },
    category: 'biology-report',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'biology.export': {
    words: { fr: 'a imprimé ou enregistré des résultats', en: 'printed or saved results' },
    category: 'biology-report',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'report.read': {
    words: { fr: 'a ouvert un compte rendu', en: 'opened a report' },
    category: 'biology-report',
    direction: 'read',
    needs: ONE_REPORT,
  },
  'report.original': {
    words: { fr: 'a téléchargé le document d’origine', en: 'downloaded the original document' },
    category: 'biology-report',
    direction: 'read',
    needs: ONE_REPORT,
  },
  'report.pdf': {
    words: { fr: 'a ouvert le PDF d’un compte rendu', en: 'opened the PDF of a report' },
    category: 'biology-report',
    direction: 'read',
    needs: ONE_REPORT,
  },
  'result.tell': {
    words: { fr: 'a noté vous avoir annoncé un résultat', en: 'noted having told you of a result' },
    category: 'biology-report',
    direction: 'read',
    needs: { ...each(CLINICAL_WORK, 'link'), biologist: 'own-structure-or-link' },
  },
  'follow-up.read': {
    words: { fr: 'a lu les notes de suivi des résultats', en: 'read the follow-up notes of results' },
    category: 'biology-report',
    direction: 'read',
    needs: { ...each(CLINICAL_WORK, 'link'), regulator: 'regulation' },
  },
  'follow-up.note': {
    words: { fr: 'a noté le suivi d’un compte rendu', en: 'noted the follow-up of a report' },
    category: 'biology-report',
    direction: 'read',
    needs: { ...each(CLINICAL_WORK, 'link'), biologist: 'own-structure-or-link' },
  },
  'target.set': {
    words: { fr: 'a fixé une cible personnelle', en: 'set a personal target' },
    category: 'biology-report',
    direction: 'read',
    // Those who prescribe: a target guides a treatment.
    needs: each(['gp', 'specialist', 'midwife'], 'link'),
  },
  'context.read': {
    words: { fr: 'a affiché la frise du dossier', en: 'displayed the timeline of the record' },
    category: 'each',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'document.list': {
    words: { fr: 'a consulté la liste des documents', en: 'read the list of documents' },
    category: 'each',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'document.follow': {
    words: { fr: 'suit l’arrivée des documents', en: 'follows the arrival of documents' },
    category: 'each',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'document.read': {
    words: { fr: 'a ouvert un document', en: 'opened a document' },
    category: 'each',
    direction: 'read',
    needs: ONE_REPORT,
  },
  'document.pdf': {
    words: { fr: 'a ouvert le PDF d’un document', en: 'opened the PDF of a document' },
    category: 'each',
    direction: 'read',
    needs: ONE_REPORT,
  },
  'document.original': {
    words: { fr: 'a téléchargé l’original d’un document', en: 'downloaded the original of a document' },
    category: 'each',
    direction: 'read',
    needs: ONE_REPORT,
  },
  'document.search': {
    words: { fr: 'a cherché dans le texte des documents', en: 'searched the text of the documents' },
    category: 'each',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'document.mask': {
    words: { fr: 'a changé la visibilité d’un document', en: 'changed the visibility of a document' },
    category: 'each',
    direction: 'read',
    needs: { gp: 'link', specialist: 'link', midwife: 'link', biologist: 'own-structure-or-link', patient: 'holder' },
  },
  'announcement.list': {
    words: { fr: 'a consulté ce qui reste à annoncer', en: 'read what is still to be told' },
    needs: each(['gp', 'specialist', 'midwife', 'biologist'], 'role'),
  },
  'document.status': {
    words: { fr: 'a archivé, retiré ou rétabli un document', en: 'archived, withdrew or restored a document' },
    category: 'each',
    direction: 'read',
    needs: { ...each(CLINICAL_WORK, 'link'), biologist: 'own-structure-or-link', patient: 'holder' },
  },
  'record.software': {
    words: { fr: 'a lu le dossier depuis son logiciel', en: 'read the record from their software' },
    category: 'each',
    direction: 'read',
    needs: ALL_REPORTS,
  },
  'software.open': {
    words: { fr: 'a ouvert le dossier à un logiciel', en: 'opened the record to a software' },
    needs: ALL_REPORTS,
  },
  'software.authorise': {
    words: { fr: 'a autorisé, ou refusé, un logiciel à lire en son nom', en: 'authorised a software to read in their name, or refused' },
    needs: each([...CLINICAL_WORK, 'secretary', 'regulator', 'identity-cell', 'operator', 'dpo', 'patient'], 'role'),
  },
  'subscription.ask': {
    words: { fr: 'a demandé à être averti des comptes rendus de ses patients', en: 'asked to be told of the reports of their patients' },
    needs: each(CLINICAL_WORK, 'role'),
  },
  'directory.search': {
    words: { fr: 'a consulté l’annuaire', en: 'searched the directory' },
    needs: each([...CLINICAL_WORK, 'secretary', 'patient', 'identity-cell', 'operator', 'laboratory-system'], 'role'),
  },
  'source.write': {
    words: { fr: 'a déposé une identité', en: 'deposited an identity' },
    needs: { 'laboratory-system': 'role' },
  },
  'source.read': {
    words: { fr: 'a relu les identités qu’il a déposées', en: 'read the identities that it deposited' },
    needs: { 'laboratory-system': 'role' },
  },
  'document.feed': {
    words: { fr: 'a versé un document', en: 'filed a document' },
    category: 'asked',
    direction: 'feed',
    needs: { ...each([...CLINICAL_WORK, 'secretary'], 'role'), patient: 'own-record' },
  },
  // Whoever may sign a discharge letter: doctor, midwife, dental surgeon (Code de la santé publique, R.1112-1-2).
  'letter.read': {
    words: { fr: 'a ouvert ses lettres de sortie en cours', en: 'opened the discharge letters they are writing' },
    category: 'hospital-report',
    direction: 'read',
    needs: each(['gp', 'specialist', 'midwife', 'dentist'], 'link'),
  },
  'letter.write': {
    words: { fr: 'a écrit une lettre de sortie', en: 'wrote in a discharge letter' },
    category: 'hospital-report',
    direction: 'feed',
    needs: each(['gp', 'specialist', 'midwife', 'dentist'], 'link'),
  },
  'letter.sign': {
    words: { fr: 'a signé et versé une lettre de sortie', en: 'signed and filed a discharge letter' },
    category: 'hospital-report',
    direction: 'feed',
    needs: each(['gp', 'specialist', 'midwife', 'dentist'], 'link'),
  },
  'letter.count': {
    words: { fr: 'a consulté la part des lettres de sortie du jour', en: 'read the share of discharge letters sent on the day' },
    needs: { operator: 'role', ...each(['gp', 'specialist', 'midwife', 'dentist'], 'own-structure') },
  },
  'mail.list': {
    words: { fr: 'a consulté sa messagerie', en: 'read the list of their mail' },
    needs: { ...each([...CLINICAL_WORK, 'secretary'], 'role'), patient: 'own-record' },
  },
  'mail.read': {
    words: { fr: 'a ouvert un message', en: 'opened a message' },
    needs: { ...each([...CLINICAL_WORK, 'secretary'], 'role'), patient: 'own-record' },
  },
  'mail.send': {
    words: { fr: 'a écrit un message', en: 'wrote a message' },
    needs: { ...each([...CLINICAL_WORK, 'secretary'], 'role'), patient: 'own-record' },
  },
  'mail.attach': {
    words: { fr: 'a joint un document à un message', en: 'joined a document to a message' },
    category: 'each',
    direction: 'read',
    needs: each(CLINICAL_WORK, 'link'),
  },
  'mail.tie': {
    words: { fr: 'a dit de quel patient parle un message', en: 'said whom a message is about' },
    needs: { ...each(CLINICAL_WORK, 'link'), secretary: 'delegation' },
  },
  'mail.delegate': {
    words: { fr: 'a confié ou repris sa messagerie', en: 'gave or took back their mailbox' },
    needs: each(CLINICAL_WORK, 'role'),
  },
  'accesses.read': {
    words: { fr: 'a consulté la liste des accès', en: 'read the list of accesses' },
    needs: { gp: 'treating-doctor', specialist: 'treating-doctor', patient: 'holder' },
  },
  'audit.search': {
    words: { fr: 'a consulté la trace des accès (protection des données)', en: 'read the trail of accesses (data protection)' },
    needs: { dpo: 'role' },
  },
  'audit.watch': {
    words: { fr: 'a changé la surveillance des accès à ce dossier', en: 'changed how closely accesses to this record are watched' },
    needs: { dpo: 'role', 'identity-cell': 'role' },
  },
  // Done on the server by a command, never asked of the door.
  'audit.archive': {
    words: { fr: 'a mis en archive les accès les plus anciens', en: 'put the oldest accesses away in an archive' },
    needs: {},
  },
  'rights.read': {
    words: { fr: 'a consulté la matrice des habilitations', en: 'read the matrix of rights' },
    needs: { dpo: 'role' },
  },
  'care-link.declare': {
    words: { fr: 'a déclaré avoir recueilli le consentement', en: 'declared the consent collected' },
    needs: each(CLINICAL_WORK, 'consent'),
  },
  'break-glass.declare': {
    words: { fr: 'a ouvert le dossier en urgence', en: 'opened the record in an emergency' },
    // Doctors alone, our default: the texts speak of a risk to life that a doctor judges.
    needs: each(['gp', 'specialist'], 'emergency'),
  },
  'emergency.read': {
    words: { fr: 'a pris connaissance d’une ouverture en urgence', en: 'read that the record was opened in an emergency' },
    needs: { patient: 'holder' },
  },
  'correction.seen': {
    words: { fr: 'a pris connaissance d’une valeur corrigée', en: 'read that a value was corrected' },
    needs: { patient: 'holder' },
  },
  // Done by the system, never asked of the door.
  'correction.mail': {
    words: {
      fr: 'vous a écrit qu’une valeur que vous aviez lue a été corrigée',
      en: 'wrote to you that a value which you had read was corrected',
    },
    needs: {},
  },
  'emergency.letter': {
    words: {
      fr: 'a imprimé la lettre qui vous informe d’une ouverture en urgence',
      en: 'printed the letter that tells you of an emergency',
    },
    needs: { dpo: 'role' },
  },
  // Done by the system, never asked of the door.
  'emergency.mail': {
    words: {
      fr: 'vous a écrit qu’un médecin a ouvert votre dossier en urgence',
      en: 'wrote to you that a doctor opened your record in an emergency',
    },
    needs: {},
  },
  // How what was done to a document that the reader does not see is told.
  'record.act': {
    words: { fr: 'est intervenu dans le dossier', en: 'acted in the record' },
    needs: {},
  },
  'announcement.remind': {
    words: { fr: 'a rappelé à un professionnel ce qu’il doit annoncer', en: 'reminded a professional of what they have to tell' },
    needs: {},
  },
  'sharing.read': {
    words: { fr: 'a consulté qui peut ouvrir le dossier', en: 'read who may open the record' },
    needs: { patient: 'holder' },
  },
  'sharing.decide': {
    words: { fr: 'a changé qui peut ouvrir le dossier', en: 'changed who may open the record' },
    needs: { patient: 'holder' },
  },
  'care-link.end': {
    words: { fr: 'a mis fin à un lien de soin', en: 'ended a care link' },
    needs: { ...each(CLINICAL_WORK, 'link'), patient: 'holder' },
  },
  'identity.read': {
    words: { fr: 'a consulté les identités à vérifier', en: 'read the identities to be checked' },
    needs: { 'identity-cell': 'role' },
  },
  'identity.decide': {
    words: { fr: 'a traité une identité à vérifier', en: 'settled an identity to be checked' },
    needs: { 'identity-cell': 'role' },
  },
  'versions.read': {
    words: { fr: 'a consulté les comptes rendus à départager', en: 'read the reports to be decided between' },
    needs: { biologist: 'own-structure' },
  },
  'versions.decide': {
    words: { fr: 'a départagé deux versions d’un compte rendu', en: 'decided between two versions of a report' },
    needs: { biologist: 'own-structure' },
  },
  'mapping.read': {
    words: { fr: 'a consulté les codes d’un laboratoire', en: 'read the codes of a laboratory' },
    needs: { biologist: 'own-structure-or-designated' },
  },
  'mapping.propose': {
    words: { fr: 'a proposé la correspondance d’un code', en: 'proposed what a code means' },
    needs: { biologist: 'own-structure' },
  },
  'mapping.validate': {
    words: { fr: 'a tranché une correspondance proposée', en: 'decided on a proposed mapping' },
    needs: { biologist: 'own-structure-or-designated' },
  },
  'mapping.designate': {
    words: { fr: 'a désigné le second validateur d’un laboratoire', en: 'designated the second validator of a laboratory' },
    needs: { operator: 'role' },
  },
  'coding.read': {
    words: { fr: 'a consulté la qualité du codage', en: 'read the quality of coding' },
    needs: { operator: 'role' },
  },
  'quarantine.list': {
    words: { fr: 'a consulté la liste des envois refusés', en: 'listed the refused deposits' },
    needs: { operator: 'role', biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'quarantine.read': {
    words: { fr: 'a ouvert un envoi refusé', en: 'opened a refused deposit' },
    needs: { biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'exchange.follow': {
    words: { fr: 'a suivi l’envoi d’un document', en: 'followed the sending of a document' },
    needs: { operator: 'role', biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'exchange.mail': {
    words: { fr: 'a relu un message envoyé', en: 'read a message that was sent' },
    needs: { biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'exchange.replay': {
    words: { fr: 'a relancé l’envoi de documents', en: 'replayed the sending of documents' },
    needs: { operator: 'role', biologist: 'own-structure' },
  },
  'exchange.recall': {
    words: {
      fr: 'a rappelé partout un document rangé chez un autre patient',
      en: 'recalled everywhere a document filed for another patient',
    },
    needs: { biologist: 'own-structure' },
  },
  'inbox.read': {
    words: { fr: 'a consulté ses résultats reçus', en: 'read the results they received' },
    needs: each([...CLINICAL_WORK, 'regulator'], 'role'),
  },
  'inbox.answer': {
    words: { fr: 'a dit avoir vu un résultat, ou l’a confié', en: 'said they saw a result, or gave it to a colleague' },
    needs: each([...CLINICAL_WORK, 'regulator'], 'role'),
  },
  'inbox.expect': {
    words: { fr: 'attend le résultat d’une prescription', en: 'expects the result of a prescription' },
    needs: each(['gp', 'specialist', 'midwife', 'dentist'], 'link'),
  },
  'critical.follow': {
    words: { fr: 'a suivi l’accusé d’un résultat critique', en: 'followed the acknowledgement of a critical result' },
    needs: { biologist: 'own-structure' },
  },
  'exchange.preview': {
    words: { fr: 'a demandé où irait un document', en: 'asked where a document would go' },
    needs: { biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'rules.read': {
    words: { fr: 'a consulté ou essayé les règles d’acheminement', en: 'read or tried the rules of routing' },
    needs: { operator: 'role' },
  },
  'rules.write': {
    words: { fr: 'a changé les règles d’acheminement', en: 'changed the rules of routing' },
    needs: { operator: 'role' },
  },
  'senders.write': {
    words: { fr: 'a changé le registre des émetteurs', en: 'changed the register of senders' },
    needs: { operator: 'role' },
  },
  'region.read': {
    words: { fr: 'a consulté les compteurs de la région', en: 'read the counts of the region' },
    needs: { operator: 'role' },
  },
  'deposit.send': {
    words: { fr: 'a déposé un compte rendu', en: 'deposited a report' },
    direction: 'feed',
    needs: { 'laboratory-system': 'own-structure' },
  },
  'deposit.withdraw': {
    words: { fr: 'a retiré un document qu’il avait déposé', en: 'withdrew a document that it had deposited' },
    needs: { 'laboratory-system': 'own-structure' },
  },
  'deposit.receipt': {
    words: { fr: 'a consulté un accusé de dépôt', en: 'read a deposit receipt' },
    needs: { 'laboratory-system': 'own-structure' },
  },
} as const satisfies Record<string, ActionRights>;

export type Action = keyof typeof ACTIONS;

export function actionRights(action: Action): ActionRights {
  return ACTIONS[action];
}

/** The words of an action of an old event: undefined when it is no longer known. */
export function actionWords(action: string): { fr: string; en: string } | undefined {
  return Object.hasOwn(ACTIONS, action) ? ACTIONS[action as Action].words : undefined;
}
