import { type ActionRights, ALL_REPORTS, CLINICAL_WORK, each, ONE_REPORT } from './action-needs.ts';

/** What one can ask of the records of patients, of those who treat them, and of the trail. */
export const RECORD_ACTIONS = {
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
  'reading.tell': {
    words: { fr: 'a dit qu’un document a été lu dans son logiciel', en: 'told that a document was read in its software' },
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
} as const satisfies Record<string, ActionRights>;
